import { Extensions, Field, InputType } from 'type-graphql';
import { readJson } from '../platform/index.js';
import { canonicalRule } from './canonical-rule.js';
import { PREDICATE_KINDS } from './predicates/index.js';
import type { PropertyRuleInput } from './property-rule.type.js';

@InputType({
  description:
    'A question about a person, with the answer yes or no; exactly one field. A rule has at most 200 nodes, those of the segments it refers to included.',
})
@Extensions({ isOneOf: true })
export class RuleInput {
  @Field(() => [RuleInput], { nullable: true, description: 'All of these; an empty list fits everybody.' })
  all?: RuleInput[];

  @Field(() => [RuleInput], {
    nullable: true,
    description: 'At least one of these; an empty list fits nobody.',
  })
  any?: RuleInput[];

  @Field(() => RuleInput, { nullable: true, description: 'Not this.' })
  not?: RuleInput;
}

for (const { field, input } of PREDICATE_KINDS.values())
  Field(() => input.type, { nullable: true, description: input.description })(RuleInput.prototype, field);

/** Of an input in which a rule is saved. */
export const ALLOW_UNDEFINED =
  'Whether it may ask for attributes, types of events and properties that nobody has defined and no source has sent yet, or for what their values have not been so far. Such names are refused by default: most are slips.';

/** Of an answer to a rule that is not saved. */
export const WARNINGS =
  'What the rule asks for that there is not, such as an attribute that nobody has defined and no source has sent: at most 20, each with its place in the argument. It fits nobody. To save such a rule takes `allowUndefined`.';

/** The rule as plain JSON, without what was not set, in one spelling: as it is parsed, compared and kept. */
export function ruleJson(rule: RuleInput | readonly PropertyRuleInput[]): unknown {
  return canonicalRule(readJson(JSON.stringify(rule)));
}
