import { publicId } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { identifierName } from './identifier.js';
import type { Identifier } from './identifier.js';
import { holdersOf, profileStates } from './identifier.reads.js';
import type { Namespaces } from './namespaces.js';
import { planIdentities, profilesInQuestion } from './plan-identities.js';
import type { Demotion, Holder, IdentityPlan, Place, ProfileState } from './plan-identities.js';
import { reasonOfSurvivor } from './preview-merge.js';

interface PreviewIdentity {
  namespaces: Namespaces;
  identifiers: readonly Identifier[];
}

export type IdentityOutcome = 'CREATE' | 'ATTACH' | 'MATCH' | 'MERGE' | 'BLOCKED';

/** What would be done with one identifier of an item. */
export interface IdentifierPlan {
  identifier: Identifier;
  fate: 'KEPT' | 'DEMOTED' | 'BLOCKED';
  heldBy: ProfileRef | null;
  reason: string;
}

/** What an item with these identifiers would do. */
export interface IdentityPreviewed {
  outcome: IdentityOutcome;
  /** Those that the kept identifiers lead to. */
  profiles: ProfileRef[];
  /** The existing profile that the item would belong to, or null. */
  survivor: ProfileRef | null;
  identifiers: IdentifierPlan[];
  reasons: string[];
}

/** What the plan of one item rests on. */
interface Known {
  namespaces: Namespaces;
  holders: ReadonlyMap<string, Holder>;
  states: ReadonlyMap<string, ProfileState>;
}

/** Says what an item with these identifiers would do, by the plan that ingest itself makes. Nothing is written. */
export async function previewIdentity(
  tx: Transaction,
  { namespaces, identifiers }: PreviewIdentity,
): Promise<IdentityPreviewed> {
  const items = [identifiers];
  const holders = await holdersOf(tx, { identifiers });
  const states = await profileStates(tx, profilesInQuestion({ items, holders }));
  const plan = planIdentities({ workspaceId: tx.workspaceId, namespaces, items, holders, states });
  const known = { namespaces, holders, states };
  const [place = null] = plan.places;
  const all = [...new Map(identifiers.map((one) => [identifierName(one), one])).values()];
  const fates = all.map((identifier) => identifierPlan(identifier, place, all, known));
  const kept = fates.filter(({ fate }) => fate === 'KEPT');
  const profiles = distinct(kept.flatMap(({ heldBy }) => heldBy ?? []));
  const outcome = outcomeOf(plan);
  return {
    outcome,
    profiles,
    survivor: place && outcome !== 'CREATE' ? place.profile : null,
    identifiers: fates,
    reasons: [
      reasonOf(outcome, { kept, profiles, place, states }),
      ...fates.filter(({ fate }) => fate === 'DEMOTED').map(demotedReason),
    ],
  };
}

function outcomeOf({ places, merges, created, attached }: IdentityPlan): IdentityOutcome {
  if (!places[0]) return 'BLOCKED';
  if (merges.length > 0) return 'MERGE';
  if (created.length > 0) return 'CREATE';
  return attached.length > 0 ? 'ATTACH' : 'MATCH';
}

function reasonOf(
  outcome: IdentityOutcome,
  {
    kept,
    profiles,
    place,
    states,
  }: {
    kept: readonly IdentifierPlan[];
    profiles: ProfileRef[];
    place: Place | null;
    states: Known['states'];
  },
): string {
  const [only] = profiles;
  const name = only ? publicId('profile', only.id) : '';
  const added = kept.filter(({ heldBy }) => !heldBy).map(({ identifier }) => identifier.namespace);
  switch (outcome) {
    case 'BLOCKED':
      return 'All its identifiers stand for nobody in particular, so nobody can tell who it is about: it would be rejected.';
    case 'CREATE':
      return 'Nobody holds what is kept of its identifiers: a new profile would be created with them.';
    case 'MATCH':
      return `What is kept of its identifiers belongs to ${name} already: the item would be about that profile.`;
    case 'ATTACH':
      return `${name} holds some of its identifiers and would get the others: ${added.join(', ')}.`;
    case 'MERGE': {
      if (!place) throw new Error('an item that merges profiles has a place');
      const survivor = publicId('profile', place.profile.id);
      return `Its identifiers belong to ${profiles.length} profiles, so it proves that these are one person: they would become one. ${survivor} would stay: ${reasonOfSurvivor(place.profile, profiles, states)}`;
    }
  }
}

function demotedReason({ identifier, reason }: IdentifierPlan): string {
  return `The identifier of the namespace ${identifier.namespace} would be left aside, and the conflict put on record. ${reason}`;
}

function identifierPlan(
  identifier: Identifier,
  place: Place | null,
  all: readonly Identifier[],
  known: Known,
): IdentifierPlan {
  const heldBy = known.holders.get(identifierName(identifier)) ?? null;
  // Without a place all of them are blocked, and the plan has nothing to say of each.
  const demotions =
    place?.demotions ?? all.map((one): Demotion => ({ kind: 'BLOCKED', identifier: one, heldBy: null }));
  const index = demotions.findIndex((one) => identifierName(one.identifier) === identifierName(identifier));
  const demotion = demotions[index];
  if (!demotion) {
    const reason = heldBy ? 'It leads to the profile.' : 'Nobody holds it: it would be added to the profile.';
    return { identifier, fate: 'KEPT', heldBy, reason };
  }
  if (demotion.kind === 'BLOCKED') {
    return { identifier, fate: 'BLOCKED', heldBy, reason: 'Its value stands for nobody in particular.' };
  }
  const gone = new Set(demotions.slice(0, index).map((one) => identifierName(one.identifier)));
  const blocked = demotions.filter(({ kind }) => kind === 'BLOCKED');
  for (const one of blocked) gone.add(identifierName(one.identifier));
  const tried = all.filter((one) => !gone.has(identifierName(one)));
  return { identifier, fate: 'DEMOTED', heldBy, reason: reasonToDemote(identifier, tried, known) };
}

/** Why `planIdentities` left an identifier aside, among those that it was tried with. */
function reasonToDemote(
  identifier: Identifier,
  tried: readonly Identifier[],
  { namespaces, holders, states }: Known,
): string {
  const holdersAmong = (some: readonly Identifier[]) =>
    distinct(some.flatMap((one) => holders.get(identifierName(one)) ?? []));
  const profiles = holdersAmong(tried);
  const proven = holdersAmong(tried.filter((one) => namespaces.get(one.namespace)?.canMergeProfiles));
  const holder = holders.get(identifierName(identifier));
  if (profiles.length > 1 && holder && !proven.some(({ id }) => id === holder.id)) {
    return `Another profile holds it, and the namespace ${identifier.namespace} may not prove that two profiles are one person.`;
  }
  const total = new Map<string, number>();
  const add = (key: string, count: number) => total.set(key, (total.get(key) ?? 0) + count);
  for (const { id } of profiles)
    for (const [key, count] of Object.entries(states.get(id)?.held ?? {})) add(key, count);
  for (const one of tried) if (!holders.has(identifierName(one))) add(one.namespace, 1);
  const exceeded = [...total].flatMap(([key, count]) => {
    const limit = namespaces.get(key)?.maxPerProfile ?? Infinity;
    const isNews = profiles.every(({ id }) => (states.get(id)?.held[key] ?? 0) < count);
    return count > limit && isNews
      ? [`${count} identifiers of the namespace ${key}, which allows ${limit}`]
      : [];
  });
  return `With it the profile would hold ${exceeded.join(', and ')}; it is the weakest of the identifiers: of the lowest priority, and among equals the last by name.`;
}

function distinct(profiles: readonly ProfileRef[]): ProfileRef[] {
  return [...new Map(profiles.map((profile) => [profile.id, profile])).values()];
}
