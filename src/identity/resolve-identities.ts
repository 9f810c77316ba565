import { isDeepStrictEqual } from 'node:util';
import { instants, ints, rowsOf, texts, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { lockProfiles } from '../profiles/index.js';
import type { LockedProfile, ProfileRef } from '../profiles/index.js';
import { identifierName, shardOfIdentifier } from './identifier.js';
import type { Identifier } from './identifier.js';
import { holdersOf, profileStates } from './identifier.reads.js';
import type { Namespaces } from './namespaces.js';
import { planIdentities, profilesInQuestion } from './plan-identities.js';
import type { Holder, IdentityPlan, ProfileState } from './plan-identities.js';

export interface ResolveIdentities {
  namespaces: Namespaces;
  /** The identifiers of each item, in the order in which the items count as sent. */
  items: readonly { identifiers: readonly Identifier[]; sourceId: string }[];
  /** Who holds these identifiers (and perhaps others), as `holdersOf` has said in this transaction. */
  holders: ReadonlyMap<string, Holder>;
  /** The attributes that are about to change: what stands for them is told of the locked profiles. */
  keys: readonly string[];
  now: Date;
}

/** What the items' identifiers say, with all profiles that are to be changed locked. */
export interface Resolution extends IdentityPlan {
  /** By profile id; absorbed profiles are locked as well. */
  locked: ReadonlyMap<string, LockedProfile>;
  /** Identifiers that were sent again after a while. */
  seenAgain: readonly Identifier[];
}

/** Each lost race means that somebody else has committed something about our people; a batch holds a bounded number. */
const MAX_ROUNDS = 1_000;

/**
 * Finds or creates the profile of each item, as `planIdentities` says.
 *
 * The plan is made without locks, and then made true: new identifiers are claimed, in the order of their names, and
 * the profiles locked, in the order of theirs, so that nobody waits in a circle. Concurrent first sightings of one
 * identifier give one profile: the unique key lets one transaction have it, and the others wait for that one to
 * commit, see whose it is, and plan again. So do those who find under the lock that a profile has been absorbed, or
 * has changed in what the plan rests on.
 */
export async function resolveIdentities(tx: Transaction, input: ResolveIdentities): Promise<Resolution> {
  const items = input.items.map((item) => item.identifiers);
  let { holders } = input;
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const inQuestion = profilesInQuestion({ items, holders });
    const states = await profileStates(tx, inQuestion);
    const { workspaceId } = tx;
    const plan = planIdentities({ workspaceId, namespaces: input.namespaces, items, holders, states });
    const locked = await makeTrue(tx, input, plan, { holders, inQuestion, states });
    if (locked) return { ...plan, locked, seenAgain: seenAgain(items, plan, holders) };
    holders = await holdersOf(tx, { identifiers: items.flat(), now: input.now });
  }
  throw new Error('identifiers were taken by others in every round');
}

/** What was left aside for somebody else's is not seen as ours. */
function seenAgain(
  items: readonly (readonly Identifier[])[],
  { places }: IdentityPlan,
  holders: ReadonlyMap<string, Holder>,
): Identifier[] {
  if (![...holders.values()].some((holder) => holder.seenLongAgo)) return [];
  return items.flatMap((identifiers, index) =>
    identifiers.filter(
      (one) =>
        holders.get(identifierName(one))?.seenLongAgo &&
        !places[index]?.demotions.some(({ identifier }) => identifier === one),
    ),
  );
}

interface Foundation {
  holders: ReadonlyMap<string, Holder>;
  inQuestion: readonly ProfileRef[];
  states: ReadonlyMap<string, ProfileState>;
}

/** @returns the locked profiles, or null when the plan has lost a race; then nothing of it is left */
async function makeTrue(
  tx: Transaction,
  input: ResolveIdentities,
  plan: IdentityPlan,
  foundation: Foundation,
): Promise<ReadonlyMap<string, LockedProfile> | null> {
  let locked: ReadonlyMap<string, LockedProfile> = new Map();
  const work = async () => {
    // Sent together, they run one after the other: the states are read under the locks.
    const [claimed, found, states] = await Promise.all([
      claimIdentifiers(tx, input, plan),
      lockProfiles(tx, { profiles: toLock(plan), keys: input.keys }),
      profileStates(tx, foundation.inQuestion),
    ]);
    locked = found;
    return claimed && (await stillHolds(tx, input, plan, { locked, states }, foundation));
  };
  // Nothing may stay locked: the next plan may want what comes before it in the order of locks.
  const kept = await tx.attempt(work);
  return kept ? locked : null;
}

function toLock({ places, created, attached, merges }: IdentityPlan): ProfileRef[] {
  const all = new Map<string, ProfileRef>();
  for (const place of places) if (place) all.set(place.profile.id, place.profile);
  for (const profile of attached) all.set(profile.id, profile);
  for (const { survivor, absorbed } of merges) all.set(survivor.id, survivor).set(absorbed.id, absorbed);
  for (const { id } of created) all.delete(id);
  return [...all.values()];
}

async function stillHolds(
  tx: Transaction,
  { items }: ResolveIdentities,
  { claims }: IdentityPlan,
  under: { locked: ReadonlyMap<string, LockedProfile>; states: ReadonlyMap<string, ProfileState> },
  { holders, inQuestion, states }: Foundation,
): Promise<boolean> {
  const all = [...under.locked.values()];
  if (all.some((profile) => profile.isAbsorbed)) return false;
  if (inQuestion.some(({ id }) => !isSame(under.states.get(id), withClaims(states.get(id), id, claims))))
    return false;
  if (!all.some((profile) => profile.wasSplit)) return true;
  const identifiers = items.flatMap((item) => item.identifiers);
  const now = await holdersOf(tx, { identifiers });
  const ours = new Set(claims.map(({ identifier }) => identifierName(identifier)));
  return identifiers.map(identifierName).every((name) => {
    const [before, after] = [holders.get(name), now.get(name)];
    return ours.has(name) || (before?.id === after?.id && before?.side === after?.side);
  });
}

/** What a profile must hold once the claims are made. */
function withClaims(
  state: ProfileState | undefined,
  id: string,
  claims: IdentityPlan['claims'],
): ProfileState | undefined {
  if (!state) return undefined;
  const held = new Map(Object.entries(state.held));
  for (const { identifier, profile } of claims)
    if (profile.id === id) held.set(identifier.namespace, (held.get(identifier.namespace) ?? 0) + 1);
  return { ...state, held: Object.fromEntries(held) };
}

function isSame(a: ProfileState | undefined, b: ProfileState | undefined): boolean {
  return isDeepStrictEqual(a, b);
}

/** @returns false when one of them has become somebody else's meanwhile */
async function claimIdentifiers(
  tx: Transaction,
  { items, now }: ResolveIdentities,
  { claims }: IdentityPlan,
): Promise<boolean> {
  if (claims.length === 0) return true;
  const sorted = claims
    .map((claim) => ({
      ...claim,
      shard: shardOfIdentifier(tx.workspaceId, claim.identifier),
      name: identifierName(claim.identifier),
    }))
    .sort((a, b) => a.shard - b.shard || (a.name < b.name ? -1 : 1));
  const kept = await tx.write(
    `/* claim identifiers */
    insert into identifier (shard, namespace, value, profile_shard, profile_id, recorded_profile_id, source_id, first_seen_at, last_seen_at)
    select shard, namespace, value, profile_shard, profile_id, side, source_id, seen_at, seen_at
    from ${rowsOf({
      ...{ shard: '$1::int[]', namespace: '$2::text[]', value: '$3::text[]', profile_shard: '$4::int[]' },
      ...{
        profile_id: '$5::uuid[]',
        side: '$6::uuid[]',
        source_id: '$7::uuid[]',
        seen_at: '$8::timestamptz[]',
      },
    })} as new
    on conflict do nothing`,
    [
      ints(sorted.map((claim) => claim.shard)),
      texts(sorted.map((claim) => claim.identifier.namespace)),
      texts(sorted.map((claim) => claim.identifier.value)),
      ints(sorted.map((claim) => claim.profile.shard)),
      uuids(sorted.map((claim) => claim.profile.id)),
      uuids(sorted.map((claim) => claim.side)),
      uuids(sorted.map((claim) => items[claim.item]?.sourceId ?? null)),
      instants(sorted.map(() => now)),
    ],
  );
  return kept === sorted.length;
}
