import { Args, Authorized, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { Scope } from '../platform/index.js';
import { PageArgs, pageOf, pageRequest, toConnection } from '../platform/graphql/index.js';
import type { Connection } from '../platform/graphql/index.js';
import { refOf } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { changesOfProfiles } from './change.reads.js';
import type { HistoryPage } from './change.reads.js';
import { membershipsOfProfiles } from './membership.reads.js';
import { catalogueOf } from './segment-catalogue.js';
import { SegmentChange, SegmentChangeConnection } from './segment-change.type.js';
import { cursorsOfLog, toSegmentChange } from './segment-changes.resolver.js';
import { SegmentMembershipConnection } from './segment-membership.type.js';
import { SegmentType } from './segment.type.js';

@Resolver(() => Profile)
export class ProfileSegmentsResolver {
  @Authorized(Scope.READ)
  @FieldResolver(() => SegmentMembershipConnection, {
    description: 'The segments that the person belongs to now, longest membership first.',
  })
  async segments(
    @Root() profile: Profile,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<SegmentMembershipConnection> {
    const ref = await refOf(profile, context);
    const request = pageRequest(context, args, { segments: ref.id });
    const rows = await context.loaders.get(membershipsOfProfiles, context).load(ref);
    const { byId } = await catalogueOf(context);
    const memberships = rows.flatMap(({ segmentId, enteredAt }) => {
      const segment = byId.get(segmentId);
      return segment && !segment.definition.deletedAt ? [{ segment, segmentId, enteredAt }] : [];
    });
    return pageOf(
      request,
      memberships,
      ({ enteredAt, segmentId }) => [enteredAt.toISOString(), segmentId],
      ({ segment, enteredAt }) => ({ segment: new SegmentType(segment), enteredAt }),
      { edgeOf: ({ enteredAt }) => ({ enteredAt }) },
    );
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => SegmentChangeConnection, {
    description: 'Every entry of the person into a segment and every exit, newest first.',
  })
  async segmentHistory(
    @Root() profile: Profile,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<SegmentChange>> {
    const ref = await refOf(profile, context);
    const request = pageRequest(context, args, { segmentHistory: ref.id });
    const page: HistoryPage = {
      below: request.after ? Number(request.after[0]) : Number.MAX_SAFE_INTEGER,
      above: request.before ? Number(request.before[0]) : 0,
      backward: request.backward,
      limit: request.limit,
    };
    const rows = await context.loaders.get(changesOfProfiles, context, JSON.stringify(page)).load(ref);
    const [catalogue, log] = [await catalogueOf(context), cursorsOfLog(context)];
    return toConnection(
      request,
      rows,
      (row) => [row.changeId],
      (row) => toSegmentChange(row, log, catalogue),
    );
  }
}
