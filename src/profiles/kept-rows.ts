import { ints, rowsInPages, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { KeptRow, People, PersonPart } from './person-part.js';

type Keeping = Pick<PersonPart, 'tables' | 'read' | 'erase'>;

interface RowsOfProfiles {
  table: string;
  /** The columns that say whose a row is. With more than one pair, a row belongs to each of several profiles. */
  whose?: readonly { shard: string; id: string }[];
}

/** Reads and erases rows that name their profile by its shard and id. */
export function rowsOfProfiles({
  table,
  whose = [{ shard: 'shard', id: 'profile_id' }],
}: RowsOfProfiles): Keeping {
  // One look by key for each: over a condition with `or` PostgreSQL would read the table whole.
  const found = whose.map(
    ({ shard, id }) => `select r.* from unnest($1::int[], $2::uuid[]) as asked(shard, id)
      cross join lateral (
        select * from ${table} r where r.${shard} = asked.shard and r.${id} = asked.id offset 0
      ) r`,
  );
  const columns = ({ profiles }: People) => [
    ints(profiles.map(({ shard }) => shard)),
    uuids(profiles.map(({ id }) => id)),
  ];
  return {
    tables: [table],
    read: (tx, people) => keptRows(tx, table, { rows: found.join(' union '), values: columns(people) }),
    async erase(tx, people) {
      const counts = whose.map(({ shard, id }) =>
        tx.write(
          `delete from ${table} r using unnest($1::int[], $2::uuid[]) as gone(shard, id)
          where r.${shard} = gone.shard and r.${id} = gone.id`,
          columns(people),
        ),
      );
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },
  };
}

/** @param rows a select of whole rows of the table */
export async function* keptRows(
  tx: Pick<Transaction, 'query' | 'send'>,
  table: string,
  { rows, values }: { rows: string; values: readonly unknown[] },
): AsyncGenerator<KeptRow, void, undefined> {
  const all = rowsInPages<Pick<KeptRow, 'row'>>(tx, `select to_jsonb(r) as row from (${rows}) r`, values);
  for await (const { row } of all) yield { table, row };
}
