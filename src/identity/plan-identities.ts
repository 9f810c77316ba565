import { newId, shardOfId } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { bucketOfIdentifier, identifierName, isBlocked } from './identifier.js';
import type { Identifier } from './identifier.js';
import { byStrength } from './identifier-strength.js';
import type { Namespace, Namespaces } from './namespaces.js';

/** Who holds an identifier. */
export interface Holder extends ProfileRef {
  /** The profile that it came to, should that have been absorbed since: its side of the merge. */
  side: string;
  /** Whether more than an hour has passed since it was last seen. */
  seenLongAgo: boolean;
}

/** What must be known of a profile before anything is joined to it. */
export interface ProfileState {
  createdAt: Date;
  /** How many identifiers of each namespace it holds. */
  held: Readonly<Record<string, number>>;
}

export interface PlanInput {
  workspaceId: number;
  namespaces: Namespaces;
  /** The identifiers of each item, in the order in which the items count as sent. */
  items: readonly (readonly Identifier[])[];
  /** By `identifierName`. */
  holders: ReadonlyMap<string, Holder>;
  /** By profile id, of those that `profilesInQuestion` names. */
  states: ReadonlyMap<string, ProfileState>;
}

/** Why an identifier of an item was left aside. */
export interface Demotion {
  kind: 'BLOCKED' | 'DEMOTED';
  identifier: Identifier;
  /** Who holds it, if anybody does. */
  heldBy: string | null;
}

/** Where an item belongs. */
export interface Place {
  profile: ProfileRef;
  /** The side of the profile that it came to: what an undo gives back goes by it. */
  side: string;
  demotions: readonly Demotion[];
}

export interface IdentityPlan {
  /** Null where all identifiers of an item are blocked. */
  places: (Place | null)[];
  created: ProfileRef[];
  /** Existing profiles that get an identifier. */
  attached: ProfileRef[];
  claims: { identifier: Identifier; profile: ProfileRef; side: string; item: number }[];
  /** Existing profiles that go into others; `item` is the one that proved it. */
  merges: { survivor: ProfileRef; absorbed: ProfileRef; item: number }[];
}

/** A profile while the plan is made: existing, or one to be. `into` = it has become part of that one. */
interface Party {
  profile: ProfileRef;
  isNew: boolean;
  createdAt: number;
  held: Map<string, number>;
  into: Party | null;
  mergedBy: number;
}

interface Hold {
  party: Party;
  /** Null = the side of the party itself, whatever becomes of it when it is new. */
  side: string | null;
}

/**
 * The existing profiles that a plan may join something to, because an item links their identifiers with others:
 * their state must be known to it. Mostly there are none.
 */
export function profilesInQuestion({ items, holders }: Pick<PlanInput, 'items' | 'holders'>): ProfileRef[] {
  const found = new Map<string, ProfileRef>();
  for (const identifiers of items) {
    if (identifiers.length < 2) continue;
    const owners = identifiers.map((one) => holders.get(identifierName(one)));
    if (owners.every((owner) => owner && owner.id === owners[0]?.id)) continue;
    for (const owner of owners) if (owner) found.set(owner.id, { id: owner.id, shard: owner.shard });
  }
  return [...found.values()];
}

/**
 * Decides where items belong, one after the other: nobody holds their identifiers → a new profile; one profile does
 * → that one, which gets the rest; several do → these become one, unless it would then hold more identifiers of a
 * namespace than allowed. Then the item's identifier of the lowest priority is left aside, and it is looked at anew.
 */
export function planIdentities(input: PlanInput): IdentityPlan {
  return new Planner(input).plan();
}

const NONE: readonly Demotion[] = [];

class Planner {
  private readonly parties = new Map<string, Party>();
  private readonly holds = new Map<string, Hold>();
  private readonly claims: { identifier: Identifier; hold: Hold; item: number }[] = [];

  constructor(private readonly input: PlanInput) {}

  plan(): IdentityPlan {
    const placed = this.input.items.map((identifiers, item) => this.place(identifiers, item));
    const attached = new Map<string, ProfileRef>();
    const claims = this.claims.map(({ identifier, hold, item }) => {
      const party = rootOf(hold.party);
      if (!party.isNew) attached.set(party.profile.id, party.profile);
      return { identifier, profile: party.profile, side: sideOf(hold), item };
    });
    const all = [...this.parties.values()];
    return {
      places: placed.map(
        (one) =>
          one && {
            profile: rootOf(one.hold.party).profile,
            side: sideOf(one.hold),
            demotions: one.demotions,
          },
      ),
      created: all.filter((party) => party.isNew && !party.into).map(({ profile }) => profile),
      attached: [...attached.values()],
      claims,
      merges: all
        .filter((party) => !party.isNew && party.into)
        .map((party) => ({
          survivor: rootOf(party).profile,
          absorbed: party.profile,
          item: party.mergedBy,
        })),
    };
  }

  private place(
    identifiers: readonly Identifier[],
    item: number,
  ): { hold: Hold; demotions: readonly Demotion[] } | null {
    const [only, ...others] = identifiers;
    // Most items have one identifier, and then there is nothing to weigh.
    if (only && others.length === 0)
      return isBlocked(this.input.namespaces, only)
        ? null
        : { hold: this.join(identifiers, item), demotions: NONE };
    const demotions: Demotion[] = [];
    const kept: Identifier[] = [];
    for (const identifier of distinct(identifiers)) {
      if (isBlocked(this.input.namespaces, identifier)) demotions.push(this.demotion('BLOCKED', identifier));
      else kept.push(identifier);
    }
    if (kept.length === 0) return null;
    for (let weakest = this.obstacle(kept); weakest; weakest = this.obstacle(kept)) {
      demotions.push(this.demotion('DEMOTED', weakest));
      kept.splice(kept.indexOf(weakest), 1);
    }
    return { hold: this.join(kept, item), demotions };
  }

  /** The identifier that must give way for the rest to be one person; undefined when they can be. */
  private obstacle(identifiers: readonly Identifier[]): Identifier | undefined {
    if (identifiers.length < 2) return undefined;
    const parties = this.partiesOf(identifiers);
    if (parties.length > 1) {
      const proven = this.partiesOf(identifiers.filter((one) => this.namespaceOf(one)?.canMergeProfiles));
      const unproven = identifiers.filter((one) => {
        const hold = this.holdOf(one);
        return hold && !proven.includes(rootOf(hold.party));
      });
      if (unproven.length > 0) return this.weakest(unproven);
    }
    return this.exceedsLimit(identifiers, parties) ? this.weakest(identifiers) : undefined;
  }

  /** A limit forbids to add to what is held; it does not undo what is. */
  private exceedsLimit(identifiers: readonly Identifier[], parties: readonly Party[]): boolean {
    const total = new Map<string, number>();
    for (const party of parties)
      for (const [namespace, count] of party.held) total.set(namespace, (total.get(namespace) ?? 0) + count);
    for (const one of identifiers)
      if (!this.holdOf(one)) total.set(one.namespace, (total.get(one.namespace) ?? 0) + 1);
    return [...total].some(([namespace, count]) => {
      const limit = this.input.namespaces.get(namespace)?.maxPerProfile ?? Infinity;
      return count > limit && parties.every((party) => (party.held.get(namespace) ?? 0) < count);
    });
  }

  private weakest(identifiers: readonly Identifier[]): Identifier | undefined {
    return byStrength(this.input.namespaces, identifiers).at(-1);
  }

  private join(identifiers: readonly Identifier[], item: number): Hold {
    const [only, ...others] = identifiers;
    const known = only && others.length === 0 ? this.holdOf(only) : undefined;
    if (known) return known;
    const held = identifiers.filter((one) => this.holdOf(one));
    const party =
      this.unite(this.partiesOf(identifiers), item) ?? this.newParty(identifiers[0] as Identifier);
    const [strongest] = byStrength(this.input.namespaces, held);
    const hold = (strongest && this.holdOf(strongest)) ?? { party, side: null };
    for (const identifier of identifiers) {
      if (this.holdOf(identifier)) continue;
      this.holds.set(identifierName(identifier), hold);
      party.held.set(identifier.namespace, (party.held.get(identifier.namespace) ?? 0) + 1);
      this.claims.push({ identifier, hold, item });
    }
    return hold;
  }

  /** The survivor is the older profile, then the one of the smaller id; new ones are younger than all. */
  private unite(parties: readonly Party[], item: number): Party | undefined {
    const [survivor, ...others] = parties.toSorted(
      (a, b) =>
        Number(a.isNew) - Number(b.isNew) ||
        a.createdAt - b.createdAt ||
        (a.profile.id < b.profile.id ? -1 : 1),
    );
    for (const other of others) {
      other.into = survivor as Party;
      other.mergedBy = item;
      for (const [namespace, count] of other.held)
        survivor?.held.set(namespace, (survivor.held.get(namespace) ?? 0) + count);
    }
    return survivor;
  }

  private partiesOf(identifiers: readonly Identifier[]): Party[] {
    const found = new Set<Party>();
    for (const one of identifiers) {
      const hold = this.holdOf(one);
      if (hold) found.add(rootOf(hold.party));
    }
    return [...found];
  }

  private holdOf(identifier: Identifier): Hold | undefined {
    const name = identifierName(identifier);
    const known = this.holds.get(name);
    const holder = this.input.holders.get(name);
    if (known || !holder) return known;
    const hold = { party: this.partyOf(holder), side: holder.side };
    this.holds.set(name, hold);
    return hold;
  }

  private partyOf({ id, shard }: Holder): Party {
    const known = this.parties.get(id);
    if (known) return known;
    const state = this.input.states.get(id);
    const party: Party = {
      profile: { id, shard },
      isNew: false,
      createdAt: state?.createdAt.getTime() ?? 0,
      held: new Map(Object.entries(state?.held ?? {})),
      into: null,
      mergedBy: -1,
    };
    this.parties.set(id, party);
    return party;
  }

  private newParty(identifier: Identifier): Party {
    const id = newId(bucketOfIdentifier(identifier));
    const party: Party = {
      profile: { id, shard: shardOfId(this.input.workspaceId, id) },
      isNew: true,
      createdAt: this.parties.size,
      held: new Map(),
      into: null,
      mergedBy: -1,
    };
    this.parties.set(id, party);
    return party;
  }

  private demotion(kind: Demotion['kind'], identifier: Identifier): Demotion {
    const hold = kind === 'DEMOTED' ? this.holdOf(identifier) : undefined;
    return { kind, identifier, heldBy: hold ? sideOf(hold) : null };
  }

  private namespaceOf({ namespace }: Identifier): Namespace | undefined {
    return this.input.namespaces.get(namespace);
  }
}

function rootOf(party: Party): Party {
  let root = party;
  while (root.into) root = root.into;
  return root;
}

/** A profile that never came to be has no side of its own: it is on that of the first that it went into. */
function sideOf({ party, side }: Hold): string {
  let own = party;
  while (own.isNew && own.into) own = own.into;
  return side ?? own.profile.id;
}

function distinct(identifiers: readonly Identifier[]): readonly Identifier[] {
  if (identifiers.length < 2) return identifiers;
  return [...new Map(identifiers.map((one) => [identifierName(one), one])).values()];
}
