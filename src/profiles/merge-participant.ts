import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from './profile-ref.js';

/** One profile goes into another. Both are locked. */
export interface Merge {
  id: string;
  survivor: ProfileRef;
  absorbed: ProfileRef;
}

/** A merge is taken back. Both profiles are locked, and so by them are all their sides. */
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

/**
 * A part of what belongs to a person, and how it follows when profiles become one and part again. The list of them
 * is composed in app.ts; they begin in its order, in the transaction of the merge, and go on side by side: none may need
 * what another one has done.
 */
export interface MergeParticipant {
  /** What it counts in `ProfileMerge.moved`; null = nothing that is shown there. */
  readonly name: string | null;
  /** How many records a merge would move, by merge; nothing needs to be locked. */
  count(tx: Transaction, merges: readonly Merge[]): Promise<ReadonlyMap<string, number>>;
  /** Set-based: any number of merges in a fixed number of statements. @returns how many records moved, by merge */
  merge(tx: Transaction, merges: readonly Merge[], now: Date): Promise<ReadonlyMap<string, number>>;
  unmerge(tx: Transaction, split: Split, now: Date): Promise<void>;
}
