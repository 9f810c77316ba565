import {
  Arg,
  Args,
  Authorized,
  Ctx,
  Field,
  Int,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
} from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { OnefoldError, Scope } from '../platform/index.js';
import { PageArgs, pageRequest, toConnection, toUserError, UserError } from '../platform/graphql/index.js';
import type { Connection, SortKey } from '../platform/graphql/index.js';
import { Profile, ProfileConnection } from '../profiles/profile.type.js';
import { checkRule } from './check-rule.js';
import type { CheckedRule } from './check-rule.js';
import { describeRule } from '../rules/index.js';
import { RuleInput, ruleJson, WARNINGS } from '../rules/rule-input.type.js';
import {
  checkSample,
  countAndSample,
  countProfiles,
  estimateProfiles,
  sampleOf,
  searchProfiles,
} from './search-profiles.js';
import { catalogueOf } from './segment-catalogue.js';
import { SegmentPreview } from './segment.type.js';

export enum ProfileOrder {
  STORED = 'STORED',
  OLDEST_FIRST = 'OLDEST_FIRST',
  NEWEST_FIRST = 'NEWEST_FIRST',
}
registerEnumType(ProfileOrder, {
  name: 'ProfileOrder',
  description: 'How profiles are lined up.',
  valuesConfig: {
    STORED: { description: 'As they lie in the store: no meaning, but stable, and the fastest to walk.' },
    OLDEST_FIRST: { description: 'By when the profile was created, the earliest first.' },
    NEWEST_FIRST: { description: 'By when the profile was created, the latest first.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'A page of the profiles that a search found.' })
export class ProfileSearchConnection extends ProfileConnection {
  @Field(() => Int, { description: 'How many fit in all: counted when asked for.' })
  override totalCount!: () => Promise<number>;

  @Field(() => [UserError], { description: WARNINGS })
  warnings!: UserError[];
}

const EVERYBODY = { all: [] };

@Resolver()
export class SearchResolver {
  @Authorized(Scope.READ)
  @Query(() => ProfileSearchConnection, {
    description: 'The profiles that fit a rule; all of them without one.',
  })
  async profiles(
    @Arg('where', () => RuleInput, {
      nullable: true,
      description: 'Who is wanted: the same rules as those of segments.',
    })
    where: RuleInput | null,
    @Arg('orderBy', () => ProfileOrder, { nullable: true, description: 'Default: STORED.' })
    orderBy: ProfileOrder | null,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Profile> & Pick<ProfileSearchConnection, 'totalCount' | 'warnings'>> {
    const order = orderBy ?? ProfileOrder.STORED;
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
    );
    return Object.assign(page, {
      totalCount: () => countProfiles(tx, { rule, now }),
      warnings: warnings.map((one) => toUserError(one)),
    });
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

async function ruleFor(json: unknown, context: RequestContext, argument: string): Promise<CheckedRule> {
  const catalogue = await catalogueOf(context);
  const { seesPersonal } = context;
  return checkRule(await context.reading(), catalogue, json, { path: argument, seesPersonal });
}

function placeOf(key: SortKey | null): { shard: number; id: string } | null {
  return key && { shard: Number(key[0]), id: String(key[1]) };
}
