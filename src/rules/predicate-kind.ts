import type { Predicate } from './rule.js';
import type { RuleContext } from './rule-context.js';
import type { RulePath } from './rule-path.js';

/** A kind of predicate: one folder in `predicates/`, and a word in the list there. */
export interface PredicateKind {
  /** The name of its field in RuleInput. */
  readonly field: string;
  /** What stands in the field: a GraphQL input type, and what the field says of itself. */
  readonly input: { readonly type: new () => object; readonly description: string };
  /** Reads the input. @throws OnefoldError RULE_INVALID and others, with the path of the offending place */
  parse(input: unknown, path: RulePath, context: RuleContext): Predicate;
  /** A saved input with all that personal values are compared with hidden. Absent = it compares none. */
  mask?(input: never, context: RuleContext): unknown;
}
