import { Arg, Authorized, Ctx, Field, Float, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { OnefoldError, Scope } from '../platform/index.js';
import { toUserError, UserError } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';
import { checkRule } from './check-rule.js';
import { sizeOfOverlap } from './history.reads.js';
import { segmentSizes } from './membership.reads.js';
import { describeRule, memberOf, withExit } from '../rules/index.js';
import type { Rule } from '../rules/index.js';
import { RuleInput, ruleJson, WARNINGS } from '../rules/rule-input.type.js';
import { checkSample, countAndSample } from './search-profiles.js';
import { catalogueOf } from './segment-catalogue.js';
import type { LiveSegment } from './live-segment.js';
import { SegmentType } from './segment.type.js';

@ObjectType({ simpleResolvers: true, description: 'How many people two segments have in common.' })
export class SegmentOverlap {
  @Field(() => SegmentType, { description: 'The first segment.' })
  first!: SegmentType;

  @Field(() => SegmentType, { description: 'The second segment.' })
  second!: SegmentType;

  @Field(() => Int, { description: 'How many belong to both.' })
  both!: number;

  @Field(() => Int, { description: 'How many belong to the first alone.' })
  onlyFirst!: number;

  @Field(() => Int, { description: 'How many belong to the second alone.' })
  onlySecond!: number;

  @Field(() => Float, {
    description:
      'How alike they are, from 0 to 1: those in both, of those in either (the Jaccard index). 1 when both are empty.',
  })
  similarity!: number;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What a new rule would do to a segment, if it were saved now.',
})
export class RuleComparison {
  @Field(() => Int, { description: 'How many would enter.' })
  enters!: number;

  @Field(() => Int, { description: 'How many would leave.' })
  leaves!: number;

  @Field(() => Int, { description: 'How many would stay.' })
  stays!: number;

  @Field(() => [Profile], { description: 'Some of those who would enter.' })
  entering!: Profile[];

  @Field(() => [Profile], { description: 'Some of those who would leave.' })
  leaving!: Profile[];

  @Field(() => Int, { description: 'How long the answer took, in milliseconds.' })
  tookMs!: number;

  @Field(() => String, { description: 'The new rule in plain English.' })
  summary!: string;

  @Field(() => [UserError], { description: WARNINGS })
  warnings!: UserError[];
}

@Resolver()
export class SegmentComparisonResolver {
  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => SegmentOverlap, { description: 'How many people two segments have in common, right now.' })
  async segmentOverlap(
    @Arg('first', () => String, { description: 'The key of a segment.' }) firstKey: string,
    @Arg('second', () => String, { description: 'The key of another one.' }) secondKey: string,
    @Ctx() context: RequestContext,
  ): Promise<SegmentOverlap> {
    const first = await segmentOf(firstKey, 'first', context);
    const second = await segmentOf(secondKey, 'second', context);
    const sizes = context.loaders.get(segmentSizes, context);
    const ids = [first.definition.id, second.definition.id] as const;
    const [ofFirst, ofSecond] = await Promise.all(ids.map((id) => sizes.load(id)));
    const both = await sizeOfOverlap(await context.reading(), ids);
    const onlyFirst = (ofFirst ?? 0) - both;
    const onlySecond = (ofSecond ?? 0) - both;
    const either = both + onlyFirst + onlySecond;
    return {
      first: new SegmentType(first),
      second: new SegmentType(second),
      both,
      onlyFirst,
      onlySecond,
      similarity: either === 0 ? 1 : both / either,
    };
  }

  @Authorized(Scope.READ)
  @Query(() => RuleComparison, {
    description: 'Who would enter and leave a segment if its rule were another one. Nothing is changed.',
  })
  async compareRule(
    @Arg('segment', () => String, { description: 'The key of the segment.' }) key: string,
    @Arg('rule', () => RuleInput, { description: 'The rule that it might get.' }) input: RuleInput,
    @Arg('exitRule', () => RuleInput, {
      nullable: true,
      description: 'The rule for leaving that it might get; absent = as it is, null = none.',
    })
    exitInput: RuleInput | null | undefined,
    @Arg('sample', () => Int, {
      defaultValue: 10,
      description: 'How many profiles to show of each: 0 to 100.',
    })
    sample: number,
    @Ctx() context: RequestContext,
  ): Promise<RuleComparison> {
    checkSample(sample);
    const started = performance.now();
    const segment = await segmentOf(key, 'segment', context);
    const { id, exitRule } = segment.definition;
    const catalogue = await catalogueOf(context);
    const { seesPersonal } = context;
    const tx = await context.reading();
    const read = (json: unknown, path: string) =>
      checkRule(tx, catalogue, json, { forKey: key, path, seesPersonal });
    const entry = await read(ruleJson(input), 'rule');
    const exitJson = exitInput === undefined ? exitRule : exitInput && ruleJson(exitInput);
    const exit = exitJson == null ? null : await read(exitJson, 'exitRule');
    const rule = withExit(id, entry.rule, exit?.rule ?? null);
    const inside = memberOf(id);
    const entering: Rule = { kind: 'all', rules: [rule, { kind: 'not', rule: inside }] };
    const leaving: Rule = { kind: 'all', rules: [inside, { kind: 'not', rule }] };
    const now = context.clock.now();
    const enter = await countAndSample(tx, { rule: entering, now, limit: sample });
    const leave = await countAndSample(tx, { rule: leaving, now, limit: sample });
    const size = await context.loaders.get(segmentSizes, context).load(id);
    return {
      enters: enter.count,
      leaves: leave.count,
      stays: size - leave.count,
      entering: enter.sample.map((row) => new Profile(row)),
      leaving: leave.sample.map((row) => new Profile(row)),
      tookMs: Math.round(performance.now() - started),
      summary: describeRule(rule),
      warnings: [...entry.warnings, ...(exit?.warnings ?? [])].map((one) => toUserError(one)),
    };
  }
}

async function segmentOf(key: string, argument: string, context: RequestContext): Promise<LiveSegment> {
  const segment = (await catalogueOf(context)).byKey.get(key);
  if (!segment) throw new OnefoldError('SEGMENT_UNKNOWN', { path: [argument] });
  return segment;
}
