import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { Rule } from '../platform/graphql/index.js';
import { describeRule, maskRule } from '../rules/index.js';
import { savedRule } from './saved-rule.js';
import { catalogueOf } from './segment-catalogue.js';
import { SegmentType } from './segment.type.js';

@Resolver(() => SegmentType)
export class SegmentRulesResolver {
  @FieldResolver(() => Rule, {
    description: 'The rule. Without the scope READ_PII, personal values in it are shown as `***`.',
  })
  rule(@Root() { live }: SegmentType, @Ctx() context: RequestContext): Promise<unknown> {
    return shownRule(live.definition.rule, context);
  }

  @FieldResolver(() => Rule, {
    nullable: true,
    description:
      'The rule by which people leave, with personal values hidden as in `rule`. Null = they leave when they no longer match `rule`.',
  })
  exitRule(@Root() { live }: SegmentType, @Ctx() context: RequestContext): Promise<unknown> {
    return shownRule(live.definition.exitRule, context);
  }

  @FieldResolver(() => String, {
    description:
      'The rule in plain English, with personal values hidden as in `rule`. Unknown names, and segments that are not live, are marked.',
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
