import { publicId } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { livingProfiles, rankFacts, sourceRanking } from '../profiles/index.js';
import type { ProfileRef, RankedFact, SourceRanking } from '../profiles/index.js';
import { profileStates } from './identifier.reads.js';
import type { Merging } from './merging.js';
import type { Namespaces } from './namespaces.js';
import { chooseSurvivor, namedIn, partiesOf } from './parties-of-merge.js';
import type { AskedMerge } from './parties-of-merge.js';
import type { ProfileState } from './plan-identities.js';

interface PreviewMerge extends AskedMerge {
  namespaces: Namespaces;
  merging: Merging;
}

/** What `mergeProfiles` would do. */
export interface MergePlan {
  survivor: ProfileRef;
  /** Why it is this one, for people. */
  survivorReason: string;
  merges: { absorbed: ProfileRef; moved: Readonly<Record<string, number>> }[];
  attributes: AttributePlan[];
  exceeded: ExceededLimit[];
}

export interface AttributePlan {
  key: string;
  stands: RankedFact;
  /** Why that one stands, for people. */
  reason: string;
  givesWay: { fact: RankedFact; reason: string }[];
}

export interface ExceededLimit {
  namespaceKey: string;
  count: number;
  limit: number;
}

/**
 * Says what `mergeProfiles` would do, without doing it.
 * @throws OnefoldError PROFILE_UNKNOWN, MERGE_TOO_FEW
 */
export async function previewMerge(tx: Transaction, input: PreviewMerge): Promise<MergePlan> {
  const living = await livingProfiles(tx, namedIn(input));
  const profiles = partiesOf(input, living);
  const wanted = living.get(input.survivorId ?? '')?.id;
  const states = await profileStates(tx, profiles);
  const survivor = chooseSurvivor(profiles, { states, wanted });
  const merges = profiles.filter(({ id }) => id !== survivor.id).map((absorbed) => ({ survivor, absorbed }));
  const ranking = await sourceRanking.read(tx);
  const [moved, ranked] = await Promise.all([input.merging.count(tx, merges), rankFacts(tx, profiles)]);
  return {
    survivor,
    survivorReason: wanted ? 'It was asked for.' : reasonOfSurvivor(survivor, profiles, states),
    merges: merges.map(({ absorbed }, index) => ({ absorbed, moved: moved[index] ?? {} })),
    attributes: [...ranked].map(([key, said]) => attributePlan(key, said, ranking)),
    exceeded: exceededLimits(profiles, { states, namespaces: input.namespaces }),
  };
}

/** Why it is the oldest of them that stays, for people. */
export function reasonOfSurvivor(
  survivor: ProfileRef,
  profiles: readonly ProfileRef[],
  states: ReadonlyMap<string, ProfileState>,
): string {
  const born = (id: string) => states.get(id)?.createdAt.toISOString() ?? '';
  const isTwin = profiles.some(({ id }) => id !== survivor.id && born(id) === born(survivor.id));
  return isTwin
    ? `It was created at ${born(survivor.id)}, as another one was; of these its id is the smallest.`
    : `It is the oldest: it was created at ${born(survivor.id)}.`;
}

function attributePlan(
  key: string,
  [stands, ...others]: [RankedFact, ...RankedFact[]],
  ranking: SourceRanking,
): AttributePlan {
  const rankOf = ({ sourceId }: RankedFact) => ranking(key, sourceId);
  const rivals = others.filter((other) => rankOf(other) === rankOf(stands));
  const isNewest = rivals.every(({ at }) => at < stands.at);
  const reason =
    others.length === 0
      ? `Only ${publicId('profile', stands.profile.id)} says anything of it.`
      : rivals.length === 0
        ? 'Its source is believed more than the others.'
        : isNewest
          ? 'It is the newest.'
          : 'Nothing newer is known, and of what is said for the same instant it arrived last.';
  return {
    key,
    stands,
    reason,
    givesWay: others.map((fact) => ({
      fact,
      reason:
        rankOf(fact) > rankOf(stands)
          ? 'Its source is believed less of this attribute.'
          : reasonToGiveWay(fact, stands),
    })),
  };
}

/** As `prevails` has it. */
function reasonToGiveWay(fact: RankedFact, stands: RankedFact): string {
  if (fact.at < stands.at) {
    return `It is older: said for ${fact.at.toISOString()}, and what stands for ${stands.at.toISOString()}.`;
  }
  return 'It was said for the same instant, and arrived earlier.';
}

function exceededLimits(
  profiles: readonly ProfileRef[],
  { states, namespaces }: { states: ReadonlyMap<string, ProfileState>; namespaces: Namespaces },
): ExceededLimit[] {
  return [...namespaces.values()].flatMap(({ key, maxPerProfile: limit }) => {
    const count = profiles.reduce((sum, { id }) => sum + (states.get(id)?.held[key] ?? 0), 0);
    return limit !== null && count > limit ? [{ namespaceKey: key, count, limit }] : [];
  });
}
