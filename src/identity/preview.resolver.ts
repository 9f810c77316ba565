import { Arg, Authorized, Ctx, ID, Query, Resolver } from 'type-graphql';
import { RequestContext, sources } from '../access/index.js';
import { Scope } from '../platform/index.js';
import type { Source } from '../access/index.js';
import { SourceType } from '../access/source.type.js';
import { maskingFor } from '../profiles/index.js';
import type { Masking, RankedFact } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { Merging } from './merging.js';
import { namespaces } from './namespace-catalogue.js';
import { parseMerge } from './parse-merge.js';
import { previewMerge } from './preview-merge.js';
import type { MergePlan } from './preview-merge.js';
import { MergePreview } from './preview.type.js';
import type { PreviewedFact } from './preview.type.js';

@Resolver()
export class PreviewMergeResolver {
  @Authorized(Scope.READ)
  @Query(() => MergePreview, {
    description: 'What `mergeProfiles` with these arguments would do. Nothing is done.',
  })
  async previewMerge(
    @Arg('profileIds', () => [ID], {
      description: '2 to 20 profile ids. The id of an absorbed profile stands for its survivor.',
    })
    profileIds: string[],
    @Arg('survivorId', () => ID, { nullable: true, description: 'Which of them stays; absent = the oldest.' })
    survivorId: string | null,
    @Ctx() context: RequestContext,
  ): Promise<MergePreview> {
    const tx = await context.reading();
    const plan = await previewMerge(tx, {
      ...parseMerge({ profileIds, survivorId }),
      namespaces: await namespaces.read(tx),
      merging: context.service(Merging),
    });
    return toMergePreview(plan, { known: await sources.read(tx), masked: await maskingFor(context) });
  }
}

interface Showing {
  known: ReadonlyMap<string, Source>;
  masked: Masking;
}

function toMergePreview(plan: MergePlan, showing: Showing): MergePreview {
  return {
    survivor: new Profile(plan.survivor),
    survivorReason: plan.survivorReason,
    merges: plan.merges.map(({ absorbed, moved }) => ({
      absorbed: new Profile(absorbed),
      moved: Object.entries(moved).map(([kind, count]) => ({ kind, count })),
    })),
    attributes: plan.attributes.map(({ key, stands, reason, givesWay }) => ({
      key,
      stands: toFact(key, { ...stands, reason }, showing),
      givesWay: givesWay.map(({ fact, reason: why }) => toFact(key, { ...fact, reason: why }, showing)),
    })),
    exceededLimits: plan.exceeded,
  };
}

function toFact(
  key: string,
  { profile, value, at, sourceId, reason }: RankedFact & { reason: string },
  { known, masked }: Showing,
): PreviewedFact {
  const source = known.get(sourceId);
  return {
    profile: new Profile(profile),
    value: masked(key, value),
    source: source ? new SourceType(source) : null,
    setAt: at,
    reason,
  };
}
