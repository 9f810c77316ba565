import { bucketOf, byteas, ints, rowsOf, shardOf, texts, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { NamedItem } from './item.js';

/** What is on record for an item that was accepted before. */
export interface Receipt {
  digest: Buffer;
  eventId: string | null;
}

interface ReceiptKey {
  shard: number;
  sourceId: string;
  externalId: string;
}

const CLAIM = `
  insert into receipt (shard, source_id, external_id, digest, event_id, received_at)
  select *, $6
  from ${rowsOf({
    ...{ shard: '$1::int[]', source_id: '$2::uuid[]', external_id: '$3::text[]' },
    ...{ digest: '$4::bytea[]', event_id: '$5::uuid[]' },
  })} as new
  on conflict do nothing`;

/** Tells apart items of different sources with the same externalId. */
export function receiptName({ sourceId, externalId }: { sourceId: string; externalId: string }): string {
  return `${sourceId}\0${externalId}`;
}

/**
 * Claims the externalIds of these items (each at most once) for this transaction. One that another transaction is
 * claiming is waited for. Claimed in the order of their keys, so that nobody waits in a circle.
 * @returns the receipts of those that were accepted before, by `receiptName`
 */
export async function claimReceipts(
  tx: Transaction,
  { items, now }: { items: readonly NamedItem[]; now: Date },
): Promise<Map<string, Receipt>> {
  const sorted = items.map((item) => ({ ...receiptKey(tx.workspaceId, item), item })).sort(inOrder);
  const columns = [
    ...columnsOf(sorted),
    byteas(sorted.map(({ item }) => item.digest)),
    uuids(sorted.map(({ item }) => item.event?.id ?? null)),
    now,
  ];
  // Mostly all are new. Only when not is it worth being told which.
  if (
    await tx.attempt(async () => (await tx.write(`/* claim receipts */ ${CLAIM}`, columns)) === sorted.length)
  )
    return new Map();
  const claimed = await tx.query<{ sourceId: string; externalId: string }>(
    `/* claim new receipts */ ${CLAIM} returning source_id as "sourceId", external_id as "externalId"`,
    columns,
  );
  const fresh = new Set(claimed.map(receiptName));
  return findReceipts(
    tx,
    items.filter((item) => !fresh.has(receiptName(item))),
  );
}

/** What is on record for these items, by `receiptName`; those that were never accepted are missing. */
export async function findReceipts(
  tx: Transaction,
  items: readonly Pick<NamedItem, 'sourceId' | 'externalId'>[],
): Promise<Map<string, Receipt>> {
  if (items.length === 0) return new Map();
  const keys = items.map((item) => receiptKey(tx.workspaceId, item));
  const rows = await tx.query<Receipt & { sourceId: string; externalId: string }>(
    `/* find receipts */
    select r.source_id as "sourceId", r.external_id as "externalId", r.digest, r.event_id as "eventId"
    from ${rowsOf({ shard: '$1::int[]', source_id: '$2::uuid[]', external_id: '$3::text[]' })} as asked
    cross join lateral (
      select * from receipt r
      where r.shard = asked.shard and r.source_id = asked.source_id and r.external_id = asked.external_id offset 0
    ) r`,
    columnsOf(keys),
  );
  return new Map(rows.map((row) => [receiptName(row), row]));
}

/** Where the receipt of an item is kept, and the item itself while it is in quarantine. */
export function receiptKey(
  workspaceId: number,
  { sourceId, externalId }: Pick<NamedItem, 'sourceId' | 'externalId'>,
): ReceiptKey {
  return {
    shard: shardOf(workspaceId, bucketOf(receiptName({ sourceId, externalId }))),
    sourceId,
    externalId,
  };
}

function columnsOf(keys: readonly ReceiptKey[]): [Buffer, Buffer, Buffer] {
  return [
    ints(keys.map((key) => key.shard)),
    uuids(keys.map((key) => key.sourceId)),
    texts(keys.map((key) => key.externalId)),
  ];
}

function inOrder(a: ReceiptKey, b: ReceiptKey): number {
  return a.shard - b.shard || compare(a.sourceId, b.sourceId) || compare(a.externalId, b.externalId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
