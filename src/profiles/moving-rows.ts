import { ints, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { rowsOfProfiles } from './kept-rows.js';
import type { Merge, PersonPart, Split } from './person-part.js';

interface MovingRows {
  /** What it counts in `ProfileMerge.moved`; null = they are not counted. */
  movedAs: string | null;
  /** Its key begins with shard and profile_id, and it holds recorded_profile_id: whom a row came to first. */
  table: string;
  /** The others. */
  columns: readonly string[];
}

/** It says what it copies, so that a test can find a column that would be lost. */
export interface MovingPart extends PersonPart {
  readonly columns: readonly string[];
}

/**
 * Rows that go where their profile goes, as copies under the new key: on a cluster it leads to another place. Whom
 * they came to first stays on record, so that an undo sends back what is a side's own.
 */
export function movingRows({ movedAs, table, columns }: MovingRows): MovingPart {
  const others = ['recorded_profile_id', ...columns];
  const all = ['shard', 'profile_id', ...others].join(', ');
  const copied = others.map((column) => `r.${column}`).join(', ');
  const count = (tx: Pick<Transaction, 'query'>, merges: readonly Merge[]) =>
    movedAs === null ? Promise.resolve(NOTHING) : countRows(tx, table, merges);
  return {
    ...rowsOfProfiles({ table }),
    columns: ['shard', 'profile_id', ...others],
    movedAs,
    count,

    async merge(tx: Transaction, merges: readonly Merge[]) {
      const absorbed = merges.map((merge) => merge.absorbed);
      const from = [ints(absorbed.map(({ shard }) => shard)), uuids(absorbed.map(({ id }) => id))];
      const [moved] = await Promise.all([
        count(tx, merges),
        tx.write(
          `/* move ${table} */
          insert into ${table} (${all}) select m.to_shard, m.to_id, ${copied}
          from unnest($1::int[], $2::uuid[], $3::int[], $4::uuid[]) as m(shard, id, to_shard, to_id)
          cross join lateral (
            select * from ${table} r where r.shard = m.shard and r.profile_id = m.id offset 0
          ) r`,
          [
            ...from,
            ints(merges.map(({ survivor }) => survivor.shard)),
            uuids(merges.map(({ survivor }) => survivor.id)),
          ],
        ),
        tx.write(
          `delete from ${table} r using unnest($1::int[], $2::uuid[]) as gone(shard, id)
          where r.shard = gone.shard and r.profile_id = gone.id`,
          from,
        ),
      ]);
      return moved;
    },

    async unmerge(tx: Transaction, { survivor, restored, side }: Split) {
      const mine = [survivor.shard, survivor.id, side.map(({ id }) => id)];
      const where = 'r.shard = $1 and r.profile_id = $2 and r.recorded_profile_id = any($3::uuid[])';
      await tx.write(
        `insert into ${table} (${all}) select $4, $5, ${copied} from ${table} r where ${where}`,
        [...mine, restored.shard, restored.id],
      );
      await tx.write(`delete from ${table} r where ${where}`, mine);
    },
  };
}

const NOTHING: ReadonlyMap<string, number> = new Map();

async function countRows(
  tx: Pick<Transaction, 'query'>,
  table: string,
  merges: readonly Merge[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.query<{ merge: number; count: number }>(
    `/* count ${table} */
    select m.number::int as merge, (
      select count(*) from ${table} r where r.shard = m.shard and r.profile_id = m.id
    ) as count
    from unnest($1::int[], $2::uuid[]) with ordinality as m(shard, id, number)`,
    [ints(merges.map(({ absorbed }) => absorbed.shard)), uuids(merges.map(({ absorbed }) => absorbed.id))],
  );
  return new Map(rows.map(({ merge, count }) => [merges[merge - 1]?.id ?? '', count]));
}
