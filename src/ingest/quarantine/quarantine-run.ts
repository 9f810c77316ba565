import type { Transaction } from '../../platform/index.js';
import { NO_ID } from '../../platform/index.js';
import type { RunKind, StepInput } from '../../runs/index.js';
import { countInSlice, endOfSlice } from './quarantine-slice.reads.js';
import type { Slice } from './quarantine-slice.reads.js';
import type { QuarantineFilter } from './quarantine.reads.js';

/** Which items a run works through: it is settled when the run is asked for. */
export interface QuarantineRunInput {
  filter: QuarantineFilter;
  /** The last item that was there then, by id: ids sort by arrival, so what comes later is not meant. */
  upTo: string;
}

/** First the items are counted from the first to the last, and then worked through in the same order. */
interface QuarantineCheckpoint {
  isCounted: boolean;
  total: number;
  done: number;
  /** The last item that was counted, or worked through. */
  after: string;
}

type Run<Counts> = StepInput<QuarantineRunInput, QuarantineCheckpoint, Counts>;

/** The part of a slice that a step has worked through. */
export interface Worked<Counts> {
  /** The counts of the whole run. */
  counts: Counts;
  items: number;
  /** The last item of that part; null = the whole slice. */
  last: string | null;
}

interface QuarantineRun<Counts> extends Pick<RunKind, 'name' | 'description'> {
  none: Counts;
  /** Whether items that were too large to be kept are left out. */
  isWholeOnly: boolean;
  /** Works through some of the items of a slice, from the first. */
  work: (tx: Transaction, slice: Slice, run: Run<Counts>) => Promise<Worked<Counts>>;
  hasFailures: (counts: Counts) => boolean;
}

const QUARANTINE_LOCK = 5;
const START: QuarantineCheckpoint = { isCounted: false, total: 0, done: 0, after: NO_ID };

/** A kind of run that works through the quarantine. */
export function quarantineRun<Counts extends Record<string, number>>({
  isWholeOnly,
  work,
  hasFailures,
  ...kind
}: QuarantineRun<Counts>): RunKind<QuarantineRunInput, QuarantineCheckpoint, Counts> {
  return {
    ...kind,
    unit: 'items',
    async step(tx, run) {
      lockQuarantine(tx);
      const { input, checkpoint, counts } = run;
      const at = checkpoint ?? START;
      const upTo = await endOfSlice(tx, at.after, input.upTo);
      const slice = { filter: input.filter, after: at.after, upTo, isWholeOnly };
      if (!at.isCounted) {
        const total = at.total + (await countInSlice(tx, slice));
        const counted = { ...at, total, after: upTo };
        return { ...outcomeOf(upTo === input.upTo ? { ...START, isCounted: true, total } : counted), counts };
      }
      const worked = await work(tx, slice, run);
      const after = worked.last ?? upTo;
      const done = at.done + worked.items;
      const isOver = after === input.upTo;
      const next = { ...at, after, done, total: isOver ? done : Math.max(at.total, done) };
      const failed = hasFailures(worked.counts);
      return {
        ...outcomeOf(next),
        counts: worked.counts,
        ...(isOver && { next: failed ? 'DONE_WITH_FAILURES' : 'DONE' }),
      };
    },
  };
}

function outcomeOf(checkpoint: QuarantineCheckpoint) {
  const { done, total, isCounted } = checkpoint;
  return { checkpoint, progress: { done, total: isCounted ? total : null }, next: 'MORE' as const };
}

/** Steps of two runs would otherwise count one item as replayed and as dropped. */
function lockQuarantine(tx: Transaction): void {
  tx.send('/* lock quarantine */ select pg_advisory_xact_lock($1, $2)', [QUARANTINE_LOCK, tx.workspaceId]);
}

/** Before an item is changed: a step that has read the item as it was must not replay it afterwards. */
export function shareQuarantine(tx: Transaction): void {
  tx.send('/* share quarantine */ select pg_advisory_xact_lock_shared($1, $2)', [
    QUARANTINE_LOCK,
    tx.workspaceId,
  ]);
}
