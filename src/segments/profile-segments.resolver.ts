import { Args, Authorized, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { Scope } from '../platform/index.js';
import { ForwardPageArgs, pageRequest, toConnection } from '../platform/graphql/index.js';
import type { Connection } from '../platform/graphql/index.js';
import { refOf } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { changesOfProfiles } from './change.reads.js';
import type { HistoryPage } from './change.reads.js';
import { membershipsOfProfiles } from './membership.reads.js';
import { catalogueOf } from './segment-catalogue.js';
import { SegmentChange, SegmentChangeConnection } from './segment-change.type.js';
import { cursorsOfLog, toSegmentChange } from './segment-changes.resolver.js';
import { Membership, SegmentType } from './segment.type.js';

@Resolver(() => Profile)
export class ProfileSegmentsResolver {
  @Authorized(Scope.READ)
  @FieldResolver(() => [Membership], {
    description: 'The segments that the person belongs to now, the longest first.',
  })
  async segments(@Root() profile: Profile, @Ctx() context: RequestContext): Promise<Membership[]> {
    const rows = await context.loaders
      .get(membershipsOfProfiles, context)
      .load(await refOf(profile, context));
    const { byId } = await catalogueOf(context);
    return rows.flatMap((row) => {
      const segment = byId.get(row.segmentId);
      if (!segment || segment.definition.deletedAt) return [];
      return [{ segment: new SegmentType(segment), enteredAt: row.enteredAt }];
    });
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => SegmentChangeConnection, {
    description: 'Every entry and exit of the person, newest first.',
  })
  async segmentHistory(
    @Root() profile: Profile,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<SegmentChange>> {
    const ref = await refOf(profile, context);
    const request = pageRequest(context, args, { segmentHistory: ref.id });
    const page: HistoryPage = { before: request.after && Number(request.after[0]), limit: request.limit };
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
