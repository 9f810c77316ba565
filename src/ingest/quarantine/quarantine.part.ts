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
  receivedAt: Date;
  body: string | null;
  /** Whether an address of theirs is in it, or in its externalId. */
  isAddressed: boolean;
}

/**
 * Rejected items, with their whole bodies. Those of people are the ones whose identifiers, read as an item's are, hold
 * one of theirs, and those with an e-mail address or a phone number of theirs anywhere in the body or the externalId,
 * as it is spelled here. An item about several people goes with each of them. All items of the workspace are read for it.
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
    `select q.id, q.source_id as "sourceId", q.received_at as "receivedAt", q.body,
      coalesce(concat_ws(' ', q.external_id, q.body) ~* $2::text, false) as "isAddressed"
    from quarantine q where q.shard >> 8 = $1`,
    [tx.workspaceId, addresses],
  );
  for await (const kept of all) {
    const turn = turns.next('');
    if (turn) await turn;
    if (kept.isAddressed || identifiersIn(kept, definitions).some((one) => theirs.has(one)))
      ids.push(kept.id);
  }
  return ids;
}

/** By `identifierName`. What was too large to be kept tells none. */
function identifiersIn({ body, sourceId, receivedAt }: Kept, definitions: ItemDefinitions): string[] {
  if (body === null) return [];
  const when = { receivedAt, requestedAt: receivedAt, arrival: 0 };
  return parseItem(readJson(body), { sourceId, keyId: '', ...when, definitions }).identifiers.map(
    identifierName,
  );
}
