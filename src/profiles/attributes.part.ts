import type { Transaction } from '../platform/index.js';
import { rowsOfProfiles } from './kept-rows.js';
import type { Merge, PersonPart, Split } from './person-part.js';
import type { ProfileRef } from './profile-ref.js';
import { joined, readSides, writeWhole } from './sides.js';
import type { Sided } from './sides.js';
import { sourceRanking } from './source-ranking.js';
import type { SourceRanking } from './source-ranking.js';

/**
 * The profile itself. Attributes go by the rule of ingest (`prevails`), and the absorbed profile becomes a tombstone that
 * leads on.
 */
export const attributesPart: PersonPart = {
  ...rowsOfProfiles({ table: 'profile', whose: [{ shard: 'shard', id: 'id' }] }),
  movedAs: 'attributes',

  async count(tx, merges: readonly Merge[]) {
    return together(await sidesOf(tx, merges), merges, await sourceRanking.read(tx)).moved;
  },

  async merge(tx: Transaction, merges: readonly Merge[], now: Date) {
    const known = await sidesOf(tx, merges);
    const { survivors, moved } = together(known, merges, await sourceRanking.read(tx));
    await writeWhole(tx, [
      ...[...survivors.values()].map((profile) => ({ ...profile, mergedInto: null, updatedAt: now })),
      ...merges.map(({ survivor, absorbed }) => ({
        ...(known.get(absorbed.id) as Sided),
        mergedInto: survivor.id,
      })),
    ]);
    return moved;
  },

  async unmerge(tx: Transaction, { survivor, restored, side, rest, mergedAt }: Split) {
    const ranking = await sourceRanking.read(tx);
    const known = await readSides(tx, [...side, ...rest]);
    const part = (ref: ProfileRef, refs: readonly ProfileRef[], last: Date | null) => {
      const before = known.get(ref.id);
      if (!before) throw new Error('what is parted exists');
      const sides = refs.flatMap(({ id }) => known.get(id) ?? []);
      return {
        ...before,
        together: joined(
          sides.map(({ own }) => own),
          ranking,
        ),
        own: refs.length > 1 ? before.own : null,
        mergedInto: null,
        updatedAt: latest([...sides.map(({ ownUpdatedAt }) => ownUpdatedAt), ...(last ? [last] : [])]),
      };
    };
    await writeWhole(tx, [part(survivor, rest, mergedAt.rest), part(restored, side, mergedAt.side)]);
    await tx.query('update profile set split_at = clock_timestamp() where shard = $1 and id = $2', [
      survivor.shard,
      survivor.id,
    ]);
  },
};

function sidesOf(
  tx: Pick<Transaction, 'query'>,
  merges: readonly Merge[],
): Promise<ReadonlyMap<string, Sided>> {
  return readSides(tx, distinct(merges.flatMap(({ survivor, absorbed }) => [survivor, absorbed])));
}

/** The survivors as they are afterwards, and how many values of each absorbed profile then stand for its survivor. */
function together(
  known: ReadonlyMap<string, Sided>,
  merges: readonly Merge[],
  ranking: SourceRanking,
): { survivors: ReadonlyMap<string, Sided>; moved: ReadonlyMap<string, number> } {
  const moved = new Map<string, number>();
  const survivors = new Map<string, Sided>();
  for (const { id, survivor, absorbed } of merges) {
    const [before, gone] = [survivors.get(survivor.id) ?? known.get(survivor.id), known.get(absorbed.id)];
    if (!before || !gone) throw new Error('what is merged exists');
    const facts = joined([before.together, gone.together], ranking);
    survivors.set(survivor.id, { ...before, together: facts });
    const standing = [...gone.together].filter(
      ([key, fact]) => facts.get(key) === fact && fact.value !== null,
    );
    moved.set(id, standing.length);
  }
  return { survivors, moved };
}

function latest(instants: readonly Date[]): Date {
  return new Date(Math.max(...instants.map((instant) => instant.getTime())));
}

function distinct<T extends { id: string }>(refs: readonly T[]): T[] {
  return [...new Map(refs.map((ref) => [ref.id, ref])).values()];
}
