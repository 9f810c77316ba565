import { Arg, Args, Authorized, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { RequestContext, sources } from '../access/index.js';
import { LAST_ID, NO_ID, OnefoldError, publicId, Scope, shardOfId, uuidOf } from '../platform/index.js';
import { SourceType } from '../access/source.type.js';
import { PageArgs, pageRequest, toConnection, withUserErrors } from '../platform/graphql/index.js';
import type { Connection } from '../platform/graphql/index.js';
import { livingRefs, refOf } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { mergeProfiles } from './merge-profiles.js';
import { MergeProfilesInput, UnmergeProfilesInput } from './merge.input.js';
import { findMerges, mergeOfAbsorbed, mergesBefore, mergesOfProfiles } from './merge.reads.js';
import type { MergeRow } from './merge.reads.js';
import {
  MergeCause,
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
    description:
      'Makes profiles one. Everything moves to the survivor, the ids of the others lead to it, and it can be undone.',
  })
  mergeProfiles(
    @Arg('input', () => MergeProfilesInput, { description: 'Which.' }) input: MergeProfilesInput,
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
      return {
        profile: new Profile(survivor),
        merges: await toMerges(
          rows.filter((row) => row !== null),
          context,
        ),
      };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => UnmergeProfilesPayload, {
    description:
      'Takes a merge back: both profiles are as they were, and what came since is with the one whose identifiers it carried.',
  })
  unmergeProfiles(
    @Arg('input', () => UnmergeProfilesInput, { description: 'Which.' }) input: UnmergeProfilesInput,
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
    description: 'All merges of the workspace, undone ones as well, newest first.',
  })
  async merges(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<ProfileMerge>> {
    const request = pageRequest(context, args, { list: 'merges' });
    const rows = await mergesBefore(await context.reading(), {
      after: String(request.after?.[0] ?? LAST_ID),
      before: String(request.before?.[0] ?? NO_ID),
      backward: request.backward,
      limit: request.limit,
    });
    const merges = await toMerges(rows, context);
    const byId = new Map(rows.map((row, index) => [row.id, merges[index] as ProfileMerge]));
    return toConnection(
      request,
      rows,
      (row) => [row.id],
      (row) => byId.get(row.id) as ProfileMerge,
    );
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => [ProfileMerge], {
    description: 'The merges that stand by which other profiles are part of this one, oldest first.',
  })
  async mergedFrom(@Root() profile: Profile, @Ctx() context: RequestContext): Promise<ProfileMerge[]> {
    const rows = await context.loaders.get(mergesOfProfiles, context).load(await refOf(profile, context));
    return toMerges(rows, context);
  }
}

/** For `node(id:)`. */
export async function findMergeNodes(
  context: RequestContext,
  uuids: readonly string[],
): Promise<(ProfileMerge | null)[]> {
  const rows = await findMerges(await context.reading(), uuids);
  const merges = await toMerges(
    rows.filter((row) => row !== null),
    context,
  );
  return rows.map((row) => (row ? (merges.shift() ?? null) : null));
}

async function toMerges(rows: readonly MergeRow[], context: RequestContext): Promise<ProfileMerge[]> {
  if (rows.length === 0) return [];
  const survivors = context.loaders.get(livingRefs, context);
  const [known, living] = await Promise.all([
    sources.read(await context.reading()),
    Promise.all(rows.map((row) => survivors.load(row.survivorId))),
  ]);
  return rows.map((row, index) => {
    const source = row.sourceId ? known.get(row.sourceId) : undefined;
    return Object.assign(new ProfileMerge(row.id), {
      absorbedId: publicId('profile', row.absorbedId),
      survivorId: publicId('profile', row.survivorId),
      profile: new Profile(living[index] as ProfileRef),
      at: row.at,
      cause: MergeCause[row.cause],
      source: source ? new SourceType(source) : null,
      externalId: row.externalId,
      apiKeyId: row.keyId && publicId('key', row.keyId),
      moved: Object.entries(row.moved)
        .map(([kind, count]) => ({ kind, count }))
        .sort((a, b) => (a.kind < b.kind ? -1 : 1)),
      undoneAt: row.undoneAt,
    });
  });
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
