import type { Transaction } from '../../platform/index.js';
import { COLUMNS, MEANT, valuesOf } from './quarantine.reads.js';
import type { QuarantinedRow, QuarantineFilter, Reads } from './quarantine.reads.js';

/** A piece of the quarantine that one statement can look through, however few of its items fit the filter. */
export interface Slice {
  filter: QuarantineFilter;
  /** Behind the item with this id, up to the one with the other. */
  after: string;
  upTo: string;
  /** Only items that were kept whole. */
  isWholeOnly: boolean;
}

const SLICE = 10_000;
const BATCH_BYTES = 512 * 1024;

/** Of `quarantine q`: those in a slice that fit, whose `sliceValues` are the first eleven parameters. */
const IN_SLICE = `${MEANT} and q.id > $9 and q.id <= $10 and ($11::bool is not true or q.body is not null)`;

/** @returns the last id of the slice that begins behind `after`; `upTo` when the rest fits into one */
export async function endOfSlice(tx: Reads, after: string, upTo: string): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `/* end of slice of quarantine */
    select id from quarantine q where q.shard >> 8 = $1 and q.id > $2 and q.id <= $3
    order by q.id offset ${SLICE - 1} limit 1`,
    [tx.workspaceId, after, upTo],
  );
  return row?.id ?? upTo;
}

export async function countInSlice(tx: Reads, slice: Slice): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `/* count in slice of quarantine */ select count(*) from quarantine q where ${IN_SLICE}`,
    sliceValues(tx, slice),
  );
  return row?.count ?? 0;
}

/**
 * The first items of a slice, as many as fit into a batch: at least one, if there is any.
 * @returns with them, whether they are all
 */
export async function firstOfSlice(
  tx: Reads,
  slice: Slice,
  limit: number,
): Promise<{ rows: QuarantinedRow[]; isAll: boolean }> {
  const rows = await tx.query<QuarantinedRow & { found: number }>(
    `/* first of slice of quarantine */
    select ${COLUMNS}, q.found from (
      select q.*, count(*) over () as found,
        coalesce(sum(octet_length(q.body)) over (order by q.id rows between unbounded preceding and 1 preceding), 0) as before
      from (select q.* from quarantine q where ${IN_SLICE} order by q.id limit $12) q
    ) q where q.before < ${BATCH_BYTES} order by q.id`,
    [...sliceValues(tx, slice), limit],
  );
  const found = rows[0]?.found ?? 0;
  return { rows, isAll: found < limit && rows.length === found };
}

/** Drops the first items of a slice. @returns how many, and the last of them when there may be more */
export async function dropFirstOfSlice(
  tx: Transaction,
  slice: Slice,
  limit: number,
): Promise<{ dropped: number; last: string | null }> {
  const values = sliceValues(tx, slice);
  const found = await tx.query<{ id: string }>(
    `/* first to drop */ select q.id from quarantine q where ${IN_SLICE} order by q.id limit $12`,
    [...values, limit],
  );
  const last = found.length < limit ? null : (found.at(-1)?.id ?? null);
  // Those that ingest has just accepted, or that came again and do not fit any more, stay.
  const dropped = await tx.write(
    `/* drop from quarantine */
    delete from quarantine where shard >> 8 = $1 and id = any(array(
      select q.id from quarantine q where ${IN_SLICE} and q.id <= $12
      order by q.shard, q.source_id, q.external_id for update of q
    ))`,
    [...values, last ?? slice.upTo],
  );
  return { dropped, last };
}

function sliceValues(tx: Reads, { filter, after, upTo, isWholeOnly }: Slice): unknown[] {
  return [...valuesOf(tx, filter), after, upTo, isWholeOnly];
}
