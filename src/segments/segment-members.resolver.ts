import { Arg, Args, Authorized, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { NO_ID, Scope, shardRange } from '../platform/index.js';
import { DateTime, PageArgs, pageRequest, toConnection } from '../platform/graphql/index.js';
import type { PageRequest } from '../platform/graphql/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { checkPast } from './check-past.js';
import { membersAsOf } from './history.reads.js';
import { membersOf } from './membership.reads.js';
import { SegmentMemberConnection } from './segment-membership.type.js';
import { SegmentType } from './segment.type.js';

@Resolver(() => SegmentType)
export class SegmentMembersResolver {
  @Authorized(Scope.READ)
  @FieldResolver(() => SegmentMemberConnection, {
    description:
      'The people who belong to the segment now, or belonged to it at a past instant, in no particular order.',
  })
  members(
    @Root() segment: SegmentType,
    @Arg('asOf', () => DateTime, {
      nullable: true,
      description:
        'A past instant: the people who belonged to the segment then, as they are known now. Absent or null = now.',
    })
    asOf: Date | null,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<SegmentMemberConnection> {
    return asOf ? membersThen(segment.uuid, asOf, args, context) : membersNow(segment.uuid, args, context);
  }
}

async function membersNow(
  segmentId: string,
  args: PageArgs,
  context: RequestContext,
): Promise<SegmentMemberConnection> {
  const request = pageRequest(context, args, { members: segmentId });
  const rows = await membersOf(await context.reading(), {
    ...request,
    segmentId,
    after: request.after ? Number(request.after[0]) : 0,
    before: request.before ? Number(request.before[0]) : Number.MAX_SAFE_INTEGER,
  });
  return toConnection(
    request,
    rows,
    (row) => [row.changeId],
    (row) => new Profile(row),
    { edgeOf: ({ enteredAt }) => ({ enteredAt }) },
  );
}

async function membersThen(
  segmentId: string,
  asOf: Date,
  args: PageArgs,
  context: RequestContext,
): Promise<SegmentMemberConnection> {
  checkPast(asOf, ['asOf'], context.clock.now());
  const request = pageRequest(context, args, { members: segmentId, asOf });
  const { from, until } = shardRange(context.workspaceId);
  const rows = await membersAsOf(await context.reading(), {
    ...request,
    segmentId,
    until: asOf,
    after: placeOf(request.after, from),
    before: placeOf(request.before, until),
  });
  return toConnection(
    request,
    rows,
    (row) => [row.shard, row.id],
    (row) => new Profile(row),
    { edgeOf: ({ enteredAt }) => ({ enteredAt }) },
  );
}

/** @param otherwise the shard at whose beginning it is without a cursor */
function placeOf(key: PageRequest['after'], otherwise: number): ProfileRef {
  return key ? { shard: Number(key[0]), id: String(key[1]) } : { shard: otherwise, id: NO_ID };
}
