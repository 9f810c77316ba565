import { instants, ints, jsons, rowsOf, texts, uuids } from '../platform/index.js';
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
  receivedAt: Date;
}

/** Stores events: they are never changed afterwards. */
export async function recordEvents(tx: Transaction, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const sorted = events.toSorted((a, b) => a.profile.shard - b.profile.shard);
  await tx.query(
    `/* record events */
    insert into event (shard, profile_id, recorded_profile_id, occurred_at, id, type, properties, source_id, received_at)
    select shard, profile_id, side, occurred_at, id, type, properties, source_id, received_at
    from ${rowsOf({
      ...{ shard: '$1::int[]', profile_id: '$2::uuid[]', occurred_at: '$3::timestamptz[]', id: '$4::uuid[]' },
      ...{ type: '$5::text[]', properties: '$6::jsonb[]', source_id: '$7::uuid[]', side: '$9::uuid[]' },
      received_at: '$8::timestamptz[]',
    })} as new`,
    [
      ints(sorted.map((event) => event.profile.shard)),
      uuids(sorted.map((event) => event.profile.id)),
      instants(sorted.map((event) => event.occurredAt)),
      uuids(sorted.map((event) => event.id)),
      texts(sorted.map((event) => event.type)),
      jsons(sorted.map((event) => event.properties)),
      uuids(sorted.map((event) => event.sourceId)),
      instants(sorted.map((event) => event.receivedAt)),
      uuids(sorted.map((event) => event.side)),
    ],
  );
}
