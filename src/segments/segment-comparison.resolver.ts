import { Arg, Authorized, Ctx, Field, Float, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { checkUnchanged, OnefoldError, Scope } from '../platform/index.js';
import { toUserError, UserError } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';
import { checkRule, within } from './check-rule.js';
import { sizeOfOverlap } from './history.reads.js';
import { segmentSizes } from './membership.reads.js';
import { describeRule, memberOf, withExit } from '../rules/index.js';
import type { Rule } from '../rules/index.js';
import { ruleJson, WARNINGS } from '../rules/rule-input.type.js';
import { checkSample, countAndSample } from './search-profiles.js';
import { catalogueOf } from './segment-catalogue.js';
import type { LiveSegment } from './live-segment.js';
import type { Segment } from './segment.entity.js';
import { UpdateSegmentInput } from './segment.input.js';
import { SegmentType } from './segment.type.js';
import { checkRequired } from './update-segment.js';

@ObjectType({ simpleResolvers: true, description: 'How many people two segments have in common.' })
export class SegmentOverlap {
  @Field(() => SegmentType, { description: 'The segment that was asked about.' })
  segment!: SegmentType;

  @Field(() => SegmentType, { description: 'The other segment.' })
  other!: SegmentType;

  @Field(() => Int, { description: 'How many people belong to both.' })
  both!: number;

  @Field(() => Int, { description: 'How many people belong to `segment` alone.' })
  onlySegment!: number;

  @Field(() => Int, { description: 'How many people belong to `other` alone.' })
  onlyOther!: number;

  @Field(() => Float, {
    description:
      'How alike they are, from 0 to 1: people in both, divided by people in either (the Jaccard index). 1 when both are empty.',
  })
  similarity!: number;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What an update would do to the membership of a segment, if it were saved now.',
})
export class SegmentUpdatePreview {
  @Field(() => Int, { description: 'How many people would enter.' })
  enters!: number;

  @Field(() => Int, { description: 'How many people would leave.' })
  leaves!: number;

  @Field(() => Int, { description: 'How many people would stay.' })
  stays!: number;

  @Field(() => [Profile], {
    description: 'Some of those who would enter: at most 100, as many as `sample` asks for.',
  })
  entering!: Profile[];

  @Field(() => [Profile], {
    description: 'Some of those who would leave: at most 100, as many as `sample` asks for.',
  })
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
  @Query(() => SegmentOverlap, {
    description: 'How many people two segments have in common now.',
  })
  async segmentOverlap(
    @Arg('segment', () => String, { description: 'The key of a segment.' }) key: string,
    @Arg('other', () => String, { description: 'The key of the other segment.' }) otherKey: string,
    @Ctx() context: RequestContext,
  ): Promise<SegmentOverlap> {
    const segments = [
      await segmentOf(key, 'segment', context),
      await segmentOf(otherKey, 'other', context),
    ] as const;
    const [id, otherId] = [segments[0].definition.id, segments[1].definition.id];
    const sizes = context.loaders.get(segmentSizes, context);
    const [size, otherSize] = [await sizes.load(id), await sizes.load(otherId)];
    const both = await sizeOfOverlap(await context.reading(), [id, otherId]);
    const either = size + otherSize - both;
    return {
      segment: new SegmentType(segments[0]),
      other: new SegmentType(segments[1]),
      both,
      onlySegment: size - both,
      onlyOther: otherSize - both,
      similarity: either === 0 ? 1 : both / either,
    };
  }

  @Authorized(Scope.READ)
  @Query(() => SegmentUpdatePreview, {
    nullable: true,
    description:
      'The people who would enter and leave a segment if it were updated like this. Nothing is changed. Unless `targetState` says otherwise, the segment is taken to be live.',
  })
  async previewSegmentUpdate(
    @Arg('input', () => UpdateSegmentInput, { description: 'The update.' }) input: UpdateSegmentInput,
    @Arg('sample', () => Int, {
      defaultValue: 10,
      description: 'How many profiles to show of each: 0 to 100.',
    })
    sample: number,
    @Ctx() context: RequestContext,
  ): Promise<SegmentUpdatePreview> {
    checkSample(sample);
    const started = performance.now();
    const { id, rule, keptBy, warnings } = await within('input', () => updated(input, context));
    const inside = memberOf(id);
    const entering: Rule = { kind: 'all', rules: [keptBy, { kind: 'not', rule: inside }] };
    const leaving: Rule = { kind: 'all', rules: [inside, { kind: 'not', rule: keptBy }] };
    const [tx, now] = [await context.reading(), context.clock.now()];
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
      warnings: warnings.map((one) => toUserError(one, ['input'])),
    };
  }
}

/** What the rules of a segment would be after an update. */
async function updated(input: UpdateSegmentInput, context: RequestContext) {
  const { definition } = await segmentOf(input.key, 'key', context);
  checkRequired(input);
  checkUnchanged(definition.updatedAt, input.ifUnchangedSince);
  const [catalogue, tx] = [await catalogueOf(context), await context.reading()];
  const read = (json: unknown, path: string) =>
    checkRule(tx, catalogue, json, { forKey: input.key, path, seesPersonal: context.seesPersonal });
  const { id } = definition;
  const entry = await read(input.rule ? ruleJson(input.rule) : definition.rule, 'rule');
  const exitJson =
    input.exitRule === undefined ? definition.exitRule : input.exitRule && ruleJson(input.exitRule);
  const exit = exitJson == null ? null : await read(exitJson, 'exitRule');
  const rule = withExit(id, entry.rule, exit?.rule ?? null);
  return {
    ...{ id, rule },
    keptBy: keptBy(rule, { id, targetState: input.targetState ?? 'LIVE' }),
    warnings: [...entry.warnings, ...(exit?.warnings ?? [])],
  };
}

/** The rule by which membership would be kept. */
function keptBy(rule: Rule, { id, targetState }: Pick<Segment, 'id' | 'targetState'>): Rule {
  if (targetState === 'LIVE') return rule;
  return targetState === 'PAUSED' ? memberOf(id) : { kind: 'any', rules: [] };
}

async function segmentOf(key: string, argument: string, context: RequestContext): Promise<LiveSegment> {
  const segment = (await catalogueOf(context)).byKey.get(key);
  if (!segment) throw new OnefoldError('SEGMENT_UNKNOWN', { path: [argument] });
  return segment;
}
