import { OnefoldError } from '../platform/index.js';
import { invalid, onlyField } from './invalid.js';
import { PREDICATE_KINDS } from './predicates/index.js';
import { sizeOfRule } from './rule-size.js';
import type { Rule } from './rule.js';
import type { RuleContext } from './rule-context.js';
import type { RulePath } from './rule-path.js';

/** Nodes of a rule, those of the segments it refers to included: what is evaluated for every person. */
export const MAX_RULE_NODES = 200;
/** \`all\`, \`any\` and \`not\` around one question. */
const MAX_RULE_DEPTH = 20;

/**
 * Reads a rule (the JSON of a RuleInput) into a tree.
 * @throws OnefoldError RULE_INVALID, RULE_TOO_LARGE, SEGMENT_UNKNOWN, with the path inside the rule
 */
export function parseRule(input: unknown, context: RuleContext): Rule {
  if (countNodes(input) > MAX_RULE_NODES) throw tooLarge();
  const rule = parseNode(input, [], context);
  if (sizeOfRule(rule) > MAX_RULE_NODES) throw tooLarge();
  return rule;
}

/** How rules nest in an operation: see `Nestable`. */
export const NESTABLE_RULES = { fields: new Set(['all', 'any', 'not']), empty: 'all' } as const;

/**
 * Refuses a rule that nests too deep, before anything walks through all of it.
 * @throws OnefoldError RULE_INVALID with the path of the first node that is too deep
 */
export function checkNesting(input: unknown, path: RulePath = [], depth = 0): void {
  if (depth > MAX_RULE_DEPTH)
    throw invalid(
      path,
      `Rules nest at most ${MAX_RULE_DEPTH} deep: \`all\`, \`any\` and \`not\` are counted.`,
    );
  for (const { child, steps } of childrenOf(input)) checkNesting(child, [...path, ...steps], depth + 1);
}

function childrenOf(input: unknown): { child: unknown; steps: string[] }[] {
  if (typeof input !== 'object' || input === null) return [];
  return Object.entries(input).flatMap(([field, value]: [string, unknown]) => {
    if (field === 'not') return value ? [{ child: value, steps: [field] }] : [];
    if ((field !== 'all' && field !== 'any') || !Array.isArray(value)) return [];
    return value.map((child: unknown, index) => ({ child, steps: [field, String(index)] }));
  });
}

/** Nodes of the rule itself, before anything of it is read: no more than one above the bound is counted. */
function countNodes(input: unknown, before = 0): number {
  if (before > MAX_RULE_NODES || typeof input !== 'object' || input === null) return before;
  const { all, any, not } = input as { all?: unknown; any?: unknown; not?: unknown };
  const children = [all, any].find(Array.isArray) as unknown[] | undefined;
  if (!children) return countNodes(not, before + 1);
  return children.reduce((count: number, child) => countNodes(child, count), before + 1);
}

function tooLarge(): OnefoldError {
  return new OnefoldError('RULE_TOO_LARGE', {
    message: `The rule comes to more than ${MAX_RULE_NODES} nodes, counting those of the segments it refers to. Simplify it.`,
  });
}

function parseNode(input: unknown, path: RulePath, context: RuleContext): Rule {
  const read = () => readNode(input, path, context);
  return context.names ? context.names.attempt(read, NOBODY) : read();
}

const NOBODY: Rule = Object.freeze({ kind: 'any', rules: Object.freeze([]) });

function readNode(input: unknown, path: RulePath, context: RuleContext): Rule {
  const [field, value] = onlyField(input, path);
  const here = [...path, field];
  if (field === 'all' || field === 'any') {
    if (!Array.isArray(value)) throw invalid(here, `\`${field}\` takes a list of rules.`);
    const rules = value.map((child: unknown, index) => parseNode(child, [...here, String(index)], context));
    return Object.freeze({ kind: field, rules: Object.freeze(rules) });
  }
  if (field === 'not') return Object.freeze({ kind: 'not', rule: parseNode(value, here, context) });
  const kind = PREDICATE_KINDS.get(field);
  if (!kind) throw invalid(here, `There is no rule of the kind \`${field}\`.`);
  return Object.freeze({ kind: 'predicate', predicate: Object.freeze(kind.parse(value, here, context)) });
}
