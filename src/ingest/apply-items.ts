import { channelDependency, recordChannels } from '../consent/index.js';
import type { ToldChannels } from '../consent/index.js';
import type { DependencyName } from '../definitions/index.js';
import { recordEvents } from '../events/index.js';
import { IDENTIFIERS, noteSeen, noteVerified, recordConflicts } from '../identity/index.js';
import type { Place, Resolution } from '../identity/index.js';
import { canonicalJson, shardOfId } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import {
  attributeDependency,
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
import { partAhead } from './ahead/part-ahead.js';
import { recordAhead } from './ahead/record-ahead.js';
import type { Told } from './item.js';
import type { ItemDefinitions } from './item-definitions.js';
import { verifiedBy } from './verified-by.js';

/** What the batch has touched of one profile: which segments must be looked at again. */
interface Touched {
  profile: ProfileRef;
  dependencies: Set<DependencyName>;
  events: { type: string; occurredAt: Date; properties: Record<string, unknown> }[];
  newcomer: boolean;
  /** Who was absorbed into it. Then everything about it may have changed. */
  absorbed: ProfileRef[];
}
export type TouchedProfiles = Map<string, Touched>;

const NO_FACTS: ReadonlyMap<string, Fact> = new Map();
const NONE: never[] = [];

/** What an item told whose externalId is claimed, with the place where it belongs. */
export interface Placed extends Place {
  item: Told;
  /** Whether it came before, and only begins to count: its event and its history are written down already. */
  isOnRecord?: true;
}

interface ApplyItems {
  placed: readonly Placed[];
  resolution: Pick<Resolution, 'created' | 'attached' | 'merges' | 'locked' | 'claims' | 'seenAgain'>;
  definitions: ItemDefinitions;
  now: Date;
}

/**
 * Writes down what accepted items say, each with the profile and the side of it that they came to; all profiles are
 * locked. @returns what has to be looked at again
 */
export async function applyItems(
  tx: Transaction,
  { placed: all, resolution, definitions, now }: ApplyItems,
): Promise<TouchedProfiles> {
  const { present: placed, ahead } = partAhead(all, now);
  const { ranking } = definitions;
  const { locked, merges } = resolution;
  const created = new Set(resolution.created.map((profile) => profile.id));
  const attached = new Set(resolution.attached.map((profile) => profile.id));
  const verifications = placed.flatMap(verifiedBy);
  for (const { profile, item } of placed) if (item.verifications.length > 0) attached.add(profile.id);
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
    recordEvents(tx, all.flatMap(eventOf)),
    noteVerified(tx, verifications),
    noteSeen(tx, { identifiers: resolution.seenAgain, now }),
    recordChannels(
      tx,
      placed
        .filter(({ item: { channels: told } }) => told.channels.length + told.consents.length > 0)
        .map(toldBy),
    ),
    recordLabels(tx, placed.flatMap(labelsBy)),
    recordAttributeChanges(
      tx,
      all.flatMap((one) => auditedIn(one, definitions)),
    ),
    recordConflicts(tx, { conflicts: placed.flatMap((one) => conflictsOf(one, tx)), now }),
    recordAhead(tx, ahead),
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
  const { sourceId, requestedAt: receivedAt, arrival } = item;
  return { ...item.channels, profile, side, sourceId, receivedAt, arrival };
}

function labelsBy({ item, profile, side }: Placed): ToldLabel[] {
  if (item.labels.length === 0) return NONE;
  const { occurredAt: at, arrival, sourceId } = item;
  return item.labels.map((one) => ({ ...one, profile, side, at, arrival, sourceId }));
}

function auditedIn(
  { item, profile, side, isOnRecord }: Placed,
  { attributes }: ItemDefinitions,
): AuditedFact[] {
  if (item.attributes.size === 0 || isOnRecord) return NONE;
  const { occurredAt: at, requestedAt: receivedAt, arrival, sourceId } = item;
  return [...item.attributes]
    .filter(([key]) => attributes.isAudited(key))
    .map(([key, value]) => ({ key, value, at, arrival, sourceId, profile, side, receivedAt }));
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
  { attributes, occurredAt: at, arrival, sourceId }: Told,
  ranking: SourceRanking,
): void {
  for (const [key, value] of attributes) collectFact(facts, key, { value, at, arrival, sourceId }, ranking);
}

function eventOf({ item, profile, side, isOnRecord }: Placed): Parameters<typeof recordEvents>[1][number][] {
  const { event, occurredAt, requestedAt: receivedAt, sourceId } = item;
  return event && !isOnRecord ? [{ ...event, profile, side, occurredAt, receivedAt, sourceId }] : NONE;
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
  { resolution, isSided }: Pick<ApplyItems, 'resolution'> & { isSided: (profile: ProfileRef) => boolean },
): TouchedProfiles {
  const { created, attached, merges, locked } = resolution;
  const touched: TouchedProfiles = new Map();
  const isNew = new Set(created.map(({ id }) => id));
  const hasIdentifiers = new Set([...isNew, ...attached.map(({ id }) => id)]);
  for (const { shard, id, facts } of standing) {
    const dependencies = new Set<DependencyName>();
    const known = locked.get(id)?.facts;
    for (const [key, { value }] of facts) {
      const before = known?.get(key);
      if (!before || canonicalJson(before.value) !== canonicalJson(value))
        dependencies.add(attributeDependency(key));
    }
    if (hasIdentifiers.has(id)) dependencies.add(IDENTIFIERS);
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
    if (isSided(profile))
      for (const key of item.attributes.keys()) dependencies?.add(attributeDependency(key));
    for (const label of item.labels) dependencies?.add(dependencyOf(label));
    if (item.verifications.length > 0) dependencies?.add(IDENTIFIERS);
    const { channels, consents } = item.channels;
    for (const { type } of [...channels, ...consents]) dependencies?.add(channelDependency(type));
  }
  for (const { survivor, absorbed } of merges) touched.get(survivor.id)?.absorbed.push(absorbed);
  return touched;
}
