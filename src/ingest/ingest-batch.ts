import { shareCatalogue } from '../access/index.js';
import { recordEvents } from '../events/index.js';
import type { NewEvent } from '../events/index.js';
import { identifierName, ownersOf, resolveIdentities } from '../identity/index.js';
import type { Resolution } from '../identity/index.js';
import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { collectFact, insertProfiles, lockProfiles, prevailing, updateProfiles } from '../profiles/index.js';
import type { Fact, ProfileFacts, ProfileRef } from '../profiles/index.js';
import { evaluateMembership, segmentCatalogue, segmentsTouched } from '../segments/index.js';
import { claimReceipts, receiptName, releaseReceipts } from './claim-receipts.js';
import type { Receipt } from './claim-receipts.js';
import { rejected } from './item.js';
import type { Item, Outcome } from './item.js';

interface IngestBatch {
  items: readonly Item[];
  now: Date;
}

/** What the batch has touched of one profile: which segments must be looked at again. */
interface Touched {
  profile: ProfileRef;
  dependencies: Set<string>;
  newcomer: boolean;
}
const NO_FACTS: ReadonlyMap<string, Fact> = new Map();
type TouchedProfiles = Map<string, Touched>;

/** An item whose externalId is claimed, with the profile that it is about. */
interface Placed {
  item: Item;
  profile: ProfileRef;
}

/**
 * The one pipeline: every entry into the system passes here. A fixed number of set-based statements, whatever the
 * number of items; locks are taken in one order everywhere (catalogue, receipts, identifiers, profiles, log), so
 * that batches may wait for each other but never in a circle.
 * @returns one outcome for each item, in their order
 */
export async function ingestBatch(tx: Transaction, { items, now }: IngestBatch): Promise<Outcome[]> {
  shareCatalogue(tx);
  // Before any lock that may have to be waited for: whoever reads definitions first reads them for everybody, and
  // those who wait for that could be the ones who hold the lock.
  const segmentsOf = segmentsTouched(await segmentCatalogue.read(tx));
  const touched: TouchedProfiles = new Map();
  const outcomes = new Map<Item, Outcome>();
  for (let waiting = items; waiting.length > 0;) {
    waiting = await applyRound(tx, { items: waiting, now }, outcomes, touched);
  }
  const looks = [...touched.values()].map((one) => ({ profile: one.profile, segments: segmentsOf(one) }));
  await evaluateMembership(tx, { looks, now, cause: 'INGEST' });
  return items.map(
    (item) => outcomes.get(item) ?? rejected(item.externalId, [new OnefoldError('INTERNAL_SERVER_ERROR')]),
  );
}

/**
 * Applies the first item of each externalId, and answers those after it by it. @returns those that must be tried by
 * themselves, because the one before them was rejected.
 */
async function applyRound(
  tx: Transaction,
  { items, now }: IngestBatch,
  outcomes: Map<Item, Outcome>,
  touched: TouchedProfiles,
): Promise<Item[]> {
  const leaders = new Map<string, Item>();
  for (const item of items) if (!leaders.has(receiptName(item))) leaders.set(receiptName(item), item);
  const candidates = [...leaders.values()];
  const [known, owners] = await Promise.all([
    claimReceipts(tx, { items: candidates, now }),
    ownersOf(tx, identifiersOf(candidates)),
  ]);
  const fresh = candidates.filter((item) => !known.has(receiptName(item)));
  const resolution = await resolveIdentities(tx, {
    items: fresh.map((item) => ({ identifiers: item.identifiers, sourceId: item.sourceId, at: now })),
    owners,
  });
  const placed = await placeItems(tx, fresh, resolution, outcomes);
  await applyItems(tx, placed, resolution, now, touched);
  await answerRepetitions(tx, items, { leaders, known }, outcomes);
  return items.filter((item) => !outcomes.has(item));
}

async function placeItems(
  tx: Transaction,
  fresh: readonly Item[],
  resolution: Resolution,
  outcomes: Map<Item, Outcome>,
): Promise<Placed[]> {
  const placed: Placed[] = [];
  const refused: Item[] = [];
  fresh.forEach((item, index) => {
    const profile = resolution.profiles[index];
    if (profile) {
      placed.push({ item, profile });
      outcomes.set(item, {
        status: 'ACCEPTED',
        externalId: item.externalId,
        eventId: item.event?.id ?? null,
        profileId: profile.id,
        errors: [],
      });
    } else {
      refused.push(item);
      outcomes.set(
        item,
        rejected(item.externalId, [
          new OnefoldError('IDENTIFIERS_OF_SEVERAL_PROFILES', { path: ['identifiers'] }),
        ]),
      );
    }
  });
  await releaseReceipts(tx, refused);
  return placed;
}

async function applyItems(
  tx: Transaction,
  placed: readonly Placed[],
  resolution: Resolution,
  now: Date,
  touched: TouchedProfiles,
): Promise<void> {
  const created = new Set(resolution.created.map((profile) => profile.id));
  const attached = new Set(resolution.attached.map((profile) => profile.id));
  const news = factsByProfile(placed);
  const profiles = [...new Map(placed.map(({ profile }) => [profile.id, profile])).values()];
  const known = await lockProfiles(tx, {
    profiles: profiles.filter((profile) => !created.has(profile.id)),
    keys: [...new Set(placed.flatMap(({ item }) => [...item.attributes.keys()]))],
  });
  const standing = profiles.map((profile): ProfileFacts => ({
    ...profile,
    facts: prevailing(news.get(profile.id) ?? NO_FACTS, known.get(profile.id) ?? NO_FACTS),
  }));
  const changed = standing.filter(
    (profile) => !created.has(profile.id) && (profile.facts.size > 0 || attached.has(profile.id)),
  );
  await Promise.all([
    insertProfiles(tx, { profiles: standing.filter((profile) => created.has(profile.id)), now }),
    updateProfiles(tx, { profiles: changed, now }),
    recordEvents(tx, { events: placed.flatMap(eventOf), receivedAt: now }),
  ]);
  noteTouched(touched, standing, placed, created);
}

function factsByProfile(placed: readonly Placed[]): Map<string, Map<string, Fact>> {
  const news = new Map<string, Map<string, Fact>>();
  for (const { item, profile } of placed) {
    if (item.attributes.size === 0) continue;
    const facts = news.get(profile.id) ?? new Map<string, Fact>();
    news.set(profile.id, facts);
    for (const [key, value] of item.attributes)
      collectFact(facts, key, { value, at: item.occurredAt, sourceId: item.sourceId });
  }
  return news;
}

function eventOf({ item, profile }: Placed): NewEvent[] {
  return item.event ? [{ ...item.event, profile, occurredAt: item.occurredAt, sourceId: item.sourceId }] : [];
}

function noteTouched(
  touched: TouchedProfiles,
  standing: readonly ProfileFacts[],
  placed: readonly Placed[],
  created: ReadonlySet<string>,
): void {
  for (const { shard, id, facts } of standing) {
    const one = touched.get(id) ?? {
      profile: { shard, id },
      dependencies: new Set(),
      newcomer: created.has(id),
    };
    touched.set(id, one);
    for (const key of facts.keys()) one.dependencies.add(`attribute:${key}`);
  }
  for (const { item, profile } of placed) {
    if (item.event) touched.get(profile.id)?.dependencies.add(`event:${item.event.type}`);
  }
}

/** What has been accepted before, in this batch or long ago, is a duplicate with the same body and a conflict with another. */
async function answerRepetitions(
  tx: Transaction,
  items: readonly Item[],
  { leaders, known }: { leaders: ReadonlyMap<string, Item>; known: ReadonlyMap<string, Receipt> },
  outcomes: Map<Item, Outcome>,
): Promise<void> {
  const repetitions: { item: Item; receipt: Receipt }[] = [];
  for (const item of items) {
    if (outcomes.has(item)) continue;
    const leader = leaders.get(receiptName(item));
    const receipt =
      known.get(receiptName(item)) ??
      (leader && outcomes.get(leader)?.status === 'ACCEPTED' ? receiptOf(leader) : undefined);
    if (receipt) repetitions.push({ item, receipt });
  }
  if (repetitions.length === 0) return;
  const owners = await ownersOf(tx, identifiersOf(repetitions.map(({ item }) => item)));
  for (const { item, receipt } of repetitions) {
    if (!receipt.digest.equals(item.digest)) {
      outcomes.set(item, {
        status: 'CONFLICT',
        externalId: item.externalId,
        eventId: receipt.eventId,
        profileId: null,
        errors: [new OnefoldError('EXTERNAL_ID_CONFLICT', { path: ['externalId'] })],
      });
      continue;
    }
    const owner = item.identifiers.map((one) => owners.get(identifierName(one))).find((found) => found);
    outcomes.set(item, {
      status: 'DUPLICATE',
      externalId: item.externalId,
      eventId: receipt.eventId,
      profileId: owner?.id ?? null,
      errors: [],
    });
  }
}

function identifiersOf(items: readonly Item[]): Item['identifiers'] {
  return items.flatMap((item) => item.identifiers);
}

function receiptOf(item: Item): Receipt {
  return { digest: item.digest, eventId: item.event?.id ?? null };
}
