import { Extensions, Field, InputType } from 'type-graphql';
import { readJson } from '../platform/index.js';
import { canonicalRule } from './canonical-rule.js';
import { PREDICATE_KINDS } from './predicates/index.js';
import type { PropertyRuleInput } from './property-rule.type.js';

@InputType({
  description:
    'A yes-or-no question about a person: exactly one field. A rule has at most 200 nodes, including those of the segments that it refers to.',
})
@Extensions({ isOneOf: true })
export class RuleInput {
  @Field(() => [RuleInput], {
    nullable: true,
    description: 'Every one of these rules must match. An empty list matches everybody.',
  })
  all?: RuleInput[];

  @Field(() => [RuleInput], {
    nullable: true,
    description: 'At least one of these rules must match. An empty list matches nobody.',
  })
  any?: RuleInput[];

  @Field(() => RuleInput, { nullable: true, description: 'This rule must not match.' })
  not?: RuleInput;
}

for (const { field, input } of PREDICATE_KINDS.values())
  Field(() => input.type, { nullable: true, description: input.description })(RuleInput.prototype, field);

/** Of an input in which a rule is saved. */
export const ALLOW_UNDEFINED =
  'Whether the rules may use names that are neither defined nor sent by a source so far (attributes, event types, properties), or values of another type than those sent so far. By default they are refused, because most are typing errors.';

/** Of an answer to a rule that is not saved. */
export const WARNINGS =
  'Names in the rule that are unknown, such as an attribute that is neither defined nor sent by a source: at most 20, each with its place in the argument. They match nobody. Such a rule can only be saved with `allowUndefined`.';

/** The rule as plain JSON, without what was not set, in one spelling: as it is parsed, compared and kept. */
export function ruleJson(rule: RuleInput | readonly PropertyRuleInput[]): unknown {
  return canonicalRule(readJson(JSON.stringify(rule)));
}
