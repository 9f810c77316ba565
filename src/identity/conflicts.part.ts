import { keptRows, STAYING } from '../profiles/index.js';
import type { People, PersonPart } from '../profiles/index.js';
import { ints, shardRange, texts, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';

/**
 * A conflict belongs to the person to whom its item came, and also to the one who holds, or held, the identifier that
 * was left aside: the row names that identifier. The row lies in the
 * shard of the first person. Finding those of the second reads all conflicts of the workspace, which are few.
 */
const FOUND = `select c.* from identity_conflict c where c.shard >= $1 and c.shard < $2 and (
  (c.shard, c.profile_id) in (select * from unnest($3::int[], $4::uuid[])) or c.held_by = any($4::uuid[])
  or (c.namespace, c.value) in (select * from unnest($5::text[], $6::text[]))
)`;

/** Identifiers of accepted items that were left aside. They stay with the side to which their item came. */
export const conflictsPart: PersonPart = {
  ...STAYING,
  tables: ['identity_conflict'],
  read: (tx, people) => keptRows(tx, 'identity_conflict', { rows: FOUND, values: valuesOf(tx, people) }),
  async erase(tx, people) {
    const gone = await tx.searching(
      `delete from identity_conflict where (shard, id) in (select shard, id from (${FOUND}) found) returning id`,
      valuesOf(tx, people),
    );
    return gone.length;
  },
};

function valuesOf({ workspaceId }: Pick<Transaction, 'workspaceId'>, { profiles, identifiers }: People) {
  const { from, until } = shardRange(workspaceId);
  return [
    ...[from, until, ints(profiles.map(({ shard }) => shard)), uuids(profiles.map(({ id }) => id))],
    texts(identifiers.map(({ namespace }) => namespace)),
    texts(identifiers.map(({ value }) => value)),
  ];
}
