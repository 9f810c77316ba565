import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from './profile-ref.js';

/** One profile goes into another. Both are locked. */
export interface Merge {
  id: string;
  survivor: ProfileRef;
  absorbed: ProfileRef;
}

/** A merge is taken back. Both profiles are locked, and with them all their sides. */
export interface Split {
  /** The living profile that holds everything now: the survivor, or the one it went into itself since. */
  survivor: ProfileRef;
  restored: ProfileRef;
  /** The profiles that were one when they were absorbed, `restored` among them: their records go back. */
  side: readonly ProfileRef[];
  /** The profiles that stay together in the survivor, which is among them. */
  rest: readonly ProfileRef[];
  /** When the last of the merges was by which they are together; null = there is none. */
  mergedAt: { side: Date | null; rest: Date | null };
}

/** Some people, whole. Erasure and subject access cover every profile and identifier that stands for them. */
export interface People {
  /** The living profiles and all that were absorbed into them, through any chain. */
  profiles: readonly ProfileRef[];
  /** The identifiers that they hold now, in their canonical form. */
  identifiers: readonly { namespace: string; value: string }[];
}

/** A row about one of these people. */
export interface KeptRow {
  table: string;
  /** Its columns, as JSON has them: instants, ids and bytes are texts. */
  row: Readonly<Record<string, unknown>>;
}

/**
 * A part of a person: what one feature keeps of people. Its rows follow when profiles become one and part again, it
 * shows all that it keeps of somebody, and it removes that for good. Each folder lists its parts in its `feature.ts`.
 */
export interface PersonPart {
  /** Every table that keeps something of people belongs to exactly one part. A contract test knows all other tables. */
  readonly tables: readonly string[];
  /** The name of its count in `ProfileMerge.moved`. Null = it is not shown there. */
  readonly movedAs: string | null;
  /** How many records a merge would move, by merge; nothing needs to be locked. */
  count(tx: Transaction, merges: readonly Merge[]): Promise<ReadonlyMap<string, number>>;
  /**
   * Set-based: any number of merges in a fixed number of statements. The parts begin in the order of their list and go
   * on side by side: none may need what another one has done. @returns how many records moved, by merge
   */
  merge(tx: Transaction, merges: readonly Merge[], now: Date): Promise<ReadonlyMap<string, number>>;
  unmerge(tx: Transaction, split: Split, now: Date): Promise<void>;
  /** Everything that it keeps of these people, nothing masked. It is read in pages, so it can be of any length. */
  read(tx: Transaction, people: People): AsyncIterable<KeptRow>;
  /** Removes exactly what `read` gives. See `erasePeople` for the locks. @returns how many rows went */
  erase(tx: Transaction, people: People): Promise<number>;
  /** It takes the lock of the change log, which nothing slow may follow. So all other parts are erased before it. */
  readonly isErasedLast?: true;
}
