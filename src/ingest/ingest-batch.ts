import { shareCatalogue } from '../access/index.js';
import { recordChannels } from '../consent/index.js';
import type { ToldChannels } from '../consent/index.js';
import { recordEvents } from '../events/index.js';
import { holdersOf, isUsable, noteSeen, recordConflicts, resolveIdentities } from '../identity/index.js';
import type { Merging, Place, Resolution } from '../identity/index.js';
import { canonicalJson, OnefoldError, shardOfId } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import {
  collectFact,
  dependencyOf,
  insertProfiles,
  noteDiscoveries,
  prevailing,
  recordAttributeChanges,
  recordLabels,
  signalProfiles,
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
import { evaluateMembership, segmentCatalogue, segmentsTouched } from '../segments/index.js';
import { answerRepetitions } from './answer-repetitions.js';
import { claimReceipts, findReceipts, receiptName } from './claim-receipts.js';
import { rejected } from './item.js';
import type { Item, Outcome } from './item.js';
import { itemDefinitions } from './item-definitions.js';
import type { ItemDefinitions } from './item-definitions.js';
import { keepRejected } from './quarantine/keep-rejected.js';
import type { RejectedItem } from './quarantine/keep-rejected.js';
import { withCurrentDefinitions } from './with-current-definitions.js';

interface IngestBatch {
  items: readonly Item[];
  now: Date;
  merging: Merging;
}

/** What the batch has touched of one profile: which segments must be looked at again. */
interface Touched {
  profile: ProfileRef;
  dependencies: Set<string>;
  newcomer: boolean;
  /** Who was absorbed into it. Then everything about it may have changed. */
  absorbed: ProfileRef[];
}
type TouchedProfiles = Map<string, Touched>;

const NO_FACTS: ReadonlyMap<string, Fact> = new Map();
const NONE: never[] = [];

/** An item whose externalId is claimed, with the place where it belongs. */
interface Placed extends Place {
  item: Item;
}

/**
 * The one pipeline: every entry into the system passes here. A fixed number of set-based statements, whatever the
 * number of items; locks are taken in one order everywhere (catalogue, receipts, identifiers, profiles, log), so
 * that batches may wait for each other but never in a circle.
 * @returns one outcome for each item, in their order
 */
export async function ingestBatch(tx: Transaction, { items, now, merging }: IngestBatch): Promise<Outcome[]> {
  shareCatalogue(tx);
  // Before any lock that may have to be waited for: whoever reads definitions first reads them for everybody, and
  // those who wait for that could be the ones who hold the lock.
  const [definitions, catalogue] = await Promise.all([itemDefinitions.read(tx), segmentCatalogue.read(tx)]);
  const { namespaces } = definitions;
  const current = withCurrentDefinitions(definitions, items);
  const outcomes = new Map<Item, Outcome>();
  const leaders = new Map<string, Item>();
  const unfit: Item[] = [];
  for (const item of current) {
    if (item.errors.length > 0) unfit.push(item);
    else if (!isUsable(namespaces, item.identifiers)) outcomes.set(item, blocked(item));
    else if (!leaders.has(receiptName(item))) leaders.set(receiptName(item), item);
  }
  const candidates = [...leaders.values()];
  const [receipts, holders, acceptedBefore] = await Promise.all([
    claimReceipts(tx, { items: candidates, now }),
    holdersOf(tx, { identifiers: identifiersOf(candidates), now }),
    findReceipts(tx, unfit),
  ]);
  const fresh = candidates.filter((item) => !receipts.has(receiptName(item)));
  const resolution = await resolveIdentities(tx, {
    namespaces,
    items: fresh,
    holders,
    keys: attributesOf(fresh),
    now,
  });
  const placed = placeItems(fresh, resolution, outcomes);
  await mergeProfiles(tx, merging, resolution, fresh, now);
  const touched = await applyItems(tx, { placed, resolution, definitions, now });
  const before = new Map([...receipts, ...acceptedBefore]);
  await answerRepetitions(tx, { items: current, leaders, receipts: before, namespaces }, outcomes);
  const discovered = placed.flatMap(({ item }) => item.discoveries);
  await Promise.all([
    noteDiscoveries(tx, { discoveries: discovered, now }),
    keepRejected(tx, { rejects: rejectsOf(current, outcomes), now }),
  ]);
  signalProfiles(tx, [...touched.keys(), ...resolution.merges.map(({ absorbed }) => absorbed.id)]);
  const segmentsOf = segmentsTouched(catalogue);
  await evaluateMembership(tx, {
    looks: [...touched.values()].map((one) => ({
      profile: one.profile,
      segments: segmentsOf({ ...one, everything: one.absorbed.length > 0 }),
      absorbed: one.absorbed,
    })),
    now,
    cause: 'INGEST',
  });
  return current.map((item) => outcomes.get(item) ?? rejected(item.externalId, faultsOf(item)));
}

function rejectsOf(items: readonly Item[], outcomes: ReadonlyMap<Item, Outcome>): RejectedItem[] {
  return items.flatMap((item) => {
    const outcome = outcomes.get(item);
    if (outcome && outcome.status !== 'REJECTED') return [];
    return [{ item, errors: outcome?.errors ?? faultsOf(item) }];
  });
}

function faultsOf({ errors }: Item): readonly OnefoldError[] {
  return errors.length > 0 ? errors : [new OnefoldError('INTERNAL_SERVER_ERROR')];
}

function blocked(item: Item): Outcome {
  return rejected(item.externalId, [new OnefoldError('IDENTIFIERS_BLOCKED', { path: ['identifiers'] })]);
}

function placeItems(fresh: readonly Item[], { places }: Resolution, outcomes: Map<Item, Outcome>): Placed[] {
  return fresh.flatMap((item, index) => {
    const place = places[index];
    if (!place) return [];
    outcomes.set(item, {
      status: 'ACCEPTED',
      externalId: item.externalId,
      eventId: item.event?.id ?? null,
      profileId: place.profile.id,
      errors: [],
    });
    return [{ profile: place.profile, side: place.side, demotions: place.demotions, item }];
  });
}

async function mergeProfiles(
  tx: Transaction,
  merging: Merging,
  { merges }: Resolution,
  fresh: readonly Item[],
  now: Date,
): Promise<void> {
  await merging.merge(tx, {
    merges: merges.map(({ survivor, absorbed, item }) => ({
      survivor,
      absorbed,
      by: {
        cause: 'INGEST',
        sourceId: fresh[item]?.sourceId ?? '',
        externalId: fresh[item]?.externalId ?? '',
      },
    })),
    now,
  });
}

interface ApplyItems {
  placed: readonly Placed[];
  resolution: Resolution;
  definitions: ItemDefinitions;
  now: Date;
}

async function applyItems(
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
    touched.set(id, { profile: { shard, id }, dependencies, newcomer: isNew.has(id), absorbed: [] });
  }
  for (const { item, profile } of placed) {
    const dependencies = touched.get(profile.id)?.dependencies;
    if (item.event) dependencies?.add(`event:${item.event.type}`).add('event');
    // What stands of these is worked out elsewhere: see `writeSides`.
    if (isSided(profile)) for (const key of item.attributes.keys()) dependencies?.add(`attribute:${key}`);
    for (const label of item.labels) dependencies?.add(dependencyOf(label));
    for (const { type } of item.channels.channels) dependencies?.add(`channel:${type}`);
  }
  for (const { survivor, absorbed } of merges) touched.get(survivor.id)?.absorbed.push(absorbed);
  return touched;
}

function attributesOf(items: readonly Item[]): string[] {
  const keys = new Set<string>();
  for (const { attributes } of items) for (const key of attributes.keys()) keys.add(key);
  return [...keys];
}

function identifiersOf(items: readonly Item[]): Item['identifiers'] {
  return items.flatMap((item) => item.identifiers);
}
