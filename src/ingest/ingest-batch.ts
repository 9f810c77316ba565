import { shareCatalogue } from '../definitions/index.js';
import { holdersOf, resolveIdentities } from '../identity/index.js';
import type { Merging, Resolution } from '../identity/index.js';
import { OnefoldError } from '../platform/index.js';
import type { Clock, Transaction } from '../platform/index.js';
import { noteDiscoveries, signalProfiles } from '../profiles/index.js';
import { evaluateMembership, segmentCatalogue, segmentsTouched } from '../segments/index.js';
import { answerRepetitions } from './answer-repetitions.js';
import { applyItems } from './apply-items.js';
import { claimReceipts, findReceipts, receiptName } from './claim-receipts.js';
import { isNamed, rejected } from './item.js';
import type { Item, NamedItem, Outcome } from './item.js';
import { itemDefinitions } from './item-definitions.js';
import type { Placed } from './placed.js';
import { keepRejected, leaveQuarantine } from './quarantine/keep-rejected.js';
import type { RejectedItem } from './quarantine/keep-rejected.js';
import { withCurrentDefinitions } from './with-current-definitions.js';

interface IngestBatch {
  items: readonly Item[];
  clock: Clock;
  merging: Merging;
}

/**
 * The one pipeline: every entry into the system passes here. A fixed number of set-based statements, whatever the
 * number of items; locks are taken in one order everywhere (catalogue, receipts, identifiers, profiles, log), so
 * that batches may wait for each other but never in a circle.
 * @returns one outcome for each item, in their order
 */
export async function ingestBatch(
  tx: Transaction,
  { items, clock, merging }: IngestBatch,
): Promise<Outcome[]> {
  const now = clock.now();
  shareCatalogue(tx);
  // Before any lock that may have to be waited for: whoever reads definitions first reads them for everybody, and
  // those who wait for that could be the ones who hold the lock.
  const [definitions, catalogue] = await Promise.all([itemDefinitions.read(tx), segmentCatalogue.read(tx)]);
  const { namespaces } = definitions;
  const current = await withCurrentDefinitions(definitions, items);
  const outcomes = new Map<Item, Outcome>();
  const leaders = new Map<string, NamedItem>();
  const unfit: NamedItem[] = [];
  for (const item of current.filter(isNamed)) {
    if (item.errors.length > 0) unfit.push(item);
    else if (!leaders.has(receiptName(item))) leaders.set(receiptName(item), item);
  }
  const candidates = [...leaders.values()];
  const [acceptedBefore, receipts, holders] = await Promise.all([
    // Before this batch claims any.
    findReceipts(tx, unfit),
    claimReceipts(tx, { items: candidates, now }),
    holdersOf(tx, { identifiers: identifiersOf(candidates), now }),
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
    leaveQuarantine(
      tx,
      current.filter((item) => item.replayed && isOver(outcomes.get(item))),
    ),
    keepRejected(tx, { rejects: rejectsOf(current, outcomes), now }),
  ]);
  signalProfiles(tx, [...touched.keys(), ...resolution.merges.map(({ absorbed }) => absorbed.id)]);
  // The people may have been waited for, and looked at by those who were before us: time must not go backward for them.
  const present = clock.now();
  const segmentsOf = segmentsTouched(catalogue, present);
  await evaluateMembership(tx, {
    catalogue,
    looks: [...touched.values()].map((one) => ({
      profile: one.profile,
      segments: segmentsOf({ ...one, everything: one.absorbed.length > 0 }),
      absorbed: one.absorbed,
    })),
    now: present,
    cause: 'INGEST',
  });
  return current.map((item) => outcomes.get(item) ?? rejected({ ...item, errors: faultsOf(item) }));
}

function rejectsOf(items: readonly Item[], outcomes: ReadonlyMap<Item, Outcome>): RejectedItem[] {
  return items.flatMap((item) => {
    const outcome = outcomes.get(item);
    if (isOver(outcome)) return [];
    return [{ item, errors: outcome?.errors ?? faultsOf(item) }];
  });
}

/** Whether it was accepted, now or before. */
function isOver(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && outcome.status !== 'REJECTED';
}

function faultsOf({ errors }: Item): readonly OnefoldError[] {
  return errors.length > 0 ? errors : [new OnefoldError('INTERNAL_SERVER_ERROR')];
}

function placeItems(
  fresh: readonly NamedItem[],
  { places }: Resolution,
  outcomes: Map<Item, Outcome>,
): (Placed & { item: NamedItem })[] {
  return fresh.flatMap((item, index) => {
    const place = places[index];
    if (!place) return [];
    outcomes.set(item, {
      status: 'ACCEPTED',
      externalId: item.externalId,
      eventId: item.event?.id ?? null,
      profileId: place.profile.id,
      errors: [],
      warnings: item.warnings,
    });
    return [{ profile: place.profile, side: place.side, demotions: place.demotions, item }];
  });
}

async function mergeProfiles(
  tx: Transaction,
  merging: Merging,
  { merges }: Resolution,
  fresh: readonly NamedItem[],
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

function attributesOf(items: readonly Item[]): string[] {
  const keys = new Set<string>();
  for (const { attributes } of items) for (const key of attributes.keys()) keys.add(key);
  return [...keys];
}

function identifiersOf(items: readonly Item[]): Item['identifiers'] {
  return items.flatMap((item) => item.identifiers);
}
