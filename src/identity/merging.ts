import { instants, ints, jsons, newId, shardOfId, texts, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { Merge, PersonPart, ProfileRef, Split } from '../profiles/index.js';
import { mergesInto } from './merge.reads.js';
import type { MergeRow } from './merge.reads.js';

/** What proved that two profiles are one person, or who said so. */
export type MergeCause =
  { cause: 'INGEST'; sourceId: string; externalId: string } | { cause: 'MANUAL'; keyId: string };

export interface NewMerge {
  survivor: ProfileRef;
  absorbed: ProfileRef;
  by: MergeCause;
}

/** What profiles belong to must be looked at again: one of these is what happened to them. */
export interface MergeOutcome {
  merges: readonly { survivor: ProfileRef; absorbed: ProfileRef }[];
  split?: Split;
  /** Whose identifiers were changed by hand. */
  changed?: readonly ProfileRef[];
  now: Date;
}

/** Makes profiles one, and parts them again. */
export class Merging {
  /**
   * @param parts in the order in which they begin
   * @param lookAgain at the segments of the profiles: the last thing in a transaction
   */
  constructor(
    private readonly parts: readonly PersonPart[],
    readonly lookAgain: (tx: Transaction, outcome: MergeOutcome) => Promise<void>,
  ) {}

  /** What these merges would move, by kind; in their order. Nothing is written or locked. */
  async count(
    tx: Transaction,
    merges: readonly { survivor: ProfileRef; absorbed: ProfileRef }[],
  ): Promise<Record<string, number>[]> {
    const all = merges.map((merge) => ({ ...merge, id: newId() }));
    const counts = await Promise.all(this.parts.map((one) => one.count(tx, all)));
    return all.map(({ id }) => this.shown(counts, id));
  }

  /** Who calls looks again afterwards. All of them must be locked and living. A survivor may absorb several, but none that survives here may be absorbed. @returns the merges' ids */
  async merge(
    tx: Transaction,
    { merges, now }: { merges: readonly NewMerge[]; now: Date },
  ): Promise<string[]> {
    if (merges.length === 0) return [];
    const all = merges.map((merge) => ({ ...merge, id: newId() }));
    // Side by side: what does not need the answer before is sent with it.
    const counts = await Promise.all(this.parts.map((part) => part.merge(tx, all, now)));
    const moved = new Map(all.map(({ id }) => [id, this.shown(counts, id)]));
    recordMerges(tx, all, { moved, now });
    return all.map(({ id }) => id);
  }

  private shown(counts: readonly ReadonlyMap<string, number>[], merge: string): Record<string, number> {
    return Object.fromEntries(
      this.parts.flatMap(({ movedAs }, index) =>
        movedAs === null ? [] : [[movedAs, counts[index]?.get(merge) ?? 0]],
      ),
    );
  }

  /** The profile that holds everything now must be locked, and the absorbed one as well. */
  async unmerge(
    tx: Transaction,
    { merge, survivor, keyId, now }: { merge: MergeRow; survivor: ProfileRef; keyId: string; now: Date },
  ): Promise<Split> {
    const restored = { id: merge.absorbedId, shard: shardOfId(tx.workspaceId, merge.absorbedId) };
    const ofSide = await mergesInto(tx, [restored]);
    const side = [restored, ...absorbedBy(ofSide, tx)];
    const mine = new Set(side.map(({ id }) => id));
    const ofRest = (await mergesInto(tx, [survivor])).filter(({ absorbedId }) => !mine.has(absorbedId));
    const rest = [survivor, ...absorbedBy(ofRest, tx)];
    const mergedAt = { side: lastOf(ofSide), rest: lastOf(ofRest) };
    const split = { survivor, restored, side, rest, mergedAt };
    for (const part of this.parts) await part.unmerge(tx, split, now);
    await tx.query(
      'update profile_merge set undone_at = $3, undone_key_id = $4 where shard = $1 and id = $2',
      [merge.shard, merge.id, now, keyId],
    );
    return split;
  }
}

function absorbedBy(merges: readonly MergeRow[], { workspaceId }: Transaction): ProfileRef[] {
  return merges.map(({ absorbedId }) => ({ id: absorbedId, shard: shardOfId(workspaceId, absorbedId) }));
}

function lastOf(merges: readonly MergeRow[]): Date | null {
  return merges.length > 0 ? new Date(Math.max(...merges.map(({ mergedAt }) => mergedAt.getTime()))) : null;
}

/** Not waited for: should it fail, then so does the transaction. */
function recordMerges(
  tx: Transaction,
  merges: readonly (Merge & NewMerge)[],
  { moved, now }: { moved: ReadonlyMap<string, Record<string, number>>; now: Date },
): void {
  const item = (merge: NewMerge) => (merge.by.cause === 'INGEST' ? merge.by : null);
  tx.send(
    `/* record merges */
    insert into profile_merge (shard, id, survivor_id, absorbed_shard, absorbed_id, cause, source_id, external_id, key_id, moved, at)
    select * from unnest($1::int[], $2::uuid[], $3::uuid[], $4::int[], $5::uuid[], $6::text[], $7::uuid[], $8::text[], $9::uuid[], $10::jsonb[], $11::timestamptz[])`,
    [
      ints(merges.map(({ survivor }) => survivor.shard)),
      uuids(merges.map(({ id }) => id)),
      uuids(merges.map(({ survivor }) => survivor.id)),
      ints(merges.map(({ absorbed }) => absorbed.shard)),
      uuids(merges.map(({ absorbed }) => absorbed.id)),
      texts(merges.map(({ by }) => by.cause)),
      uuids(merges.map((merge) => item(merge)?.sourceId ?? null)),
      texts(merges.map((merge) => item(merge)?.externalId ?? null)),
      uuids(merges.map(({ by }) => (by.cause === 'MANUAL' ? by.keyId : null))),
      jsons(merges.map(({ id }) => moved.get(id) ?? {})),
      instants(merges.map(() => now)),
    ],
  );
}
