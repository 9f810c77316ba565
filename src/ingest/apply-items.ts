import { recordChannels } from '../consent/index.js';
import type { ToldChannels } from '../consent/index.js';
import { recordEvents } from '../events/index.js';
import { noteSeen, recordConflicts } from '../identity/index.js';
import type { Place, Resolution } from '../identity/index.js';
import { canonicalJson, shardOfId } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import {
  collectFact,
  dependencyOf,
  insertProfiles,
  prevailing,
  recordAttributeChanges,
  recordLabels,
  updateProfiles,
  writeSides,
} from '../profiles/index.js';
import type {
  AuditedFact,
  Fact,
  ProfileFacts,
  ProfileRef,
  SideNews,
  SourceRanking,
  ToldLabel,
} from '../profiles/index.js';
import type { Item, NamedItem } from './item.js';
import type { ItemDefinitions } from './item-definitions.js';

/** What the batch has touched of one profile: which segments must be looked at again. */
interface Touched {
  profile: ProfileRef;
  dependencies: Set<string>;
  events: { type: string; occurredAt: Date; properties: Record<string, unknown> }[];
  newcomer: boolean;
  /** Who was absorbed into it. Then everything about it may have changed. */
  absorbed: ProfileRef[];
}
export type TouchedProfiles = Map<string, Touched>;

const NO_FACTS: ReadonlyMap<string, Fact> = new Map();
const NONE: never[] = [];

/** An item whose externalId is claimed, with the place where it belongs. */
export interface Placed extends Place {
  item: NamedItem;
}

interface ApplyItems {
  placed: readonly Placed[];
  resolution: Resolution;
  definitions: ItemDefinitions;
  now: Date;
}

/**
 * Writes down what accepted items say, each with the profile and the side of it that they came to; all profiles are
 * locked. @returns what has to be looked at again
 */
export async function applyItems(
  tx: Transaction,
  { placed, resolution, definitions, now }: ApplyItems,
): Promise<TouchedProfiles> {
  const { ranking } = definitions;
  const { locked, merges } = resolution;
  const created = new Set(resolution.created.map((profile) => profile.id));
  const attached = new Set(resolution.attached.map((profile) => profile.id));
  const survivors = new Set(merges.map(({ survivor }) => survivor.id));
  const isSided = ({ id }: ProfileRef) => survivors.has(id) || (locked.get(id)?.hasSides ?? false);
  const news = factsByProfile(
    placed.filter(({ profile }) => !isSided(profile)),
    ranking,
  );
  const profiles = [...new Map(placed.map(({ profile }) => [profile.id, profile])).values()];
  const standing = profiles.map((profile): ProfileFacts => ({
    ...profile,
    facts: prevailing(news.get(profile.id) ?? NO_FACTS, locked.get(profile.id)?.facts ?? NO_FACTS, ranking),
  }));
  const changed = standing.filter(
    (profile) =>
      !created.has(profile.id) && !isSided(profile) && (profile.facts.size > 0 || attached.has(profile.id)),
  );
  await Promise.all([
    insertProfiles(tx, { profiles: standing.filter((profile) => created.has(profile.id)), now }),
    updateProfiles(tx, { profiles: changed, now }),
    recordEvents(tx, { events: placed.flatMap(eventOf), receivedAt: now }),
    noteSeen(tx, { identifiers: resolution.seenAgain, now }),
    recordChannels(tx, {
      told: placed.filter(({ item }) => item.channels.channels.length > 0).map(toldBy),
      receivedAt: now,
    }),
    recordLabels(tx, placed.flatMap(labelsBy)),
    recordAttributeChanges(tx, {
      facts: placed.flatMap((one) => auditedIn(one, definitions)),
      receivedAt: now,
    }),
    recordConflicts(tx, { conflicts: placed.flatMap((one) => conflictsOf(one, tx)), now }),
  ]);
  await writeSides(tx, {
    news: newsOfSides(
      tx,
      placed.filter(({ profile }) => isSided(profile)),
      { claims: resolution.claims.filter(({ profile }) => isSided(profile)), ranking },
    ),
    now,
  });
  return touchedBy(standing, placed, { resolution, isSided });
}

function toldBy({ item, profile, side }: Placed): ToldChannels {
  return { ...item.channels, profile, side, sourceId: item.sourceId };
}

function labelsBy({ item, profile, side }: Placed): ToldLabel[] {
  if (item.labels.length === 0) return NONE;
  const { occurredAt: at, sourceId } = item;
  return item.labels.map((one) => ({ ...one, profile, side, at, sourceId }));
}

function auditedIn({ item, profile, side }: Placed, { attributes }: ItemDefinitions): AuditedFact[] {
  if (item.attributes.size === 0) return NONE;
  const { occurredAt: at, sourceId } = item;
  return [...item.attributes]
    .filter(([key]) => attributes.isAudited(key))
    .map(([key, value]) => ({ key, value, at, sourceId, profile, side }));
}

function factsByProfile(placed: readonly Placed[], ranking: SourceRanking): Map<string, Map<string, Fact>> {
  const news = new Map<string, Map<string, Fact>>();
  for (const { item, profile } of placed) {
    if (item.attributes.size === 0) continue;
    const facts = news.get(profile.id) ?? new Map<string, Fact>();
    news.set(profile.id, facts);
    collectFacts(facts, item, ranking);
  }
  return news;
}

function newsOfSides(
  { workspaceId }: Transaction,
  placed: readonly Placed[],
  { claims, ranking }: { claims: Resolution['claims']; ranking: SourceRanking },
): SideNews[] {
  const news = new Map<string, SideNews & { facts: Map<string, Fact> }>();
  const attached = new Set(claims.map(({ side }) => side));
  for (const { item, profile, side } of placed) {
    if (item.attributes.size === 0 && !attached.has(side)) continue;
    const known = news.get(side) ?? {
      profile,
      side: { id: side, shard: shardOfId(workspaceId, side) },
      facts: new Map<string, Fact>(),
      isAttached: attached.has(side),
    };
    news.set(side, known);
    collectFacts(known.facts, item, ranking);
  }
  return [...news.values()];
}

function collectFacts(
  facts: Map<string, Fact>,
  { attributes, occurredAt, sourceId }: Item,
  ranking: SourceRanking,
): void {
  for (const [key, value] of attributes)
    collectFact(facts, key, { value, at: occurredAt, sourceId }, ranking);
}

function eventOf({ item, profile, side }: Placed): Parameters<typeof recordEvents>[1]['events'] {
  return item.event
    ? [{ ...item.event, profile, side, occurredAt: item.occurredAt, sourceId: item.sourceId }]
    : [];
}

/** On record with the side, so that it goes where the item's facts go in an undo. */
function conflictsOf(
  { item, side, demotions }: Placed,
  { workspaceId }: Transaction,
): Parameters<typeof recordConflicts>[1]['conflicts'] {
  return demotions.map((demotion) => ({
    profile: { id: side, shard: shardOfId(workspaceId, side) },
    demotion,
    sourceId: item.sourceId,
    externalId: item.externalId,
  }));
}

function touchedBy(
  standing: readonly ProfileFacts[],
  placed: readonly Placed[],
  { resolution, isSided }: { resolution: Resolution; isSided: (profile: ProfileRef) => boolean },
): TouchedProfiles {
  const { created, attached, merges, locked } = resolution;
  const touched: TouchedProfiles = new Map();
  const isNew = new Set(created.map(({ id }) => id));
  const hasIdentifiers = new Set([...isNew, ...attached.map(({ id }) => id)]);
  for (const { shard, id, facts } of standing) {
    const dependencies = new Set<string>();
    const known = locked.get(id)?.facts;
    for (const [key, { value }] of facts) {
      const before = known?.get(key);
      if (!before || canonicalJson(before.value) !== canonicalJson(value))
        dependencies.add(`attribute:${key}`);
    }
    if (hasIdentifiers.has(id)) dependencies.add('identifier');
    touched.set(id, {
      profile: { shard, id },
      dependencies,
      events: [],
      newcomer: isNew.has(id),
      absorbed: [],
    });
  }
  for (const { item, profile } of placed) {
    const { dependencies, events } = touched.get(profile.id) ?? {};
    if (item.event) events?.push({ ...item.event, occurredAt: item.occurredAt });
    // What stands of these is worked out elsewhere: see `writeSides`.
    if (isSided(profile)) for (const key of item.attributes.keys()) dependencies?.add(`attribute:${key}`);
    for (const label of item.labels) dependencies?.add(dependencyOf(label));
    for (const { type } of item.channels.channels) dependencies?.add(`channel:${type}`);
  }
  for (const { survivor, absorbed } of merges) touched.get(survivor.id)?.absorbed.push(absorbed);
  return touched;
}
