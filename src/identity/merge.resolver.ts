import { Arg, Args, Authorized, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Actor, actorsById, RequestContext, sourceIdsOf, sources } from '../access/index.js';
import { LAST_ID, NO_ID, OnefoldError, publicId, Scope, shardOfId, uuidOf } from '../platform/index.js';
import { SourceType } from '../access/source.type.js';
import { PageArgs, pageOf, pageRequest, toConnection, withUserErrors } from '../platform/graphql/index.js';
import type { Connection } from '../platform/graphql/index.js';
import { livingRefs, refOf } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { mergeProfiles } from './merge-profiles.js';
import { MergeProfilesInput, UnmergeProfilesInput } from './merge.input.js';
import { findMerges, mergeOfAbsorbed, mergesBetween, mergesOfProfiles } from './merge.reads.js';
import type { MergeRow } from './merge.reads.js';
import {
  MergeCause,
  MergeFilterInput,
  MergeProfilesPayload,
  ProfileMerge,
  ProfileMergeConnection,
  UnmergeProfilesPayload,
} from './merge.type.js';
import { Merging } from './merging.js';
import { parseMerge, profileUuid } from './parse-merge.js';
import { unmergeProfiles } from './unmerge-profiles.js';

@Resolver(() => Profile)
export class MergeResolver {
  @Authorized(Scope.MANAGE)
  @Mutation(() => MergeProfilesPayload, {
    nullable: true,
    description:
      'Merges profiles into one. Everything moves to the survivor, the ids of the others lead to it, and the merge can be undone.',
  })
  mergeProfiles(
    @Arg('input', () => MergeProfilesInput, { description: 'Which profiles.' }) input: MergeProfilesInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<MergeProfilesPayload>> {
    return withUserErrors(async () => {
      const { profileIds, survivorId } = parseMerge(input);
      const now = context.clock.now();
      const { survivor, mergeIds } = await context.write((tx) =>
        mergeProfiles(tx, {
          profileIds,
          survivorId,
          keyId: context.viewer.keyId,
          now,
          merging: context.service(Merging),
        }),
      );
      const rows = await findMerges(await context.reading(), mergeIds);
      const known = rows.filter((row) => row !== null);
      return { profile: new Profile(survivor), merges: known.map(await showing(known, context)) };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => UnmergeProfilesPayload, {
    nullable: true,
    description:
      'Undoes a merge. Each profile gets back what it had; newer data goes to whichever profile owns the identifier it arrived with.',
  })
  unmergeProfiles(
    @Arg('input', () => UnmergeProfilesInput, { description: 'Which merge.' }) input: UnmergeProfilesInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<UnmergeProfilesPayload>> {
    return withUserErrors(async () => {
      const mergeId = await mergeIdOf(input, context);
      const { survivor, restored } = await context.write((tx) =>
        unmergeProfiles(tx, {
          mergeId,
          keyId: context.viewer.keyId,
          now: context.clock.now(),
          merging: context.service(Merging),
        }),
      );
      return { survivor: new Profile(survivor), restored: new Profile(restored) };
    });
  }

  @Authorized(Scope.READ)
  @Query(() => ProfileMergeConnection, {
    description: 'The merges of the workspace, including undone ones; newest first.',
  })
  async merges(
    @Arg('filter', () => MergeFilterInput, {
      nullable: true,
      description: 'Which merges. Absent or null = all.',
    })
    filter: MergeFilterInput | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<ProfileMerge>> {
    const { causes = null, sources: keys = null, isUndone = null, from = null, to = null } = filter ?? {};
    const list = { list: 'merges', causes, sources: keys, isUndone, from, to };
    const request = pageRequest(context, args, list);
    const tx = await context.reading();
    const sourceIds = keys && (await sourceIdsOf(tx, keys, ['filter', 'sources']));
    const rows = await mergesBetween(
      tx,
      { causes, sourceIds, isUndone, from, to },
      {
        below: String(request.after?.[0] ?? LAST_ID),
        above: String(request.before?.[0] ?? NO_ID),
        backward: request.backward,
        limit: request.limit,
      },
    );
    return toConnection(request, rows, (row) => [row.id], await showing(rows, context));
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => ProfileMergeConnection, {
    description: 'The merges through which other profiles became part of this one, oldest first.',
  })
  async mergedFrom(
    @Root() profile: Profile,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<ProfileMerge>> {
    const ref = await refOf(profile, context);
    const request = pageRequest(context, args, { mergedFrom: ref.id });
    const rows = await context.loaders.get(mergesOfProfiles, context).load(ref);
    return pageOf(request, rows, (row) => [row.id], await showing(rows, context));
  }
}

@Resolver(() => ProfileMerge)
export class MergeActorsResolver {
  @Authorized(Scope.READ)
  @FieldResolver(() => Actor, {
    nullable: true,
    description: 'The actor that requested the merge; null if an item caused it.',
  })
  requestedBy(@Root() { keyId }: ProfileMerge, @Ctx() context: RequestContext): Promise<Actor | null> {
    return actorOf(keyId, context);
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => Actor, {
    nullable: true,
    description: 'The actor that requested the undo; null if the merge was not undone.',
  })
  undoneBy(@Root() { undoneKeyId }: ProfileMerge, @Ctx() context: RequestContext): Promise<Actor | null> {
    return actorOf(undoneKeyId, context);
  }
}

async function actorOf(keyId: string | null, context: RequestContext): Promise<Actor | null> {
  return keyId === null ? null : context.loaders.get(actorsById, context).load(keyId);
}

/** For `node(id:)`. */
export async function findMergeNodes(
  context: RequestContext,
  uuids: readonly string[],
): Promise<(ProfileMerge | null)[]> {
  const rows = await findMerges(await context.reading(), uuids);
  const show = await showing(
    rows.filter((row) => row !== null),
    context,
  );
  return rows.map((row) => row && show(row));
}

/** Makes merges as they are shown. */
async function showing(
  rows: readonly MergeRow[],
  context: RequestContext,
): Promise<(row: MergeRow) => ProfileMerge> {
  const loader = context.loaders.get(livingRefs, context);
  const ids = [...new Set(rows.flatMap(({ absorbedId, survivorId }) => [absorbedId, survivorId]))];
  const living = new Map(
    await Promise.all(
      ids.map(async (id): Promise<[string, ProfileRef | null]> => [id, await loader.load(id)]),
    ),
  );
  const known = await sources.read(await context.reading());
  const ifLiving = (id: string) => {
    const ref = living.get(id);
    return ref?.id === id ? new Profile(ref) : null;
  };
  return (row) => {
    const source = row.sourceId ? known.get(row.sourceId) : undefined;
    return Object.assign(new ProfileMerge(row.id), {
      absorbedId: publicId('profile', row.absorbedId),
      survivorId: publicId('profile', row.survivorId),
      absorbed: ifLiving(row.absorbedId),
      survivor: ifLiving(row.survivorId),
      profile: new Profile(living.get(row.survivorId) as ProfileRef),
      mergedAt: row.mergedAt,
      cause: MergeCause[row.cause],
      source: SourceType.of(source),
      externalId: row.externalId,
      keyId: row.keyId,
      undoneKeyId: row.undoneKeyId,
      moved: Object.entries(row.moved)
        .map(([kind, count]) => ({ kind, count }))
        .sort((a, b) => (a.kind < b.kind ? -1 : 1)),
      undoneAt: row.undoneAt,
    });
  };
}

async function mergeIdOf(
  { mergeId, profileId }: UnmergeProfilesInput,
  context: RequestContext,
): Promise<string> {
  if ((mergeId == null) === (profileId == null)) {
    throw new OnefoldError('REQUIRED', { message: 'Give `mergeId` or `profileId`, and not both.' });
  }
  if (mergeId != null) {
    const uuid = uuidOf('merge', mergeId);
    if (!uuid) throw new OnefoldError('MERGE_UNKNOWN', { path: ['mergeId'] });
    return uuid;
  }
  const id = profileUuid(profileId ?? '', ['profileId']);
  const shard = shardOfId(context.workspaceId, id);
  const merge = await mergeOfAbsorbed(await context.reading(), { id, shard });
  if (!merge) {
    throw new OnefoldError('MERGE_UNKNOWN', {
      path: ['profileId'],
      message: 'No merge stands by which this profile was absorbed.',
    });
  }
  return merge.id;
}
