import { Extensions, Field, InputType } from 'type-graphql';
import type { RequestContext } from '../access/index.js';
import { OnefoldError } from '../platform/index.js';
import { RuleInput, ruleJson } from '../rules/rule-input.type.js';
import { checkRule } from './check-rule.js';
import type { CheckedRule } from './check-rule.js';
import { savedRule } from './saved-rule.js';
import { catalogueOf } from './segment-catalogue.js';

@InputType({ description: 'An audience: exactly one field.' })
@Extensions({ isOneOf: true })
export class AudienceInput {
  @Field(() => String, { nullable: true, description: 'The key of a segment.' })
  segment?: string;

  @Field(() => RuleInput, { nullable: true, description: 'A rule that is not saved.' })
  rule?: RuleInput;
}

/**
 * The rule of an audience, as the viewer may use it.
 * @throws OnefoldError SEGMENT_UNKNOWN, and those of `checkRule`, with the path from the audience inwards
 */
export async function ruleOfAudience(
  { segment, rule }: AudienceInput,
  context: RequestContext,
): Promise<Pick<CheckedRule, 'rule' | 'warnings'>> {
  const catalogue = await catalogueOf(context);
  const { seesPersonal } = context;
  if (rule != null) return checkRule(await context.reading(), catalogue, ruleJson(rule), { seesPersonal });
  const live = catalogue.byKey.get(segment ?? '');
  if (!live) throw new OnefoldError('SEGMENT_UNKNOWN', { path: ['segment'] });
  return savedRule(live, context);
}
