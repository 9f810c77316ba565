import { ints, jsons, rowsOf, texts, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { Fact } from './attribute-facts.js';
import type { ProfileRef } from './profile-ref.js';
import { provenanceOf } from './provenance.js';

export interface ProfileFacts extends ProfileRef {
  facts: ReadonlyMap<string, Fact>;
}

/** Creates profiles with their first attributes. Their identifiers must be held already: that settles races. */
export async function insertProfiles(
  tx: Transaction,
  { profiles, now }: { profiles: readonly ProfileFacts[]; now: Date },
): Promise<void> {
  if (profiles.length === 0) return;
  await tx.query(
    `/* insert profiles */
    insert into profile (shard, id, attributes, provenance, created_at, updated_at)
    select *, $5, $5
    from ${rowsOf({ shard: '$1::int[]', id: '$2::uuid[]', attributes: '$3::jsonb[]', provenance: '$4::jsonb[]' })} as new`,
    [
      ints(profiles.map((profile) => profile.shard)),
      uuids(profiles.map((profile) => profile.id)),
      jsons(profiles.map((profile) => valuesOf(profile.facts))),
      jsons(profiles.map((profile) => provenanceOf(profile.facts))),
      now,
    ],
  );
}

/** Writes facts that stand (see `prevailing`) to locked profiles. Without facts only `updatedAt` moves on. */
export async function updateProfiles(
  tx: Transaction,
  { profiles, now }: { profiles: readonly ProfileFacts[]; now: Date },
): Promise<void> {
  if (profiles.length === 0) return;
  await tx.query(
    `update profile p set
      attributes = case when new.removed is null then p.attributes || new.attributes
        else (p.attributes || new.attributes) - (select array_agg(key) from jsonb_array_elements_text(new.removed::jsonb) as key) end,
      provenance = p.provenance || new.provenance,
      updated_at = $6
    from ${rowsOf({
      ...{ shard: '$1::int[]', id: '$2::uuid[]' },
      ...{ attributes: '$3::jsonb[]', removed: '$4::text[]', provenance: '$5::jsonb[]' },
    })} as new
    where p.shard = new.shard and p.id = new.id`,
    [
      ints(profiles.map((profile) => profile.shard)),
      uuids(profiles.map((profile) => profile.id)),
      jsons(profiles.map((profile) => valuesOf(profile.facts))),
      texts(profiles.map((profile) => removedKeys(profile.facts))),
      jsons(profiles.map((profile) => provenanceOf(profile.facts))),
      now,
    ],
  );
}

export function valuesOf(facts: ReadonlyMap<string, Fact>): object {
  return Object.fromEntries(
    [...facts].filter(([, fact]) => fact.value !== null).map(([key, fact]) => [key, fact.value]),
  );
}

/** JSON of their list; null when nothing is removed, as mostly. */
function removedKeys(facts: ReadonlyMap<string, Fact>): string | null {
  const keys = [...facts].filter(([, fact]) => fact.value === null).map(([key]) => key);
  return keys.length > 0 ? JSON.stringify(keys) : null;
}
