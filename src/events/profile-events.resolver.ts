import { Arg, Args, Authorized, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { RequestContext, sources } from '../access/index.js';
import { Scope, shardOfId } from '../platform/index.js';
import { SourceType } from '../access/source.type.js';
import { DateTime, PageArgs, pageRequest, toConnection } from '../platform/graphql/index.js';
import type { Connection, SortKey } from '../platform/graphql/index.js';
import { refOf } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { eventPages, eventsById } from './event.reads.js';
import type { EventRow, EventsPage } from './event.reads.js';
import { EventConnection, EventNode } from './event.type.js';
import { eventTypes } from './event-types.js';
import { maskProperties } from './personal-properties.js';

@Resolver(() => Profile)
export class ProfileEventsResolver {
  @Authorized(Scope.READ)
  @FieldResolver(() => EventConnection, {
    description:
      'The events of the person, newest first. Events dated in the future are included; they count from then on.',
  })
  async events(
    @Root() profile: Profile,
    @Arg('types', () => [String], {
      nullable: true,
      description: 'Only events of these types; absent = all.',
    })
    types: string[] | null,
    @Arg('from', () => DateTime, {
      nullable: true,
      description: 'Only those that happened at or after this instant.',
    })
    from: Date | null,
    @Arg('to', () => DateTime, {
      nullable: true,
      description: 'Only those that happened before this instant.',
    })
    to: Date | null,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<EventNode>> {
    const filter = { types: types ?? null, from: from?.toISOString() ?? null, to: to?.toISOString() ?? null };
    const ref = await refOf(profile, context);
    const request = pageRequest(context, args, { events: ref.id, ...filter });
    const page: EventsPage = {
      ...filter,
      after: placeOf(request.after),
      before: placeOf(request.before),
      limit: request.limit,
      backward: request.backward,
    };
    const rows = await context.loaders.get(eventPages, context, JSON.stringify(page)).load(ref);
    const toEvent = await showing(context);
    return toConnection(request, rows, (row) => [row.occurredAt.toISOString(), row.id], toEvent);
  }
}

/** For `node(id:)`. */
export async function findEvents(
  context: RequestContext,
  uuids: readonly string[],
): Promise<(EventNode | null)[]> {
  const rows = await context.loaders.get(eventsById, context).loadMany(uuids);
  const toEvent = await showing(context);
  return rows.map((row) => {
    if (row instanceof Error) throw row;
    return row && toEvent(row);
  });
}

/** Makes events as the viewer may see them. */
async function showing(context: RequestContext): Promise<(row: EventRow) => EventNode> {
  const tx = await context.reading();
  const known = await sources.read(tx);
  const contracts = context.seesPersonal ? null : await eventTypes.read(tx);
  return (row) => {
    const properties = contracts ? maskProperties(contracts, row.type, row.properties) : row.properties;
    const source = known.get(row.sourceId);
    const { profileId: id } = row;
    return new EventNode(
      { ...row, properties },
      {
        source: SourceType.of(source),
        profile: new Profile({ id, shard: shardOfId(context.workspaceId, id) }),
      },
    );
  };
}

function placeOf(key: SortKey | null): readonly [string, string] | null {
  return key && [String(key[0]), String(key[1])];
}
