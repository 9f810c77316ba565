import { Arg, Authorized, Ctx, FieldResolver, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { OnefoldError, Scope } from '../platform/index.js';
import { cursorsOf, pageRequest, toConnection } from '../platform/graphql/index.js';
import type { Connection, ListCursors } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';
import { ChangeFeed } from './change-feed.js';
import type { ChangeListener } from './change-listener.js';
import { changesAfter, headOfLog } from './change.reads.js';
import type { ChangeRow } from './change.reads.js';
import {
  SegmentChange,
  SegmentChangeCause,
  SegmentChangeConnection,
  SegmentChangeKind,
} from './segment-change.type.js';
import { catalogueOf } from './segment-catalogue.js';
import type { SegmentCatalogue } from './segment-catalogue.js';
import { SegmentType } from './segment.type.js';

const FIRST =
  'How many: 0 to 500; default 50. With 0, `pageInfo.endCursor` is where the log ends now (or `after`).';
const AFTER =
  'The last cursor seen, of a change of whichever segment; absent = from the beginning of the log.';

@Resolver(() => SegmentType)
export class SegmentChangesResolver {
  @Authorized(Scope.SUBSCRIBE)
  @Subscription(() => SegmentChange, {
    description:
      'Every entry and exit, once, in the order of the log; docs/subscriptions.md is the protocol. After a cut, go on with `after`.',
    subscribe: ({ args, context }) => listen(args as ListenArgs, context as RequestContext),
  })
  async segmentChanges(
    @Root() change: ChangeRow,
    @Arg('segments', () => [String], { nullable: true, description: 'Keys of the segments; absent = all.' })
    _segments: string[] | null,
    @Arg('after', () => String, {
      nullable: true,
      description: 'The last cursor seen; absent = from now on.',
    })
    _after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<SegmentChange> {
    return toSegmentChange(change, cursorsOfLog(context), await catalogueOf(context));
  }

  @Authorized(Scope.READ, Scope.SUBSCRIBE)
  @Query(() => SegmentChangeConnection, {
    description: 'The durable log of entries and exits, oldest first, for those who poll.',
  })
  async changes(
    @Arg('segment', () => String, { nullable: true, description: 'Key of the segment; absent = all.' })
    key: string | null,
    @Arg('after', () => String, { nullable: true, description: AFTER }) after: string | null,
    @Arg('first', () => Int, { nullable: true, description: FIRST }) first: number | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<SegmentChange>> {
    const segmentIds = key == null ? null : idsOf(await catalogueOf(context), [key], 'segment');
    return changesPage(context, segmentIds, { after, first });
  }

  @Authorized(Scope.READ, Scope.SUBSCRIBE)
  @FieldResolver(() => SegmentChangeConnection, {
    name: 'changes',
    description: 'The durable log of its entries and exits, oldest first, for those who poll.',
  })
  changesOfSegment(
    @Root() segment: SegmentType,
    @Arg('after', () => String, { nullable: true, description: AFTER }) after: string | null,
    @Arg('first', () => Int, { nullable: true, description: FIRST }) first: number | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<SegmentChange>> {
    return changesPage(context, [segment.uuid], { after, first });
  }
}

interface ListenArgs {
  segments?: string[] | null;
  after?: string | null;
}

async function listen({ segments, after }: ListenArgs, context: RequestContext): Promise<ChangeListener> {
  const place = after == null ? null : cursorsOfLog(context).read(after, 'after');
  const ids = segments && idsOf(await catalogueOf(context), segments, 'segments');
  await context.end();
  return context.service(ChangeFeed).listen({
    workspaceId: context.workspaceId,
    after: place && Number(place[0]),
    segmentIds: ids ? new Set(ids) : null,
  });
}

/** One page of the log. Its end is always a cursor to go on from, also when the page is empty. */
async function changesPage(
  context: RequestContext,
  segmentIds: readonly string[] | null,
  args: { after: string | null; first: number | null },
): Promise<Connection<SegmentChange>> {
  const request = pageRequest(context, args, LOG);
  const tx = await context.reading();
  const after = request.after ? Number(request.after[0]) : 0;
  const rows = await changesAfter(tx, { after, segmentIds, limit: request.limit });
  const catalogue = await catalogueOf(context);
  const page = toConnection(
    request,
    rows,
    (row) => [row.changeId],
    (row) => toSegmentChange(row, request.cursors, catalogue),
  );
  const { hasNextPage, hasPreviousPage, startCursor } = page.pageInfo;
  const endCursor =
    page.pageInfo.endCursor ?? args.after ?? request.cursors.at([args.first === 0 ? await headOfLog(tx) : 0]);
  return Object.assign(page, { pageInfo: { hasNextPage, hasPreviousPage, startCursor, endCursor } });
}

/** What of `SegmentChange` the log itself does not hold is read when it is asked for. */
export function toSegmentChange(
  row: ChangeRow,
  log: ListCursors,
  catalogue: SegmentCatalogue,
): SegmentChange {
  const segment = catalogue.byId.get(row.segmentId);
  if (!segment) throw new Error('a segment with changes is never forgotten');
  return {
    cursor: log.at([row.changeId]),
    kind: SegmentChangeKind[row.kind],
    segment: new SegmentType(segment),
    profile: new Profile({ shard: row.shard, id: row.id }, true),
    at: row.at,
    cause: SegmentChangeCause[row.cause],
  };
}

/** All lists of changes of a workspace share their cursors, so that one can go from polling to a socket and back. */
const LOG = { list: 'changes' };

export function cursorsOfLog(context: RequestContext): ListCursors {
  return cursorsOf(context, LOG);
}

/** Of every segment that has or had that key: whoever follows it is told that everybody left when it is deleted. */
function idsOf(catalogue: SegmentCatalogue, keys: readonly string[], argument: string): string[] {
  return keys.flatMap((key) => {
    const named = [...catalogue.byId.values()].filter(({ definition }) => definition.key === key);
    if (named.length > 0) return named.map(({ definition }) => definition.id);
    throw new OnefoldError('SEGMENT_UNKNOWN', {
      path: [argument],
      message: `There is no segment "${key}". See \`segments\` for those there are.`,
    });
  });
}
