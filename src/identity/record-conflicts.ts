import { instants, ints, newId, texts, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import type { Demotion } from './plan-identities.js';

export interface NewConflict {
  profile: ProfileRef;
  demotion: Demotion;
  sourceId: string;
  externalId: string;
}

/** Notes which identifiers of accepted items were left aside, for people to look at. */
export async function recordConflicts(
  tx: Transaction,
  { conflicts, now }: { conflicts: readonly NewConflict[]; now: Date },
): Promise<void> {
  if (conflicts.length === 0) return;
  await tx.query(
    `/* record conflicts */
    insert into identity_conflict (shard, id, profile_id, kind, namespace, value, held_by, source_id, external_id, at)
    select * from unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::uuid[], $9::text[], $10::timestamptz[])`,
    [
      ints(conflicts.map(({ profile }) => profile.shard)),
      uuids(conflicts.map(() => newId())),
      uuids(conflicts.map(({ profile }) => profile.id)),
      texts(conflicts.map(({ demotion }) => demotion.kind)),
      texts(conflicts.map(({ demotion }) => demotion.identifier.namespace)),
      texts(conflicts.map(({ demotion }) => demotion.identifier.value)),
      uuids(conflicts.map(({ demotion }) => demotion.heldBy)),
      uuids(conflicts.map(({ sourceId }) => sourceId)),
      texts(conflicts.map(({ externalId }) => externalId)),
      instants(conflicts.map(() => now)),
    ],
  );
}
