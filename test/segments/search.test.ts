import { segmentCatalogue } from '../../src/segments/segment-catalogue.js';
import { contextWithSegments } from '../../src/segments/check-rule.js';
import { parseRule } from '../../src/rules/parse-rule.js';
import { sizeOfOverlap } from '../../src/segments/history.reads.js';
import { searchProfiles } from '../../src/segments/search-profiles.js';
import type { SearchOrder } from '../../src/segments/search-profiles.js';
import type { Transaction } from '../../src/platform/index.js';
import { asAdmin, createSegment, expectNoErrors, gql, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const PEOPLE = 6_000;
const EVERYBODY = { all: [] };
const number = (is: object) => ({ attribute: { key: 'number', is } });
const bought = (count: object) => ({ event: { type: 'purchase', count } });

/** By name: a rule, and whether it fits somebody by their number. Of all, a third, a few, one and nobody. */
const RULES: Record<string, [rule: object, fits: (number: number) => boolean]> = {
  everybody: [EVERYBODY, () => true],
  'a third': [{ attribute: { key: 'third', is: { equals: 0 } } }, (n) => n % 3 === 0],
  'a few': [number({ lt: 40 }), (n) => n < 40],
  one: [number({ equals: 5_000 }), (n) => n === 5_000],
  nobody: [number({ lt: 0 }), () => false],
  'buyers, a fifth': [bought({ atLeast: 1 }), (n) => n % 5 === 0],
  'frequent buyers, a few': [bought({ atLeast: 2 }), (n) => n % 500 === 0],
  'no buyer': [bought({ atLeast: 3 }), () => false],
  'no buyers': [{ not: bought({ atLeast: 1 }) }, (n) => n % 5 !== 0],
};

interface Person {
  id: string;
  shard: number;
  number: number;
}

let server: TestServer;
let people: Person[];

beforeAll(async () => {
  server = await startServer();
  const { workspaceId } = server;
  people = await asAdmin(server.databaseUrl, async (client) => {
    await client.query(
      'alter table profile no force row level security; alter table event no force row level security',
    );
    // Version 7, each a millisecond later than the one before; the last byte is the bucket.
    await client.query(
      `insert into profile (shard, id, attributes, created_at, updated_at)
      select $1 * 256 + get_byte(uuid_send(id), 15), id, jsonb_build_object('number', n, 'third', n % 3), now(), now() from (
        select n, (lpad(to_hex(1772000000000 + n), 12, '0') || '7' || right(md5(n::text), 19))::uuid as id
        from generate_series(0, $2 - 1) as n
      ) as new order by md5(n::text)`,
      [workspaceId, PEOPLE],
    );
    await client.query(
      `insert into event (shard, profile_id, occurred_at, id, type, properties, source_id, received_at, recorded_profile_id)
      select shard, p.id, now() - interval '1 day', gen_random_uuid(), 'purchase', '{}', (select id from source where workspace_id = $1 limit 1), now(), p.id
      from profile p, generate_series(1, 2) as time
      where (attributes -> 'number')::int % (case time when 1 then 5 else 500 end) = 0`,
      [workspaceId],
    );
    await client.query('analyze profile; analyze event');
    const { rows } = await client.query<Person>(
      `select shard, id, (attributes -> 'number')::int as number from profile where shard >> 8 = $1`,
      [workspaceId],
    );
    return rows;
  });
}, 60_000);

const compare = (a: string, b: string) => (a < b ? -1 : 1);
const BY: Record<SearchOrder, (a: Person, b: Person) => number> = {
  STORED: (a, b) => a.shard - b.shard || compare(a.id, b.id),
  OLDEST_FIRST: (a, b) => compare(a.id, b.id),
  NEWEST_FIRST: (a, b) => compare(b.id, a.id),
};
const ORDERS = Object.keys(BY) as SearchOrder[];
/** As it is asked for. */
const ASKED: Record<SearchOrder, object[] | null> = {
  STORED: null,
  OLDEST_FIRST: [{ field: 'CREATED_AT' }],
  NEWEST_FIRST: [{ field: 'CREATED_AT', direction: 'DESC' }],
};

const PAGE = `query ($where: RuleInput, $orderBy: [ProfileOrder!], $first: Int, $after: String, $last: Int, $before: String) {
  profiles(where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    nodes { attribute(key: "number") } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

async function pageOf(variables: object): Promise<{ numbers: number[]; pageInfo: Record<string, unknown> }> {
  const { profiles } = expectNoErrors(await gql(server, PAGE, { ...variables }));
  const numbers = profiles.nodes.map(({ attribute }: { attribute: number }) => attribute);
  return { numbers, pageInfo: profiles.pageInfo };
}

/** All pages one after the other. */
async function walk(variables: object, isForward: boolean): Promise<number[]> {
  const seen: number[] = [];
  for (let cursor: unknown = null, more: unknown = true; more;) {
    const how = isForward ? { first: 500, after: cursor } : { last: 500, before: cursor };
    const { numbers, pageInfo } = await pageOf({ ...variables, ...how });
    if (isForward) seen.push(...numbers);
    else seen.unshift(...numbers);
    more = isForward ? pageInfo.hasNextPage : pageInfo.hasPreviousPage;
    cursor = isForward ? pageInfo.endCursor : pageInfo.startCursor;
  }
  return seen;
}

describe.each(Object.keys(RULES))('a search for %s', (name) => {
  it.each(ORDERS)(
    'shows each of them once, in the order %s, forwards and backwards',
    async (order) => {
      const orderBy = ASKED[order];
      const [where, fits] = RULES[name] ?? [EVERYBODY, () => true];
      const expected = people
        .filter((one) => fits(one.number))
        .sort(BY[order])
        .map((one) => one.number);
      expect(await walk({ where, orderBy }, true)).toEqual(expected);
      expect(await walk({ where, orderBy }, false)).toEqual(expected);
    },
    60_000,
  );
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** How the statements that search were run. */
async function plansOf(work: (tx: Transaction) => Promise<unknown>): Promise<Plan[][]> {
  const plans: Plan[][] = [];
  await server.database.transaction(server.workspaceId, async (tx) => {
    const search = tx.searching.bind(tx);
    tx.searching = async <Row>(text: string, values: readonly unknown[] = []) => {
      const [row] = await search<{ 'QUERY PLAN': { Plan: Plan }[] }>(
        `explain (analyze, format json) ${text}`,
        values,
      );
      plans.push(nodesOf(row?.['QUERY PLAN'][0]?.Plan as Plan));
      return search<Row>(text, values);
    };
    await work(tx);
  });
  return plans;
}

/** How many rows of a table were read by each statement. */
async function readBy(
  orderBy: SearchOrder,
  [rule]: [rule: object, ...unknown[]],
  table: string,
): Promise<number[]> {
  const plans = await plansOf(async (tx) => {
    const parsed = parseRule(rule, contextWithSegments(await segmentCatalogue.read(tx), true));
    const rest = { now: new Date(), after: null, before: null, backward: false, limit: 51 };
    await searchProfiles(tx, { rule: parsed, order: orderBy, ...rest });
  });
  const rows = (plan: Plan) =>
    (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'];
  return plans.map((nodes) =>
    Math.round(
      nodes.filter((one) => one['Relation Name'] === table).reduce((sum, one) => sum + rows(one), 0),
    ),
  );
}

const rule = (name: string) => RULES[name] ?? [EVERYBODY];

/** How many people are read when so many are asked for of each shard: some shards hold fewer. */
const ofEachShard = (asked: number) =>
  [...Map.groupBy(people, ({ shard }) => shard).values()].reduce(
    (sum, { length }) => sum + Math.min(length, asked),
    0,
  );

describe('a page is read off the next people', () => {
  it('in the order of the store', async () => {
    expect(await readBy('STORED', rule('everybody'), 'profile')).toEqual([51]);
    expect(await readBy('STORED', rule('a third'), 'profile')).toEqual([1_000]);
    expect(await readBy('STORED', rule('buyers, a fifth'), 'profile')).toEqual([1_000]);
  });

  it.each(['NEWEST_FIRST', 'OLDEST_FIRST'] as const)('in the order %s', async (order) => {
    expect(await readBy(order, rule('everybody'), 'profile')).toEqual([ofEachShard(9)]);
    expect(await readBy(order, rule('a third'), 'profile')).toEqual([ofEachShard(16)]);
    expect(await readBy(order, rule('buyers, a fifth'), 'profile')).toEqual([ofEachShard(16)]);
  });
});

it.each(ORDERS)(
  'a search in the order %s that finds nobody goes through the events of all at once',
  async (order) => {
    const plans = await plansOf(async (tx) => {
      const parsed = parseRule(
        rule('no buyer')[0],
        contextWithSegments(await segmentCatalogue.read(tx), true),
      );
      const rest = { now: new Date(), after: null, before: null, backward: false, limit: 51 };
      await searchProfiles(tx, { rule: parsed, order, ...rest });
    });
    const loops = plans.map((nodes) =>
      nodes
        .filter((one) => one['Relation Name'] === 'event')
        .reduce((sum, one) => sum + one['Actual Loops'], 0),
    );
    expect(loops).toHaveLength(2);
    // The next people, one by one; then everybody.
    expect(loops[0]).toBeLessThan(PEOPLE / 2);
    // One, or each of the database's workers.
    expect(loops[1]).toBeLessThanOrEqual(4);
  },
);

it('an overlap is not found person by person, whatever is believed of segments that were just built', async () => {
  await createSegment(server, 'old', number({ lt: 3 }));
  await asAdmin(server.databaseUrl, (client) => client.query('analyze membership'));
  await createSegment(server, 'many', number({ lt: 3_000 }));
  await createSegment(server, 'others', number({ gte: 1_000 }));
  const query = `{ segmentOverlap(segment: "many", other: "others") { both onlySegment onlyOther similarity } }`;
  expect(expectNoErrors(await gql(server, query)).segmentOverlap).toEqual({
    both: 2_000,
    onlySegment: 1_000,
    onlyOther: 3_000,
    similarity: 1 / 3,
  });
  const plans = await plansOf(async (tx) => {
    const { byKey } = await segmentCatalogue.read(tx);
    const id = (key: string) => byKey.get(key)?.definition.id ?? '';
    expect(await sizeOfOverlap(tx, [id('many'), id('others')])).toBe(2_000);
  });
  const loops = plans
    .flat()
    .filter((one) => one['Relation Name'] === 'membership')
    .map((one) => one['Actual Loops']);
  expect(loops).toEqual([1, 1]);
}, 60_000);
