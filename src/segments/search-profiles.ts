import { sql } from 'kysely';
import { shardRange } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { conditionOf } from './rule/compile-rule.js';
import { compileSql } from './rule/compile-sql.js';
import { EventPasses } from './rule/event-passes.js';
import type { Rule, Sql } from './rule/rule.js';

/** How people are lined up: as they lie in the store (the fastest), or by when their profile was created. */
export type SearchOrder = 'STORED' | 'OLDEST_FIRST' | 'NEWEST_FIRST';

interface SearchPage {
  rule: Rule;
  order: SearchOrder;
  after: ProfileRef | null;
  before: ProfileRef | null;
  backward: boolean;
  limit: number;
  now: Date;
}

/** The living profiles that fit a rule, a page at a time. */
export function searchProfiles(tx: Transaction, page: SearchPage): Promise<ProfileRef[]> {
  const newestFirst = page.order === 'NEWEST_FIRST';
  const ascending = newestFirst === page.backward;
  const direction = sql.raw(ascending ? 'asc' : 'desc');
  const place = (ref: ProfileRef) =>
    page.order === 'STORED' ? sql`(${ref.shard}::int, ${ref.id}::uuid)` : sql`${ref.id}::uuid`;
  const column = page.order === 'STORED' ? sql`(p.shard, p.id)` : sql`p.id`;
  const bounds = [
    ...(page.after ? [sql`${column} ${newestFirst ? sql`<` : sql`>`} ${place(page.after)}`] : []),
    ...(page.before ? [sql`${column} ${newestFirst ? sql`>` : sql`<`} ${place(page.before)}`] : []),
  ];
  const order =
    page.order === 'STORED' ? sql`p.shard ${direction}, p.id ${direction}` : sql`p.id ${direction}`;
  return run<ProfileRef>(
    tx,
    sql`select p.shard, p.id ${fitting(tx, page.rule, bounds)} order by ${order} limit ${page.limit}::int`,
    page.now,
  );
}

/** How many living profiles fit a rule. */
export async function countProfiles(
  tx: Transaction,
  { rule, now }: { rule: Rule; now: Date },
): Promise<number> {
  const [row] = await run<{ count: number }>(tx, sql`select count(*) ${fitting(tx, rule, [])}`, now);
  return row?.count ?? 0;
}

function fitting(tx: Transaction, rule: Rule, bounds: readonly Sql[]): Sql {
  const { from, until } = shardRange(tx.workspaceId);
  const mine = sql`p.shard >= ${from}::int and p.shard < ${until}::int and p.merged_into is null`;
  const passes = new EventPasses();
  const conditions = [mine, ...bounds, conditionOf(rule, passes)];
  return sql`from profile p ${passes.joins()} where ${sql.join(conditions, sql` and `)}`;
}

function run<Row>(tx: Transaction, statement: Sql, now: Date): Promise<Row[]> {
  const compiled = compileSql(statement);
  return tx.searching<Row>(compiled.text, compiled.values(now));
}
