import { bigints, byteas, instants, ints, texts, uuids } from '../../platform/index.js';
import type { Transaction } from '../../platform/index.js';
import type { KeptItem } from './kept-item.js';

/** An item on its way into quarantine. */
export interface Entering extends KeptItem {
  id: string;
  receivedAt: Date;
  /** Its place among everything received; null for what came before this was kept. */
  arrival: number | null;
  /** The digest that it had when its source sent it; its own, if nobody has changed it since. */
  originalDigest: Buffer;
}

interface PutIntoQuarantine {
  entering: readonly Entering[];
  /** If the place of one (its externalId, or its body) is taken: it stands instead, or it stays out. */
  ifTaken: 'REPLACE' | 'LEAVE';
  now: Date;
}

const CONFLICT = {
  // With the same body it keeps the instant at which it first came, which stands for an absent `occurredAt`. What was
  // changed here is not undone when its source sends it again as it was.
  REPLACE: `(shard, source_id, external_id, nameless) do update set
      type = excluded.type, body = excluded.body, digest = excluded.digest, errors = excluded.errors,
      codes = excluded.codes, rejected_at = excluded.rejected_at,
      received_at = case when q.digest = excluded.digest then q.received_at else excluded.received_at end,
      arrival = case when q.digest = excluded.digest then q.arrival else excluded.arrival end,
      original_digest = case when q.digest = excluded.digest then q.original_digest end
    where q.original_digest is distinct from excluded.digest`,
  LEAVE: 'do nothing',
};

/** The only way into the quarantine. @returns the ids of those that have come in, or that others have made way for */
export async function putIntoQuarantine(
  tx: Transaction,
  { entering, ifTaken, now }: PutIntoQuarantine,
): Promise<string[]> {
  // In one order everywhere: batches that keep the same items wait for each other, and never in a circle.
  const rows = entering.toSorted((a, b) => a.shard - b.shard || (a.name < b.name ? -1 : 1));
  const put = await tx.query<{ id: string }>(
    `/* put into quarantine, or ${ifTaken.toLowerCase()} */
    insert into quarantine as q (
      shard, source_id, external_id, id, type, body, digest, errors, codes, received_at, rejected_at, arrival, original_digest
    )
    select shard, source_id, external_id, id, type, body, digest, errors, string_to_array(codes, ','), received_at, $10,
      arrival, nullif(original, digest)
    from unnest($1::int[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::bytea[], $8::text[],
      $9::text[], $11::timestamptz[], $12::bigint[], $13::bytea[])
      as new(shard, source_id, external_id, id, type, body, digest, errors, codes, received_at, arrival, original)
    on conflict ${CONFLICT[ifTaken]} returning id`,
    [
      ints(rows.map(({ shard }) => shard)),
      uuids(rows.map(({ sourceId }) => sourceId)),
      texts(rows.map(({ externalId }) => externalId)),
      uuids(rows.map(({ id }) => id)),
      texts(rows.map(({ type }) => type)),
      texts(rows.map(({ body }) => body)),
      byteas(rows.map(({ digest }) => digest)),
      texts(rows.map(({ errors }) => errors)),
      texts(rows.map(({ codes }) => codes)),
      now,
      instants(rows.map(({ receivedAt }) => receivedAt)),
      bigints(rows.map(({ arrival }) => arrival)),
      byteas(rows.map(({ originalDigest }) => originalDigest)),
    ],
  );
  return put.map(({ id }) => id);
}
