import { identifierName } from '../../identity/index.js';
import { readJson, rowsInPages, turns, uuids } from '../../platform/index.js';
import type { Transaction } from '../../platform/index.js';
import { keptRows, STAYING } from '../../profiles/index.js';
import type { People, PersonPart } from '../../profiles/index.js';
import { addressesOf } from '../addresses-of.js';
import { itemDefinitions } from '../item-definitions.js';
import type { ItemDefinitions } from '../item-definitions.js';
import { parseItem } from '../parse-item.js';

interface Kept {
  id: string;
  sourceId: string;
  externalId: string | null;
  receivedAt: Date;
  body: string | null;
}

/**
 * Rejected items, with their whole bodies. Items belong to people if an identifier in them, read as an item's are, is
 * one of theirs, or if an e-mail address or a phone number of theirs stands in any text of the body or in the
 * externalId, as it is spelled here. An item about several people belongs to each of them. Every item of the workspace
 * is read for this.
 */
export const quarantinePart: PersonPart = {
  ...STAYING,
  tables: ['quarantine'],
  async *read(tx, people) {
    const rows = 'select q.* from quarantine q where q.shard >> 8 = $1 and q.id = any($2::uuid[])';
    const found = await itemsAbout(tx, people);
    yield* keptRows(tx, 'quarantine', { rows, values: [tx.workspaceId, uuids(found)] });
  },
  async erase(tx, people) {
    return tx.write('delete from quarantine q where q.shard >> 8 = $1 and q.id = any($2::uuid[])', [
      tx.workspaceId,
      uuids(await itemsAbout(tx, people)),
    ]);
  },
};

/** @returns their ids */
async function itemsAbout(tx: Transaction, people: People): Promise<string[]> {
  const [definitions, addresses] = await Promise.all([itemDefinitions.read(tx), addressesOf(tx, people)]);
  const theirs = new Set(people.identifiers.map(identifierName));
  const ids: string[] = [];
  const all = rowsInPages<Kept>(
    tx,
    `select q.id, q.source_id as "sourceId", q.external_id as "externalId", q.received_at as "receivedAt", q.body
    from quarantine q where q.shard >> 8 = $1`,
    [tx.workspaceId],
  );
  for await (const kept of all) {
    const turn = turns.next('');
    if (turn) await turn;
    // A body that was too large to be kept says nothing.
    const item = kept.body === null ? undefined : readJson(kept.body);
    if (
      (kept.externalId !== null && addresses.areIn(kept.externalId)) ||
      textsIn(item).some((text) => addresses.areIn(text)) ||
      identifiersIn(item, kept, definitions).some((one) => theirs.has(one))
    )
      ids.push(kept.id);
  }
  return ids;
}

/** Keys included. Texts of the JSON itself would not do: in `"\nann@example.com"` the address follows the letter n. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) => [key, ...textsIn(inside)]);
}

/** By `identifierName`. */
function identifiersIn(
  item: unknown,
  { sourceId, receivedAt }: Kept,
  definitions: ItemDefinitions,
): string[] {
  if (item === undefined) return [];
  const when = { receivedAt, requestedAt: receivedAt, arrival: 0 };
  return parseItem(item, { sourceId, keyId: '', ...when, definitions }).identifiers.map(identifierName);
}
