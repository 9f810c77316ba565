import { instants, ints, newId, shardOfId, texts, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { bucketOfIdentifier, identifierName, shardOfIdentifier } from './identifier.js';
import type { Identifier } from './identifier.js';
import { ownersOf } from './identifier.reads.js';

export interface ResolveIdentities {
  /** The identifiers of each item, in the order in which the items count as sent. */
  items: readonly { identifiers: readonly Identifier[]; sourceId: string; at: Date }[];
  /** Who holds these identifiers, as `ownersOf` says, in this transaction. */
  owners: ReadonlyMap<string, ProfileRef>;
}

/** What an item's identifiers say: one profile, or null when they belong to several. */
export interface Resolution {
  profiles: (ProfileRef | null)[];
  /** Profiles that did not exist before this. */
  created: ProfileRef[];
  /** Existing profiles that got an identifier. */
  attached: ProfileRef[];
}

interface Claim extends Identifier {
  profile: ProfileRef;
  sourceId: string;
  at: Date;
}

interface Plan extends Resolution {
  claims: Claim[];
}

/** Each lost race means that somebody else has committed an identifier of ours; a batch holds a bounded number. */
const MAX_ROUNDS = 1_000;

/**
 * Finds or creates the profile of each item: nobody holds its identifiers → a new one; one profile does → that one,
 * which gets the rest; several do → null, and nothing of the item is kept.
 *
 * Concurrent first sightings of one identifier give one profile: the unique key lets one transaction have it, and
 * the others wait for that one to commit, see whose it is, and plan again. Identifiers are taken in the order of
 * their names, so that nobody waits in a circle.
 */
export async function resolveIdentities(
  tx: Transaction,
  { items, owners }: ResolveIdentities,
): Promise<Resolution> {
  let holders = owners;
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const plan = planFor(tx.workspaceId, items, holders);
    if (plan.claims.length === 0) return plan;
    if (await tx.attempt(() => claimIdentifiers(tx, plan.claims))) return plan;
    holders = await ownersOf(
      tx,
      items.flatMap((item) => item.identifiers),
    );
  }
  throw new Error('identifiers were taken by others in every round');
}

function planFor(
  workspaceId: number,
  items: ResolveIdentities['items'],
  owners: ReadonlyMap<string, ProfileRef>,
): Plan {
  const holders = new Map(owners);
  const created = new Map<string, ProfileRef>();
  const attached = new Map<string, ProfileRef>();
  const claims: Claim[] = [];
  const profiles = items.map((item) => {
    const found = new Map<string, ProfileRef>();
    const unheld = new Map<string, Identifier>();
    for (const identifier of item.identifiers) {
      const holder = holders.get(identifierName(identifier));
      if (holder) found.set(holder.id, holder);
      else unheld.set(identifierName(identifier), identifier);
    }
    if (found.size > 1) return null;
    const [existing] = found.values();
    const profile = existing ?? newProfile(workspaceId, item.identifiers);
    if (!existing) created.set(profile.id, profile);
    else if (unheld.size > 0 && !created.has(profile.id)) attached.set(profile.id, profile);
    for (const [name, identifier] of unheld) {
      holders.set(name, profile);
      claims.push({ ...identifier, profile, sourceId: item.sourceId, at: item.at });
    }
    return profile;
  });
  return { profiles, created: [...created.values()], attached: [...attached.values()], claims };
}

function newProfile(workspaceId: number, identifiers: readonly Identifier[]): ProfileRef {
  const [first] = identifiers;
  if (!first) throw new Error('an item has at least one identifier');
  const id = newId(bucketOfIdentifier(first));
  return { id, shard: shardOfId(workspaceId, id) };
}

/** @returns false when one of them has become somebody else's meanwhile */
async function claimIdentifiers(tx: Transaction, claims: readonly Claim[]): Promise<boolean> {
  const sorted = claims
    .map((claim) => ({
      ...claim,
      shard: shardOfIdentifier(tx.workspaceId, claim),
      name: identifierName(claim),
    }))
    .sort((a, b) => a.shard - b.shard || (a.name < b.name ? -1 : 1));
  const kept = await tx.write(
    `/* claim identifiers */
    insert into identifier (shard, namespace, value, profile_shard, profile_id, recorded_profile_id, source_id, first_seen_at, last_seen_at)
    select shard, namespace, value, profile_shard, profile_id, profile_id, source_id, seen_at, seen_at
    from unnest($1::int[], $2::text[], $3::text[], $4::int[], $5::uuid[], $6::uuid[], $7::timestamptz[])
      as new(shard, namespace, value, profile_shard, profile_id, source_id, seen_at)
    on conflict do nothing`,
    [
      ints(sorted.map((claim) => claim.shard)),
      texts(sorted.map((claim) => claim.namespace)),
      texts(sorted.map((claim) => claim.value)),
      ints(sorted.map((claim) => claim.profile.shard)),
      uuids(sorted.map((claim) => claim.profile.id)),
      uuids(sorted.map((claim) => claim.sourceId)),
      instants(sorted.map((claim) => claim.at)),
    ],
  );
  return kept === sorted.length;
}
