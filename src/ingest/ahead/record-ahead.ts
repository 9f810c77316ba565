import { bigints, instants, ints, jsons, uuids } from '../../platform/index.js';
import type { Transaction } from '../../platform/index.js';
import type { Ahead } from './part-ahead.js';

/** Keeps what is dated ahead until its instant has come: see `beginDue`. The profiles must be locked, or new. */
export async function recordAhead(tx: Transaction, ahead: readonly Ahead[]): Promise<void> {
  if (ahead.length === 0) return;
  await tx.query(
    `/* record items ahead */
    insert into item_ahead (shard, profile_id, recorded_profile_id, id, at, due_at, source_id, facts, arrival)
    select shard, profile_id, side, id, at, at, source_id, nullif(facts, 'null'), arrival
    from unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::uuid[], $7::jsonb[],
      $8::bigint[]) as new(shard, profile_id, side, id, at, source_id, facts, arrival)`,
    [
      ints(ahead.map(({ profile }) => profile.shard)),
      uuids(ahead.map(({ profile }) => profile.id)),
      uuids(ahead.map(({ side }) => side)),
      uuids(ahead.map(({ id }) => id)),
      instants(ahead.map(({ at }) => at)),
      uuids(ahead.map(({ sourceId }) => sourceId)),
      jsons(ahead.map(({ facts }) => facts)),
      bigints(ahead.map(({ arrival }) => arrival)),
    ],
  );
}
