import { LAST_ID, NO_ID } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { RunKind } from '../runs/index.js';
import { countMembers, lockLog } from './log-changes.js';

/** Which segments; null = all. */
export interface RecountInput {
  segmentIds: string[] | null;
}

interface RecountCheckpoint {
  afterSegmentId: string;
}

/** A type, not an interface: only such a one is a record of numbers. */
export type RecountCounts = {
  /** Segments whose members were counted. */
  checked: number;
  /** Those of them whose size was wrong. */
  corrected: number;
};

/** A step goes on to another segment as long as it has counted fewer than these. */
const STEP = { members: 50_000, segments: 100 };
const RECOUNT_LOCK = 4;

/** Counts the members of segments, and corrects sizes that have drifted. */
export const recount: RunKind<RecountInput, RecountCheckpoint, RecountCounts> = {
  name: 'RECOUNT',
  description: 'Counts the members of segments, and corrects sizes that are wrong.',
  unit: 'segments',
  none: { checked: 0, corrected: 0 },
  async step(tx, { input, checkpoint, counts }) {
    // Two that count at once would both correct what they have found wrong, so one waits for the other.
    tx.send('/* lock recount */ select pg_advisory_xact_lock($1, $2)', [RECOUNT_LOCK, tx.workspaceId]);
    const { segments, last, drifts } = await countSome(tx, input, checkpoint?.afterSegmentId ?? null);
    const left = await countLeft(tx, input, last);
    if (drifts.size > 0) {
      lockLog(tx);
      // Added instead of set: who enters or leaves meanwhile is counted as always.
      await countMembers(tx, drifts);
    }
    const done = counts.checked + segments;
    return {
      checkpoint: { afterSegmentId: last },
      counts: { checked: done, corrected: counts.corrected + drifts.size },
      progress: { done, total: done + left },
      next: left === 0 ? 'DONE' : 'MORE',
    };
  },
};

interface Counted {
  /** How many were counted. */
  segments: number;
  last: string;
  /** By segment, how far the recorded size is from the truth. */
  drifts: Map<string, number>;
}

async function countSome(tx: Transaction, input: RecountInput, after: string | null): Promise<Counted> {
  const counted: Counted = { segments: 0, last: after ?? NO_ID, drifts: new Map() };
  // By what was counted: the recorded sizes are what may be wrong.
  let members = 0;
  while (members < STEP.members && counted.segments < STEP.segments) {
    const next = await countNext(tx, input, counted.last);
    if (!next) return { ...counted, last: LAST_ID };
    members += next.members;
    counted.segments += 1;
    counted.last = next.id;
    if (next.drift !== 0) counted.drifts.set(next.id, next.drift);
  }
  return counted;
}

/** One statement sees the members and the recorded size as of one instant, so ingest need not wait. */
async function countNext(
  tx: Transaction,
  { segmentIds }: RecountInput,
  after: string,
): Promise<{ id: string; members: number; drift: number } | undefined> {
  const [row] = await tx.query<{ id: string; members: number; size: number }>(
    `/* count members of next segment */
    select next.id, (
      select count(*) from membership m where m.workspace_id = $1 and m.segment_id = next.id
    ) as members, coalesce((
      select z.size from segment_size z where z.workspace_id = $1 and z.segment_id = next.id
    ), 0) as size
    from (select id from segment where ${REMAINING} order by id limit 1) next`,
    [tx.workspaceId, after, segmentIds],
  );
  return row && { id: row.id, members: row.members, drift: row.members - row.size };
}

async function countLeft(tx: Transaction, { segmentIds }: RecountInput, after: string): Promise<number> {
  const [row] = await tx.query<{ left: number }>(
    `/* segments left to recount */ select count(*)::int as left from segment where ${REMAINING}`,
    [tx.workspaceId, after, segmentIds],
  );
  return row?.left ?? 0;
}

const REMAINING = 'workspace_id = $1 and id > $2 and ($3::uuid[] is null or id = any($3))';
