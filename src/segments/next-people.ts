import { sql } from 'kysely';
import { BUCKETS, shardRange } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { Sql } from '../rules/index.js';

/** An order in which people are lined up: by their place in the store, or by id, which is by when they were created. */
export interface Line {
  by: 'PLACE' | 'ID';
  ascending: boolean;
  /** Conditions over `p`: between which cursors. */
  bounds: readonly Sql[];
}

/** How people stand in a line: what follows `order by`. */
export function orderOf({ by, ascending }: Pick<Line, 'by' | 'ascending'>): Sql {
  const direction = sql.raw(ascending ? 'asc' : 'desc');
  return by === 'PLACE' ? sql`p.shard ${direction}, p.id ${direction}` : sql`p.id ${direction}`;
}

/** The living profiles of a workspace, as conditions over `p`. */
export function livingIn(tx: Transaction): Sql {
  const { from, until } = shardRange(tx.workspaceId);
  return sql`p.shard >= ${from}::int and p.shard < ${until}::int and p.merged_into is null`;
}

/** Of each shard more are read than its share: a hash decides who is where, so that some have more of the next people. */
const perShard = (size: number) => Math.ceil((2 * size) / BUCKETS) + 8;

/** The next people in a line. */
interface NextPeople {
  /** What comes before the `select`. */
  first: Sql;
  /** Rows `p` of profile. */
  p: Sql;
  /** Whether nobody is left behind them. */
  areAll: Sql;
}

/**
 * The next living profiles in a line, about so many. Left to itself the database reads all there are and sorts them: it
 * believes that conditions over JSON are met by few.
 */
export function nextPeople(tx: Transaction, line: Line, size: number): NextPeople {
  return line.by === 'PLACE' ? nextByPlace(tx, line, size) : nextById(tx, line, size);
}

function nextByPlace(tx: Transaction, line: Line, size: number): NextPeople {
  const bounds = sql.join([livingIn(tx), ...line.bounds], sql` and `);
  return {
    first: sql`with near as materialized (
      select * from profile p where ${bounds} order by ${orderOf(line)} limit ${size}::int
    )`,
    p: sql`near p`,
    areAll: sql`(select count(*) from near) < ${size}::int`,
  };
}

/** There is no index by id over all shards: each is read in its order, up to the first of which not enough was read. */
function nextById(tx: Transaction, line: Line, size: number): NextPeople {
  const { from, until } = shardRange(tx.workspaceId);
  const bounds = sql.join([sql`p.merged_into is null`, ...line.bounds], sql` and `);
  const most = sql`${perShard(size)}::int`;
  const isBefore = sql.raw(line.ascending ? '<=' : '>=');
  return {
    first: sql`with near as materialized (
      select p.* from generate_series(${from}::int, ${until - 1}::int) as one(shard)
      cross join lateral (
        select p.*, row_number() over (order by ${orderOf(line)}) as number from profile p
        where p.shard = one.shard and ${bounds} order by ${orderOf(line)} limit ${most}
      ) p
    ), least as (select p.id from near p where p.number = ${most} order by ${orderOf(line)} limit 1)`,
    p: sql`(select * from near where (id ${isBefore} (select id from least)) is not false) p`,
    areAll: sql`not exists (select from least)`,
  };
}
