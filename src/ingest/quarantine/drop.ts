import { quarantineRun } from './quarantine-run.js';
import { dropFirstOfSlice } from './quarantine-slice.reads.js';

/** A type, not an interface: only such a one is a record of numbers. */
export type DropCounts = {
  dropped: number;
};

const ITEMS_A_STEP = 1_000;

/** Drops items in quarantine. */
export const drop = quarantineRun<DropCounts>({
  name: 'DROP',
  description: 'Drops items in quarantine.',
  none: { dropped: 0 },
  isWholeOnly: false,
  hasFailures: () => false,
  async work(tx, slice, { counts }) {
    const { dropped, last } = await dropFirstOfSlice(tx, slice, ITEMS_A_STEP);
    return { counts: { dropped: counts.dropped + dropped }, items: dropped, last };
  },
});
