import { idOfArrival, instants, ints, jsons, texts, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { Fact } from './attribute-facts.js';
import type { ProfileRef } from './profile-ref.js';

/** What an item said of an audited attribute, whether it stands or not. */
export interface AuditedFact extends Fact {
  key: string;
  profile: ProfileRef;
  /** Whose side of the profile it came to. */
  side: string;
  receivedAt: Date;
}

/** Adds to the history of audited attributes. */
export async function recordAttributeChanges(tx: Transaction, facts: readonly AuditedFact[]): Promise<void> {
  if (facts.length === 0) return;
  await tx.query(
    `/* record attribute changes */
    insert into attribute_change (shard, profile_id, recorded_profile_id, id, key, value, at, source_id, received_at)
    select * from unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::jsonb[], $7::timestamptz[],
      $8::uuid[], $9::timestamptz[])`,
    [
      ints(facts.map(({ profile }) => profile.shard)),
      uuids(facts.map(({ profile }) => profile.id)),
      uuids(facts.map(({ side }) => side)),
      uuids(facts.map(({ arrival }) => idOfArrival(arrival))),
      texts(facts.map(({ key }) => key)),
      jsons(facts.map(({ value }) => value)),
      instants(facts.map(({ at }) => at)),
      uuids(facts.map(({ sourceId }) => sourceId)),
      instants(facts.map(({ receivedAt }) => receivedAt)),
    ],
  );
}
