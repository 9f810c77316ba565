import { Args, Authorized, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { RequestContext, sources } from '../access/index.js';
import { MASK, Scope, shardOfId } from '../platform/index.js';
import type { Source } from '../access/index.js';
import { SourceType } from '../access/source.type.js';
import { PageArgs, ForwardPageArgs, pageRequest, toConnection } from '../platform/graphql/index.js';
import type { Connection, PageRequest } from '../platform/graphql/index.js';
import { refOf } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { conflictsBetween, conflictsById, conflictsOfProfiles } from './conflict.reads.js';
import type { ConflictPage, ConflictRow } from './conflict.reads.js';
import { IdentityConflict, IdentityConflictConnection, IdentityConflictKind } from './conflict.type.js';

const BELOW_ALL = '00000000-0000-0000-0000-000000000000';
const ABOVE_ALL = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

@Resolver(() => Profile)
export class ConflictResolver {
  @Authorized(Scope.READ)
  @Query(() => IdentityConflictConnection, {
    description: 'All identity conflicts of the workspace, newest first.',
  })
  async identityConflicts(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<IdentityConflict>> {
    const request = pageRequest(context, args, { list: 'identityConflicts' });
    const rows = await conflictsBetween(await context.reading(), {
      below: String(request.after?.[0] ?? ABOVE_ALL),
      above: String(request.before?.[0] ?? BELOW_ALL),
      backward: request.backward,
      limit: request.limit,
    });
    return toPage(request, rows, context);
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => IdentityConflictConnection, {
    name: 'identityConflicts',
    description:
      'The conflicts of items about the person, also of those that came to profiles absorbed since; newest first.',
  })
  async ofProfile(
    @Root() profile: Profile,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<IdentityConflict>> {
    const ref = await refOf(profile, context);
    const request = pageRequest(context, args, { identityConflicts: ref.id });
    const page: ConflictPage = { below: String(request.after?.[0] ?? ABOVE_ALL), limit: request.limit };
    const rows = await context.loaders.get(conflictsOfProfiles, context, JSON.stringify(page)).load(ref);
    return toPage(request, rows, context);
  }
}

/** For `node(id:)`. */
export async function findConflicts(
  context: RequestContext,
  uuids: readonly string[],
): Promise<(IdentityConflict | null)[]> {
  const rows = await context.loaders.get(conflictsById, context).loadMany(uuids);
  const known = await sources.read(await context.reading());
  return rows.map((row) => {
    if (row instanceof Error) throw row;
    return row && toConflict(row, known, context);
  });
}

async function toPage(
  request: PageRequest,
  rows: readonly ConflictRow[],
  context: RequestContext,
): Promise<Connection<IdentityConflict>> {
  const known = await sources.read(await context.reading());
  return toConnection(
    request,
    rows,
    (row) => [row.id],
    (row) => toConflict(row, known, context),
  );
}

function toConflict(
  row: ConflictRow,
  known: ReadonlyMap<string, Source>,
  context: RequestContext,
): IdentityConflict {
  const source = known.get(row.sourceId);
  const profile = (id: string) => new Profile({ id, shard: shardOfId(context.workspaceId, id) }, true);
  return Object.assign(new IdentityConflict(row.id), {
    kind: IdentityConflictKind[row.kind],
    namespace: row.namespace,
    value: context.seesPersonal ? row.value : MASK,
    profile: profile(row.profileId),
    heldBy: row.heldBy === null ? null : profile(row.heldBy),
    source: source ? new SourceType(source) : null,
    externalId: row.externalId,
    at: row.at,
  });
}
