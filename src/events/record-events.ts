import { instants, ints, jsons, texts, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';

export interface NewEvent {
  id: string;
  profile: ProfileRef;
  /** Whose side of the profile it came to. */
  side: string;
  type: string;
  occurredAt: Date;
  properties: unknown;
  sourceId: string;
}

/** Stores events: they are never changed afterwards. */
export async function recordEvents(
  tx: Transaction,
  { events, receivedAt }: { events: readonly NewEvent[]; receivedAt: Date },
): Promise<void> {
  if (events.length === 0) return;
  const sorted = events.toSorted((a, b) => a.profile.shard - b.profile.shard);
  await tx.query(
    `/* record events */
    insert into event (shard, profile_id, recorded_profile_id, occurred_at, id, type, properties, source_id, received_at)
    select shard, profile_id, side, occurred_at, id, type, properties, source_id, $8
    from unnest($1::int[], $2::uuid[], $3::timestamptz[], $4::uuid[], $5::text[], $6::jsonb[], $7::uuid[], $9::uuid[])
      as new(shard, profile_id, occurred_at, id, type, properties, source_id, side)`,
    [
      ints(sorted.map((event) => event.profile.shard)),
      uuids(sorted.map((event) => event.profile.id)),
      instants(sorted.map((event) => event.occurredAt)),
      uuids(sorted.map((event) => event.id)),
      texts(sorted.map((event) => event.type)),
      jsons(sorted.map((event) => event.properties)),
      uuids(sorted.map((event) => event.sourceId)),
      receivedAt,
      uuids(sorted.map((event) => event.side)),
    ],
  );
}
