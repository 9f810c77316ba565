import { Arg, Args, Authorized, Ctx, FieldResolver, Query, Resolver, Root, Subscription } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { OnefoldError, Scope } from '../platform/index.js';
import { cursorsOf, PageArgs, pageRequest, toConnection } from '../platform/graphql/index.js';
import type { Connection, ListCursors } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';
import { ChangeFeed } from './change-feed.js';
import type { ChangeListener } from './change-listener.js';
import { changesOf, headOfLog } from './change.reads.js';
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

const MOST_KEYS = 500;

const PAGES =
  'Oldest first. All lists and subscriptions of changes share their cursors. With `first: 0`, `pageInfo.endCursor` is where the log ends now (or `after`).';

@Resolver(() => SegmentType)
export class SegmentChangesResolver {
  @Authorized(Scope.SUBSCRIBE)
  @Subscription(() => SegmentChange, {
    description:
      'Every entry and exit, once, in the order of the log; docs/subscriptions.md is the protocol. After a disconnect, continue with `after`.',
    subscribe: ({ args, context }) => listen(args as ListenArgs, context as RequestContext),
  })
  async segmentChanges(
    @Root() change: ChangeRow,
    @Arg('segments', () => [String], {
      nullable: true,
      description: 'The keys of the segments. Absent = all.',
    })
    _segments: string[] | null,
    @Arg('after', () => String, {
      nullable: true,
      description:
        'The last cursor seen, of this subscription or of a list of changes. Absent = from now on.',
    })
    _after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<SegmentChange> {
    return toSegmentChange(change, cursorsOfLog(context), await catalogueOf(context));
  }

  @Authorized(Scope.READ, Scope.SUBSCRIBE)
  @Query(() => SegmentChangeConnection, {
    name: 'segmentChanges',
    description: `The durable log of entries and exits, for clients that poll. ${PAGES}`,
  })
  async changes(
    @Arg('segments', () => [String], {
      nullable: true,
      description: 'The keys of the segments: at most 500. Absent = all.',
    })
    keys: string[] | null,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<SegmentChange>> {
    if (keys && keys.length > MOST_KEYS)
      throw new OnefoldError('TOO_MANY', {
        path: ['segments'],
        message: `Name at most ${MOST_KEYS} segments; without \`segments\` the changes of all are listed.`,
      });
    const segmentIds = keys && idsOf(await catalogueOf(context), keys);
    return changesPage(context, segmentIds, args);
  }

  @Authorized(Scope.READ, Scope.SUBSCRIBE)
  @FieldResolver(() => SegmentChangeConnection, {
    name: 'changes',
    description: `The durable log of its entries and exits, for clients that poll. ${PAGES}`,
  })
  changesOfSegment(
    @Root() segment: SegmentType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<SegmentChange>> {
    return changesPage(context, [segment.uuid], args);
  }
}

interface ListenArgs {
  segments?: string[] | null;
  after?: string | null;
}

async function listen({ segments, after }: ListenArgs, context: RequestContext): Promise<ChangeListener> {
  const place = after == null ? null : cursorsOfLog(context).read(after, 'after');
  const ids = segments && idsOf(await catalogueOf(context), segments);
  await context.end();
  return context.service(ChangeFeed).listen({
    workspaceId: context.workspaceId,
    after: place && Number(place[0]),
    segmentIds: ids ? new Set(ids) : null,
  });
}

/** One page of the log. Forwards its end is always a cursor to go on from, also when the page is empty. */
async function changesPage(
  context: RequestContext,
  segmentIds: readonly string[] | null,
  args: PageArgs,
): Promise<Connection<SegmentChange>> {
  const request = pageRequest(context, args, LOG);
  const { backward, limit, cursors } = request;
  const tx = await context.reading();
  const rows = await changesOf(tx, {
    after: request.after && Number(request.after[0]),
    before: request.before && Number(request.before[0]),
    ...{ segmentIds, backward, limit },
  });
  const catalogue = await catalogueOf(context);
  const page = toConnection(
    request,
    rows,
    (row) => [row.changeId],
    (row) => toSegmentChange(row, cursors, catalogue),
  );
  if (backward || page.nodes.length > 0) return page;
  const { hasNextPage, hasPreviousPage, startCursor } = page.pageInfo;
  const end = args.after ?? cursors.at([limit === 1 ? await headOfLog(tx) : 0]);
  return Object.assign(page, { pageInfo: { hasNextPage, hasPreviousPage, startCursor, endCursor: end } });
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

/** The segments that have or had these keys: a deleted one is followed until everybody has left it. */
function idsOf(catalogue: SegmentCatalogue, keys: readonly string[]): string[] {
  return keys.flatMap((key) => {
    const named = [...catalogue.byId.values()].filter(({ definition }) => definition.key === key);
    if (named.length > 0) return named.map(({ definition }) => definition.id);
    throw new OnefoldError('SEGMENT_UNKNOWN', {
      path: ['segments'],
      message: `There is no segment "${key}". See \`segments\` for those there are.`,
    });
  });
}
