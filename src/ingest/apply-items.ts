import { IDENTIFIERS, noteSeen, noteVerified, recordConflicts } from '../identity/index.js';
import type { Resolution } from '../identity/index.js';
import { shardOfId } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { attributeDependency, insertProfiles, updateProfiles, writeSides } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { partAhead } from './ahead/part-ahead.js';
import { recordAhead } from './ahead/record-ahead.js';
import { factsOfPeople } from './facts-of-people.js';
import type { ItemDefinitions } from './item-definitions.js';
import { ITEM_PARTS, saidOf } from './parts/index.js';
import type { ItemPart, Piece, Touched } from './parts/item-part.js';
import type { Placed } from './placed.js';
import { verifiedBy } from './verified-by.js';

/** What the batch has touched of one profile: which segments must be looked at again. */
interface TouchedProfile extends Touched {
  profile: ProfileRef;
  newcomer: boolean;
  /** Who was absorbed into it. Then everything about it may have changed. */
  absorbed: ProfileRef[];
}
export type TouchedProfiles = Map<string, TouchedProfile>;

const NONE: never[] = [];

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
  { placed, resolution, definitions, now }: ApplyItems,
): Promise<TouchedProfiles> {
  const { present, ahead } = partAhead(placed, now);
  const fresh = placed.filter(({ isOnRecord }) => !isOnRecord);
  const people = factsOfPeople(tx, { placed: present, resolution, ranking: definitions.ranking });
  await Promise.all([
    insertProfiles(tx, { profiles: people.created, now }),
    updateProfiles(tx, { profiles: people.changed, now }),
    noteVerified(tx, present.flatMap(verifiedBy)),
    noteSeen(tx, { identifiers: resolution.seenAgain, now }),
    ...ITEM_PARTS.map((part) =>
      part.record(tx, piecesOf(part, part.isHistory ? fresh : present), definitions.ofParts[part.name]),
    ),
    recordConflicts(tx, { conflicts: present.flatMap((one) => conflictsOf(one, tx)), now }),
    recordAhead(tx, ahead),
  ]);
  await writeSides(tx, { news: people.sides, now });
  return touchedBy(people.touched, present, resolution);
}

function piecesOf(part: ItemPart, placed: readonly Placed[]): Piece<unknown>[] {
  const pieces: Piece<unknown>[] = [];
  for (const { item, profile, side } of placed) {
    const value = saidOf(item, part);
    if (value !== part.nothing) pieces.push({ value, item, profile, side });
  }
  return pieces;
}

/** On record with the side, so that it goes where the item's facts go in an undo. */
function conflictsOf(
  { item, side, demotions }: Placed,
  { workspaceId }: Transaction,
): Parameters<typeof recordConflicts>[1]['conflicts'] {
  if (demotions.length === 0) return NONE;
  return demotions.map((demotion) => ({
    profile: { id: side, shard: shardOfId(workspaceId, side) },
    demotion,
    sourceId: item.sourceId,
    externalId: item.externalId,
  }));
}

function touchedBy(
  people: ReturnType<typeof factsOfPeople>['touched'],
  placed: readonly Placed[],
  { created, attached, merges }: ApplyItems['resolution'],
): TouchedProfiles {
  const isNew = new Set(created.map(({ id }) => id));
  const hasIdentifiers = new Set([...isNew, ...attached.map(({ id }) => id)]);
  const touched: TouchedProfiles = new Map();
  for (const { profile, attributes } of people) {
    const dependencies = new Set(attributes.map(attributeDependency));
    if (hasIdentifiers.has(profile.id)) dependencies.add(IDENTIFIERS);
    const newcomer = isNew.has(profile.id);
    touched.set(profile.id, { profile, dependencies, events: [], newcomer, absorbed: [] });
  }
  for (const { item, profile } of placed) {
    const news = touched.get(profile.id);
    if (!news) continue;
    if (item.verifications.length > 0) news.dependencies.add(IDENTIFIERS);
    for (const part of ITEM_PARTS) {
      const value = saidOf(item, part);
      if (value !== part.nothing) part.touch?.({ value, item }, news);
    }
  }
  for (const { survivor, absorbed } of merges) touched.get(survivor.id)?.absorbed.push(absorbed);
  return touched;
}
