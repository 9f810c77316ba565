import { isNumber } from '../../platform/index.js';
import { VALUE_TYPES } from '../../profiles/index.js';
import type { ValueType } from '../../profiles/index.js';
import { instantOperand } from './instant-operand.js';
import { invalid } from '../invalid.js';
import type { RulePath } from '../rule-path.js';

/** What an operator of comparison is given, which says of which values it can be asked. */
export type Operands =
  'VALUE' | 'VALUES' | 'ORDERED' | 'RANGE' | 'TEXT' | 'ELEMENTS' | 'DURATION' | 'PRESENCE';

const YEAR_OR_MONTH = /^\d{4}(-(0[1-9]|1[0-2]))?$/;

const OF_ANY: readonly Operands[] = ['VALUE', 'VALUES', 'PRESENCE'];
const OF_ORDERED: readonly Operands[] = [...OF_ANY, 'ORDERED', 'RANGE'];
const OF_DATES: readonly Operands[] = [...OF_ORDERED, 'DURATION'];
const OF_LISTS: readonly Operands[] = [...OF_ANY, 'ELEMENTS'];

/** JSON holds values of all kinds: whatever is asked of them is asked of those that it fits. */
const FITTING: Readonly<Record<Exclude<ValueType, 'JSON'>, readonly Operands[]>> = {
  TEXT: [...OF_ORDERED, 'TEXT'],
  NUMBER: OF_ORDERED,
  BOOLEAN: OF_ANY,
  DATE: OF_DATES,
  DATETIME: OF_DATES,
  TEXT_LIST: OF_LISTS,
  NUMBER_LIST: OF_LISTS,
};

/**
 * Refuses to compare values of a type with what they never are.
 * @throws OnefoldError RULE_INVALID with the path of the operator, or of the operand
 */
export function checkOperand(
  type: ValueType | null | undefined,
  { name, operands, operand, path }: { name: string; operands: Operands; operand: unknown; path: RulePath },
): void {
  if (!type || type === 'JSON') return;
  if (!FITTING[type].includes(operands))
    throw invalid(path, `\`${name}\` cannot be asked of what is ${VALUE_TYPES[type].expects}.`);
  for (const { value, at } of valuesIn(operands, operand)) {
    if (!isOfType(type, operands, value))
      throw invalid([...path, ...at], `This is compared with ${VALUE_TYPES[type].expects}: give one.`);
  }
}

/** The values that a parsed operand holds, and where. */
export function valuesIn(operands: Operands, operand: unknown): { value: unknown; at: RulePath }[] {
  switch (operands) {
    case 'VALUE':
    case 'ORDERED':
      return [{ value: operand, at: [] }];
    case 'VALUES':
    case 'ELEMENTS':
      return (operand as unknown[]).map((value, index) => ({ value, at: [String(index)] }));
    case 'RANGE': {
      const { from, to } = operand as { from: unknown; to: unknown };
      return [
        { value: from, at: ['from'] },
        { value: to, at: ['to'] },
      ];
    }
    default:
      return [];
  }
}

function isOfType(type: Exclude<ValueType, 'JSON'>, operands: Operands, value: unknown): boolean {
  if (operands === 'ELEMENTS') return VALUE_TYPES[type].fits([value]);
  const isOrdered = operands === 'ORDERED' || operands === 'RANGE';
  if (type === 'DATETIME' || (type === 'DATE' && isOrdered)) {
    // The beginning of a date has a place in their order.
    return instantOperand(value, 'UTC') !== null || (isOrdered && YEAR_OR_MONTH.test(String(value)));
  }
  if (isOrdered) return type === 'NUMBER' ? isNumber(value) : typeof value === 'string';
  return VALUE_TYPES[type].fits(value);
}
