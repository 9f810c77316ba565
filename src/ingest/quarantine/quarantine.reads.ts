import { LAST_ID, NO_ID, uuids } from '../../platform/index.js';
import type { Transaction } from '../../platform/index.js';

/** A rejected item as it is kept. */
export interface QuarantinedRow {
  id: string;
  sourceId: string;
  /** Null when it has none that can be used. */
  externalId: string | null;
  type: string | null;
  /** JSON of the item as it was sent; null when it was too large to be kept. */
  body: string | null;
  isEdited: boolean;
  /** JSON of a list of code, message and path. */
  errors: string;
  receivedAt: Date;
  /** Its place among everything received; null for what came before this was kept. */
  arrival: number | null;
  updatedAt: Date;
  digest: Buffer;
}

/** Which rejected items are meant; null = whatever it is. */
export interface QuarantineFilter {
  ids: readonly string[] | null;
  codes: readonly string[] | null;
  sourceIds: readonly string[] | null;
  type: string | null;
  externalId: string | null;
  /** When it first came: from the first instant on, and before the second. A run keeps them as texts. */
  from: Date | string | null;
  to: Date | string | null;
}

export type Reads = Pick<Transaction, 'query' | 'workspaceId'>;

export const COLUMNS = `q.id, q.source_id as "sourceId", q.external_id as "externalId", q.type, q.body, q.errors,
  q.original_digest is not null as "isEdited", q.received_at as "receivedAt", q.arrival, q.rejected_at as "updatedAt", q.digest`;
/** Those that were accepted since, as their source sent them again, are no longer there. */
const WAITING = `q.shard >> 8 = $1 and not exists (
  select from receipt r where r.shard = q.shard and r.source_id = q.source_id and r.external_id = q.external_id
)`;
/** Of `quarantine q`: those that are waiting and fit a filter, whose `valuesOf` are the first eight parameters. */
export const MEANT = `${WAITING} and ($2::uuid[] is null or q.id = any($2)) and ($3::text[] is null or q.codes && $3)
  and ($4::uuid[] is null or q.source_id = any($4)) and ($5::text is null or q.type = $5)
  and ($6::text is null or q.external_id = $6)
  and ($7::timestamptz is null or q.received_at >= $7) and ($8::timestamptz is null or q.received_at < $8)`;

/** A page of what is in quarantine, newest first, or oldest first when read backward. */
export function quarantinedBetween(
  tx: Reads,
  filter: QuarantineFilter,
  page: { below?: string; above?: string; backward: boolean; limit: number },
): Promise<QuarantinedRow[]> {
  return tx.query<QuarantinedRow>(
    `/* quarantine ${page.backward ? 'backward' : 'forward'} */
    select ${COLUMNS} from quarantine q where ${MEANT} and q.id < $9 and q.id > $10
    order by q.id ${page.backward ? 'asc' : 'desc'} limit $11`,
    [...valuesOf(tx, filter), page.below ?? LAST_ID, page.above ?? NO_ID, page.limit],
  );
}

/** @returns the id of the item that came last, accepted or not */
export async function lastQuarantined(tx: Reads): Promise<string | undefined> {
  const [row] = await tx.query<{ id: string }>(
    `/* last quarantined */ select id from quarantine q where q.shard >> 8 = $1 order by q.id desc limit 1`,
    [tx.workspaceId],
  );
  return row?.id;
}

/** How many fit. */
export async function countQuarantined(tx: Reads, filter: QuarantineFilter): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `/* count quarantined */ select count(*) from quarantine q where ${MEANT}`,
    valuesOf(tx, filter),
  );
  return row?.count ?? 0;
}

/** How many items there are with each code; one that has several counts for each. */
export function quarantineCounts(tx: Reads): Promise<{ code: string; count: number }[]> {
  return tx.query(
    `/* quarantine counts */
    select code, count(*) from quarantine q, unnest(q.codes) as code where ${WAITING}
    group by code order by count(*) desc, code`,
    [tx.workspaceId],
  );
}

/** The parameters of `MEANT`. */
export function valuesOf({ workspaceId }: Reads, filter: QuarantineFilter): unknown[] {
  return [
    workspaceId,
    filter.ids && uuids(filter.ids),
    filter.codes,
    filter.sourceIds && uuids(filter.sourceIds),
    filter.type,
    filter.externalId,
    filter.from,
    filter.to,
  ];
}
