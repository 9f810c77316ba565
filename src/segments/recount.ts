import { LAST_ID, uuids } from '../platform/index.js';
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

/** A step counts a segment at least, and more as long as these are not passed, as far as the recorded sizes say. */
const STEP = { members: 200_000, segments: 100 };
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
    const { segments, left } = await nextSegments(tx, input, checkpoint?.afterSegmentId ?? null);
    const drifts = await driftsOf(tx, segments);
    if (drifts.size > 0) {
      lockLog(tx);
      // Added instead of set: who enters or leaves meanwhile is counted as always.
      await countMembers(tx, drifts);
    }
    const done = counts.checked + segments.length;
    return {
      checkpoint: { afterSegmentId: segments.at(-1) ?? LAST_ID },
      counts: { checked: done, corrected: counts.corrected + drifts.size },
      progress: { done, total: done + left },
      next: left === 0 ? 'DONE' : 'MORE',
    };
  },
};

async function nextSegments(
  tx: Transaction,
  { segmentIds }: RecountInput,
  after: string | null,
): Promise<{ segments: string[]; left: number }> {
  const rows = await tx.query<{ id: string; isNow: boolean }>(
    `/* segments to recount */
    select id, place = 1 or (place <= ${STEP.segments} and members <= ${STEP.members}) as "isNow" from (
      select s.id, row_number() over sizes as place, sum(coalesce(z.size, 0)) over sizes as members
      from segment s left join segment_size z on z.workspace_id = s.workspace_id and z.segment_id = s.id
      where s.workspace_id = $1 and ($2::uuid is null or s.id > $2) and ($3::uuid[] is null or s.id = any($3))
      window sizes as (order by s.id)
    ) sized order by id`,
    [tx.workspaceId, after, segmentIds],
  );
  const segments = rows.filter(({ isNow }) => isNow).map(({ id }) => id);
  return { segments, left: rows.length - segments.length };
}

/** By segment, how far the recorded size is from the truth. One statement sees both as of one instant, so ingest need not wait. */
async function driftsOf(tx: Transaction, segmentIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: string; drift: number }>(
    `/* drifts of sizes */
    select * from (
      select asked.id, (
        select count(*) from membership m where m.workspace_id = $1 and m.segment_id = asked.id
      ) - coalesce((
        select z.size from segment_size z where z.workspace_id = $1 and z.segment_id = asked.id
      ), 0) as drift
      from unnest($2::uuid[]) as asked(id)
    ) counted where drift <> 0`,
    [tx.workspaceId, uuids(segmentIds)],
  );
  return new Map(rows.map(({ id, drift }) => [id, drift]));
}
