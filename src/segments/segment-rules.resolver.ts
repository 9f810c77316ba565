import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { Json } from '../platform/graphql/index.js';
import { describeRule, maskRule } from '../rules/index.js';
import { savedRule } from './saved-rule.js';
import { catalogueOf } from './segment-catalogue.js';
import { SegmentType } from './segment.type.js';

@Resolver(() => SegmentType)
export class SegmentRulesResolver {
  @FieldResolver(() => Json, {
    description:
      'The rule, in the form of a RuleInput. What personal values are compared with is `***` without the scope READ_PII.',
  })
  rule(@Root() { live }: SegmentType, @Ctx() context: RequestContext): Promise<unknown> {
    return shownRule(live.definition.rule, context);
  }

  @FieldResolver(() => Json, {
    nullable: true,
    description:
      'By which people leave, in the form of a RuleInput; null = when they no longer fit `rule`. Hidden as in `rule`.',
  })
  exitRule(@Root() { live }: SegmentType, @Ctx() context: RequestContext): Promise<unknown> {
    return shownRule(live.definition.exitRule, context);
  }

  @FieldResolver(() => String, {
    description:
      'The rule in plain English, with a mark on names that there are not, and on segments that are not live. Hidden as in `rule`.',
  })
  async summary(@Root() { live }: SegmentType, @Ctx() context: RequestContext): Promise<string> {
    return describeRule((await savedRule(live, context)).rule);
  }
}

/** A saved rule as the viewer may see it. */
export async function shownRule(rule: unknown, context: RequestContext): Promise<unknown> {
  if (context.seesPersonal || rule === null) return rule;
  return maskRule(rule, (await catalogueOf(context)).masked);
}
