import { sql } from 'kysely';
import { BUCKETS, OnefoldError, shardRange } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { inLockOrder } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { livingIn, nextPeople, orderOf } from './next-people.js';
import type { Line } from './next-people.js';
import { passesFor } from './passes-for.js';
import { compileSql, EventPasses, filterOf } from '../rules/index.js';
import type { Rule, Sql } from '../rules/index.js';

/** How people are lined up: as they lie in the store (the fastest), or by when their profile was created. */
export type SearchOrder = 'STORED' | 'OLDEST_FIRST' | 'NEWEST_FIRST';

const MAX_SAMPLE = 100;

interface SearchPage {
  rule: Rule;
  order: SearchOrder;
  after: ProfileRef | null;
  before: ProfileRef | null;
  backward: boolean;
  limit: number;
  now: Date;
}

/** How many people are tried at first, and how many of a page must be found among them for it to be worth trying more. */
const NEAR = 1_000;
const WORTH_MORE = 1 / 8;

/**
 * The living profiles that fit a rule, a page at a time. The next people are tried one by one; where too few of them
 * fit, all are tried at once, which is quicker by far for each of them.
 */
export async function searchProfiles(tx: Transaction, page: SearchPage): Promise<ProfileRef[]> {
  const { limit } = page;
  const size = fitsEverybody(page.rule) ? limit : Math.max(NEAR, 2 * limit);
  const near = await searchNear(tx, page, size);
  if (near.isEnough) return near.found;
  const share = near.found.length / limit;
  if (share >= WORTH_MORE) {
    const more = await searchNear(tx, page, Math.ceil((1.5 * size) / share));
    if (more.isEnough) return more.found;
  }
  const line = lineOf(page);
  const how = { bounds: line.bounds, passes: await passesForAll(tx, page.rule, page.now) };
  return run<ProfileRef>(
    tx,
    sql`select p.shard, p.id ${fitting(tx, page.rule, how)} order by ${orderOf(line)} limit ${limit}::int`,
    page.now,
  );
}

/** Among the next people alone. */
async function searchNear(
  tx: Transaction,
  page: SearchPage,
  size: number,
): Promise<{ found: ProfileRef[]; isEnough: boolean }> {
  const { rule, limit, now } = page;
  const line = lineOf(page);
  const passes = new EventPasses();
  const condition = filterOf(rule, passes);
  const { first, p, areAll } = nextPeople(tx, line, size);
  const rows = await run<ProfileRef & { areAll: boolean }>(
    tx,
    sql`${first} select p.shard, p.id, ${areAll} as "areAll" from (select) as always left join (
      select p.shard, p.id from ${p} ${passes.joins()} where ${condition} order by ${orderOf(line)} limit ${limit}::int
    ) p on true order by ${orderOf(line)}`,
    now,
  );
  const found = rows.flatMap(({ shard, id }) => (id === null ? [] : [{ shard, id }]));
  return { found, isEnough: found.length === limit || rows[0]?.areAll === true };
}

function fitsEverybody(rule: Rule): boolean {
  return rule.kind === 'all' && rule.rules.length === 0;
}

function lineOf(page: SearchPage): Line {
  const newestFirst = page.order === 'NEWEST_FIRST';
  const place = (ref: ProfileRef) =>
    page.order === 'STORED' ? sql`(${ref.shard}::int, ${ref.id}::uuid)` : sql`${ref.id}::uuid`;
  const column = page.order === 'STORED' ? sql`(p.shard, p.id)` : sql`p.id`;
  const bounds = [
    ...(page.after ? [sql`${column} ${newestFirst ? sql`<` : sql`>`} ${place(page.after)}`] : []),
    ...(page.before ? [sql`${column} ${newestFirst ? sql`>` : sql`<`} ${place(page.before)}`] : []),
  ];
  return {
    by: page.order === 'STORED' ? 'PLACE' : 'ID',
    ascending: newestFirst === page.backward,
    bounds,
  };
}

/** A few of the living profiles that fit a rule. */
export function sampleOf(
  tx: Transaction,
  page: Pick<SearchPage, 'rule' | 'now' | 'limit'>,
): Promise<ProfileRef[]> {
  return searchProfiles(tx, { ...page, order: 'STORED', after: null, before: null, backward: false });
}

/** @throws OnefoldError INVALID_VALUE */
export function checkSample(sample: number): void {
  if (sample < 0 || sample > MAX_SAMPLE)
    throw new OnefoldError('INVALID_VALUE', {
      path: ['sample'],
      message: 'A sample has 0 to 100 profiles.',
    });
}

/** How many living profiles fit a rule. */
export async function countProfiles(
  tx: Transaction,
  { rule, now }: { rule: Rule; now: Date },
): Promise<number> {
  const passes = await passesForAll(tx, rule, now);
  const [row] = await run<{ count: number }>(tx, sql`select count(*) ${fitting(tx, rule, { passes })}`, now);
  return row?.count ?? 0;
}

/** The shards of 256 that are probed first. A hash spreads people evenly, so what is common is found here. */
const PROBED_SHARDS = 2;
/** Where a probe does not find enough, up to this many are read whole and counted here. */
const RARE = 20_000;

/** As `countProfiles`, and a few of them. In statements that the database can share out among its workers. */
export async function countAndSample(
  tx: Transaction,
  { rule, now, limit }: { rule: Rule; now: Date; limit: number },
): Promise<{ count: number; sample: ProfileRef[] }> {
  const { from } = shardRange(tx.workspaceId);
  const bounds = [sql`p.shard < ${from + PROBED_SHARDS}::int`];
  const find = (most: number, how: Parameters<typeof fitting>[2]) =>
    run<ProfileRef>(tx, sql`select p.shard, p.id ${fitting(tx, rule, how)} limit ${most}::int`, now);
  const probed = limit === 0 ? [] : await find(limit, { bounds });
  if (probed.length === limit) return { count: await countProfiles(tx, { rule, now }), sample: probed };
  const found = await find(RARE, { passes: await passesForAll(tx, rule, now) });
  const count = found.length < RARE ? found.length : await countProfiles(tx, { rule, now });
  return { count, sample: found.toSorted(inLockOrder).slice(0, limit) };
}

function passesForAll(tx: Transaction, rule: Rule, now: Date): Promise<EventPasses> {
  const { from, until } = shardRange(tx.workspaceId);
  const among = {
    people: livingIn(tx),
    events: [sql`e.shard >= ${from}::int`, sql`e.shard < ${until}::int`],
  };
  return passesFor(tx, rule, { among, now });
}

/** How many fit a rule: counted, or estimated from those that were. */
export interface Estimate {
  count: number;
  isExact: boolean;
  /** By how much an estimate may be off, in 19 cases of 20. */
  margin: number;
}

/** Parts of the people that are counted first. */
const FIRST_PARTS = 4;
/** Of a normal distribution: within so many standard deviations of the mean lie 95 %. */
const NINETEEN_OF_TWENTY = 1.96;

/**
 * Counts the people of one shard after another for as long as there is time, and estimates from these. Who is in which
 * shard is as good as random (a hash decides), so those counted are a fair sample; each person who fits is among them
 * with the same chance, hence the margin: that of a binomial distribution.
 */
export async function estimateProfiles(
  tx: Transaction,
  { rule, now, withinMs }: { rule: Rule; now: Date; withinMs: number },
): Promise<Estimate> {
  const { from } = shardRange(tx.workspaceId);
  const started = performance.now();
  let [counted, parts, size] = [0, 0, FIRST_PARTS];
  while (parts < BUCKETS) {
    const begun = performance.now();
    const until = Math.min(parts + size, BUCKETS);
    const bounds = [sql`p.shard >= ${from + parts}::int`, sql`p.shard < ${from + until}::int`];
    const [row] = await run<{ count: number }>(
      tx,
      sql`select count(*) ${fitting(tx, rule, { bounds })}`,
      now,
    );
    counted += row?.count ?? 0;
    parts = until;
    const [took, left] = [performance.now() - begun, withinMs - (performance.now() - started)];
    // As many as there is time for, but not twice as many as before: the first may have been quick by chance.
    size = Math.min(2 * size, Math.floor((size * left) / Math.max(took, 1)));
    if (size < 1) break;
  }
  const share = parts / BUCKETS;
  return {
    count: Math.round(counted / share),
    isExact: parts === BUCKETS,
    margin: Math.ceil((NINETEEN_OF_TWENTY * Math.sqrt(counted * (1 - share))) / share),
  };
}

function fitting(
  tx: Transaction,
  rule: Rule,
  { bounds = [], passes = new EventPasses() }: { bounds?: readonly Sql[]; passes?: EventPasses },
): Sql {
  const conditions = [livingIn(tx), ...bounds, filterOf(rule, passes)];
  return sql`from profile p ${passes.joins()} where ${sql.join(conditions, sql` and `)}`;
}

function run<Row>(tx: Transaction, statement: Sql, now: Date): Promise<Row[]> {
  const compiled = compileSql(statement);
  return tx.searching<Row>(compiled.text, compiled.values(now));
}
