import { Arg, Args, Authorized, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { RequestContext, sourceIdsOf, sources } from '../access/index.js';
import { LAST_ID, MASK, NO_ID, OnefoldError, Scope, shardOfId } from '../platform/index.js';
import { SourceType } from '../access/source.type.js';
import { PageArgs, pageRequest, toConnection } from '../platform/graphql/index.js';
import type { Connection, PageRequest } from '../platform/graphql/index.js';
import { refOf } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { conflictsBetween, conflictsById, conflictsOfProfiles } from './conflict.reads.js';
import type { ConflictPage, ConflictRow } from './conflict.reads.js';
import {
  IdentityConflict,
  IdentityConflictConnection,
  IdentityConflictFilterInput,
  IdentityConflictKind,
} from './conflict.type.js';
import { namespaces } from './namespace-catalogue.js';
import { NamespaceType } from './namespace.type.js';

/** Of one filter. */
const MAX_NAMESPACES = 1_000;

@Resolver(() => Profile)
export class ConflictResolver {
  @Authorized(Scope.READ)
  @Query(() => IdentityConflictConnection, {
    description: 'The identity conflicts of the workspace, newest first.',
  })
  async identityConflicts(
    @Arg('filter', () => IdentityConflictFilterInput, {
      nullable: true,
      description: 'Which conflicts. Absent or null = all.',
    })
    filter: IdentityConflictFilterInput | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<IdentityConflict>> {
    const { kinds = null, from = null, to = null } = filter ?? {};
    const { namespaces: namespaceKeys = null, sources: sourceKeys = null } = filter ?? {};
    const request = pageRequest(context, args, {
      ...{ list: 'identityConflicts', kinds, namespaces: namespaceKeys, sources: sourceKeys, from, to },
    });
    if ((namespaceKeys?.length ?? 0) > MAX_NAMESPACES)
      throw new OnefoldError('TOO_MANY', { path: ['filter', 'namespaces'] });
    const tx = await context.reading();
    const sourceIds = sourceKeys && (await sourceIdsOf(tx, sourceKeys, ['filter', 'sources']));
    const rows = await conflictsBetween(tx, { kinds, namespaceKeys, sourceIds, from, to }, placesOf(request));
    return toPage(request, rows, context);
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => IdentityConflictConnection, {
    name: 'identityConflicts',
    description:
      'The identity conflicts of items about the person, including items of profiles absorbed since; newest first.',
  })
  async ofProfile(
    @Root() profile: Profile,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<IdentityConflict>> {
    const ref = await refOf(profile, context);
    const request = pageRequest(context, args, { identityConflicts: ref.id });
    const page = JSON.stringify(placesOf(request));
    const rows = await context.loaders.get(conflictsOfProfiles, context, page).load(ref);
    return toPage(request, rows, context);
  }
}

/** For `node(id:)`. */
export async function findConflicts(
  context: RequestContext,
  uuids: readonly string[],
): Promise<(IdentityConflict | null)[]> {
  const rows = await context.loaders.get(conflictsById, context).loadMany(uuids);
  const show = await showing(context);
  return rows.map((row) => {
    if (row instanceof Error) throw row;
    return row && show(row);
  });
}

async function toPage(
  request: PageRequest,
  rows: readonly ConflictRow[],
  context: RequestContext,
): Promise<Connection<IdentityConflict>> {
  return toConnection(request, rows, (row) => [row.id], await showing(context));
}

function placesOf({ after, before, backward, limit }: PageRequest): ConflictPage {
  return { below: String(after?.[0] ?? LAST_ID), above: String(before?.[0] ?? NO_ID), backward, limit };
}

/** Makes conflicts as the viewer may see them. */
async function showing(context: RequestContext): Promise<(row: ConflictRow) => IdentityConflict> {
  const tx = await context.reading();
  const [knownSources, knownNamespaces] = [await sources.read(tx), await namespaces.read(tx)];
  const profile = (id: string) => new Profile({ id, shard: shardOfId(context.workspaceId, id) }, true);
  return (row) => {
    const source = knownSources.get(row.sourceId);
    const namespace = knownNamespaces.get(row.namespace);
    return Object.assign(new IdentityConflict(row.id), {
      kind: IdentityConflictKind[row.kind],
      namespace: namespace ? new NamespaceType(namespace) : null,
      namespaceKey: row.namespace,
      value: context.seesPersonal ? row.value : MASK,
      isMasked: !context.seesPersonal,
      profile: profile(row.profileId),
      heldBy: row.heldBy === null ? null : profile(row.heldBy),
      source: SourceType.of(source),
      externalId: row.externalId,
      detectedAt: row.detectedAt,
    });
  };
}
