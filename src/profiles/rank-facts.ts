import type { Transaction } from '../platform/index.js';
import { prevails } from './attribute-facts.js';
import type { Fact } from './attribute-facts.js';
import type { ProfileRef } from './profile-ref.js';
import { readSides } from './sides.js';
import { sourceRanking } from './source-ranking.js';

/** What one of several profiles says of an attribute. */
export interface RankedFact extends Fact {
  profile: ProfileRef;
}

/** What profiles say of each attribute, by key in alphabetical order; first the fact that would stand for all. */
export async function rankFacts(
  tx: Transaction,
  profiles: readonly ProfileRef[],
): Promise<Map<string, [RankedFact, ...RankedFact[]]>> {
  const [sides, ranking] = [await readSides(tx, profiles), await sourceRanking.read(tx)];
  const all = profiles.flatMap((profile) =>
    [...(sides.get(profile.id)?.together ?? [])].map(([key, fact]) => ({ key, fact: { ...fact, profile } })),
  );
  const byKey = Map.groupBy(
    all.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))),
    ({ key }) => key,
  );
  return new Map(
    [...byKey].map(([key, said]) => [
      key,
      said.map(({ fact }) => fact).sort((a, b) => (prevails(key, a, b, ranking) ? -1 : 1)) as [
        RankedFact,
        ...RankedFact[],
      ],
    ]),
  );
}
