import {
  Arg,
  Args,
  Authorized,
  Ctx,
  Field,
  InputType,
  Int,
  Query,
  registerEnumType,
  Resolver,
} from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { OnefoldError, Scope } from '../platform/index.js';
import {
  OrderDirection,
  PageArgs,
  pageRequest,
  toConnection,
  toUserError,
} from '../platform/graphql/index.js';
import type { SortKey } from '../platform/graphql/index.js';
import { Profile, ProfileConnection } from '../profiles/profile.type.js';
import { checkRule } from './check-rule.js';
import type { CheckedRule } from './check-rule.js';
import { describeRule } from '../rules/index.js';
import { RuleInput, ruleJson } from '../rules/rule-input.type.js';
import {
  checkSample,
  countAndSample,
  countProfiles,
  estimateProfiles,
  sampleOf,
  searchProfiles,
} from './search-profiles.js';
import type { SearchOrder } from './search-profiles.js';
import { catalogueOf } from './segment-catalogue.js';
import { SegmentPreview } from './segment.type.js';

export enum ProfileOrderField {
  CREATED_AT = 'CREATED_AT',
}
registerEnumType(ProfileOrderField, {
  name: 'ProfileOrderField',
  description: 'What profiles can be ordered by.',
  valuesConfig: { CREATED_AT: { description: 'When the profile was created.' } },
});

@InputType({ description: 'By what profiles are ordered, and which way.' })
export class ProfileOrder {
  @Field(() => ProfileOrderField, { description: 'What they are ordered by.' })
  field!: ProfileOrderField;

  @Field(() => OrderDirection, { defaultValue: 'ASC', description: 'Which way.' })
  direction!: OrderDirection;
}

const EVERYBODY = { all: [] };

@Resolver()
export class SearchResolver {
  @Authorized(Scope.READ)
  @Query(() => ProfileConnection, {
    description: 'The profiles that match a rule; all of them without one.',
  })
  async profiles(
    @Arg('where', () => RuleInput, {
      nullable: true,
      description: 'Which profiles: a rule as of a segment. Absent or null = all.',
    })
    where: RuleInput | null,
    @Arg('orderBy', () => [ProfileOrder], {
      nullable: true,
      description:
        'The order: later entries only decide between profiles that are equal by the earlier ones. Absent, null or empty = an order without meaning, which is stable and the fastest to page through.',
    })
    orderBy: ProfileOrder[] | null,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<ProfileConnection> {
    const order = orderOf(orderBy);
    const json = where ? ruleJson(where) : EVERYBODY;
    const request = pageRequest(context, args, { profiles: json, order });
    const { rule, warnings } = await ruleFor(json, context, 'where');
    const now = context.clock.now();
    const tx = await context.reading();
    const rows = await searchProfiles(tx, {
      ...request,
      rule,
      order,
      now,
      after: placeOf(request.after),
      before: placeOf(request.before),
    });
    const page = toConnection(
      request,
      rows,
      (row) => [row.shard, row.id],
      (row) => new Profile(row),
      { totalCount: () => countProfiles(tx, { rule, now }) },
    );
    return Object.assign(page, { warnings: warnings.map((one) => toUserError(one)) });
  }

  @Authorized(Scope.READ)
  @Query(() => SegmentPreview, {
    nullable: true,
    description: 'The people who would belong to a segment with this rule now.',
  })
  async previewSegment(
    @Arg('rule', () => RuleInput, { description: 'The rule to try.' }) input: RuleInput,
    @Arg('sample', () => Int, { defaultValue: 10, description: 'How many profiles to show: 0 to 100.' })
    sample: number,
    @Arg('answerWithinMs', () => Int, {
      nullable: true,
      description:
        'How long the count may take, in milliseconds. What has not been counted by then is estimated. Absent = as long as an exact count takes.',
    })
    answerWithinMs: number | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<SegmentPreview> {
    checkSample(sample);
    if (answerWithinMs != null && answerWithinMs < 1)
      throw new OnefoldError('INVALID_VALUE', {
        path: ['answerWithinMs'],
        message: 'It takes at least a millisecond.',
      });
    const started = performance.now();
    const { rule, warnings } = await ruleFor(ruleJson(input), context, 'rule');
    const now = context.clock.now();
    const tx = await context.reading();
    const estimate =
      answerWithinMs == null
        ? { ...(await countAndSample(tx, { rule, now, limit: sample })), isExact: true, margin: 0 }
        : {
            ...(await estimateProfiles(tx, { rule, now, withinMs: answerWithinMs })),
            sample: await sampleOf(tx, { rule, now, limit: sample }),
          };
    return {
      ...estimate,
      sample: estimate.sample.map((row) => new Profile(row)),
      tookMs: Math.round(performance.now() - started),
      summary: describeRule(rule),
      warnings: warnings.map((one) => toUserError(one)),
    };
  }
}

/** No two profiles are created at once as their ids have it, so that the first entry decides. */
function orderOf(orderBy: readonly ProfileOrder[] | null): SearchOrder {
  const [first] = orderBy ?? [];
  if (!first) return 'STORED';
  return first.direction === 'ASC' ? 'OLDEST_FIRST' : 'NEWEST_FIRST';
}

async function ruleFor(json: unknown, context: RequestContext, argument: string): Promise<CheckedRule> {
  const catalogue = await catalogueOf(context);
  const { seesPersonal } = context;
  return checkRule(await context.reading(), catalogue, json, { path: argument, seesPersonal });
}

function placeOf(key: SortKey | null): { shard: number; id: string } | null {
  return key && { shard: Number(key[0]), id: String(key[1]) };
}
