import { isContainer, MASK } from '../../platform/index.js';
import type { ValueType } from '../../profiles/index.js';
import type { Comparison } from './comparison.js';
import { invalid, onlyField } from '../invalid.js';
import { checkOperand } from './operand-types.js';
import { OPERATORS } from './operators.js';
import type { RulePath } from '../rule-path.js';

/** What is compared. */
interface Compared {
  /** In which dates begin; default: UTC. */
  timeZone?: string | undefined;
  /** What the values are; absent or null = of any kind. */
  type?: ValueType | null | undefined;
  /** Whether what they are compared with is hidden where it is described. */
  isMasked?: boolean | undefined;
}

/** @throws OnefoldError RULE_INVALID with the path of the operator */
export function parseComparison(
  input: unknown,
  path: RulePath,
  { timeZone = 'UTC', type, isMasked = false }: Compared = {},
): Comparison {
  const [name, operand] = onlyField(input, path);
  const here = [...path, name];
  const operator = OPERATORS[name];
  if (!operator) throw invalid(here, `There is no comparison \`${name}\`.`);
  const comparison = operator.parse(operand, here, timeZone);
  checkOperand(type, { name, operands: operator.operands, operand, path: here });
  return isMasked ? { ...comparison, describe: () => comparison.describe(true) } : comparison;
}

/** The input of a comparison with all that values are compared with hidden: it still has its shape. */
export function maskComparison(input: object): object {
  return Object.fromEntries(
    Object.entries(input).map(([name, operand]): [string, unknown] => [
      name,
      operand === null || OPERATORS[name]?.operands === 'PRESENCE' ? operand : maskOperand(operand),
    ]),
  );
}

/** A list of one, however long it was. */
function maskOperand(operand: unknown): unknown {
  if (Array.isArray(operand)) return [MASK];
  if (!isContainer(operand)) return MASK;
  return Object.fromEntries(Object.keys(operand).map((key) => [key, MASK]));
}
