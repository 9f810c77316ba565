import {
  asAdmin,
  createSegment,
  expectError,
  expectNoErrors,
  gql,
  item,
  ManualClock,
  newTenant,
  seed,
  startServer,
  statementsOf,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

let clock: ManualClock;
let server: TestServer;

const from = (city: string) => ({ attribute: { key: 'city', is: { equals: city } } });

beforeAll(async () => {
  clock = new ManualClock();
  server = await startServer({ clock });
  await seed(
    server,
    ['Ghent', 'Ghent', 'Rome'].map((city, index) =>
      item({ external: `p${index}` }, { attributes: { city } }),
    ),
  );
  // Names in another order than keys, sizes 2, 0, 1 and 2.
  const all = { ghent: 'delta', bonn: 'Alpha', rome: 'charlie', 'ghent-too': 'Bravo' };
  for (const [key, name] of Object.entries(all)) {
    clock.advance(1_000);
    await createSegment(server, key, from(key[0]!.toUpperCase() + key.replace('-too', '').slice(1)));
    await update({ key, name });
  }
  clock.advance(1_000);
  await update({ key: 'bonn', description: 'Nobody lives in GHENT here.' });
  clock.advance(1_000);
  await update({ key: 'rome', targetState: 'PAUSED' });
});

async function update(input: object, asked = server): Promise<void> {
  const query = `mutation ($input: UpdateSegmentInput!) { updateSegment(input: $input) { userErrors { code } } }`;
  const { updateSegment } = expectNoErrors(await gql(asked, query, { input }));
  expect(updateSegment.userErrors).toEqual([]);
}

const list = (variables: Record<string, unknown>, paging = '') =>
  gql(
    server,
    `query ($filter: SegmentFilterInput, $orderBy: [SegmentOrder!]) {
      segments(filter: $filter, orderBy: $orderBy ${paging}) { nodes { key } pageInfo { endCursor startCursor hasNextPage } } }`,
    variables,
  );

async function keysOf(variables: Record<string, unknown>): Promise<string> {
  const { segments } = expectNoErrors(await list(variables));
  return segments.nodes.map(({ key }: { key: string }) => key).join(' ');
}

it.each<[filter: object, keys: string]>([
  [{}, 'bonn ghent ghent-too rome'],
  [{ states: ['PAUSED'] }, 'rome'],
  [{ states: ['LIVE', 'FAILED'] }, 'bonn ghent ghent-too'],
  [{ states: [] }, ''],
  [{ keys: ['rome', 'none', 'bonn'] }, 'bonn rome'],
  [{ text: 'gHeNt' }, 'bonn ghent ghent-too'],
  [{ text: 'ALPHA' }, 'bonn'],
  [{ text: '' }, 'bonn ghent ghent-too rome'],
  [{ text: 'ghent', states: ['LIVE'], keys: ['ghent', 'rome'] }, 'ghent'],
])('lists those that match %j', async (filter, keys) => {
  expect(await keysOf({ filter })).toBe(keys);
});

it.each<[orderBy: { field: string; direction?: string }[], keys: string]>([
  [[], 'bonn ghent ghent-too rome'],
  [[{ field: 'KEY', direction: 'DESC' }], 'rome ghent-too ghent bonn'],
  [[{ field: 'NAME' }], 'bonn ghent-too rome ghent'],
  [[{ field: 'CREATED_AT' }], 'ghent bonn rome ghent-too'],
  [[{ field: 'UPDATED_AT', direction: 'DESC' }], 'rome bonn ghent-too ghent'],
  [[{ field: 'SIZE' }], 'bonn rome ghent ghent-too'],
  [
    [
      { field: 'SIZE', direction: 'DESC' },
      { field: 'NAME', direction: 'ASC' },
    ],
    'ghent-too ghent rome bonn',
  ],
  // A field counts where it stands first, and nothing counts after the key.
  [[{ field: 'NAME' }, { field: 'NAME', direction: 'DESC' }, { field: 'KEY' }], 'bonn ghent-too rome ghent'],
  [[{ field: 'KEY', direction: 'DESC' }, { field: 'NAME' }, { field: 'KEY' }], 'rome ghent-too ghent bonn'],
])('lists them in the order %j, and the same page by page from either end', async (orderBy, keys) => {
  expect(await keysOf({ orderBy })).toBe(keys);
  const forwards: string[] = [];
  for (let paging = 'first: 1', more = true; more;) {
    const { segments } = expectNoErrors(await list({ orderBy }, `, ${paging}`));
    forwards.push(segments.nodes[0].key);
    more = segments.pageInfo.hasNextPage;
    paging = `first: 1, after: "${segments.pageInfo.endCursor}"`;
  }
  expect(forwards.join(' ')).toBe(keys);
  const backwards: string[] = [];
  for (let paging = 'last: 3'; ;) {
    const { segments } = expectNoErrors(await list({ orderBy }, `, ${paging}`));
    if (segments.nodes.length === 0) break;
    backwards.unshift(...segments.nodes.map(({ key }: { key: string }) => key));
    paging = `last: 3, before: "${segments.pageInfo.startCursor}"`;
  }
  expect(backwards.join(' ')).toBe(keys);
});

it('takes a cursor only back into the list that it is of', async () => {
  const orderBy = [{ field: 'NAME' }];
  const { segments } = expectNoErrors(await list({ orderBy }, ', first: 1'));
  const paging = `, first: 1, after: "${segments.pageInfo.endCursor}"`;
  expectError(await list({}, paging), 'CURSOR_INVALID');
  expectError(await list({ orderBy, filter: { text: 'g' } }, paging), 'CURSOR_INVALID');
});

it('takes every cursor that it gives, whatever the names and keys', async () => {
  const own = { ...server, ...(await newTenant(server)) };
  const key = 'k'.repeat(99);
  for (const [name, last] of [
    ['\u{1F600}'.repeat(100), 'a'],
    ['名'.repeat(200), 'b'],
    ['"'.repeat(200), 'c'],
  ]) {
    await createSegment(own, key + last, { all: [] });
    await update({ key: key + last, name }, own);
  }
  const fields = ['NAME', 'NAME', 'UPDATED_AT', 'CREATED_AT', 'SIZE', 'NAME', 'KEY', 'KEY', 'NAME'];
  const orderBy = fields.map((field) => ({ field }));
  const query = `query ($orderBy: [SegmentOrder!], $after: String) {
    segments(orderBy: $orderBy, first: 1, after: $after) { nodes { key } pageInfo { endCursor } } }`;
  const seen: string[] = [];
  for (let after: string | null = null; ;) {
    const { segments } = expectNoErrors(await gql(own, query, { orderBy, after }));
    if (segments.nodes.length === 0) break;
    seen.push(segments.nodes[0].key);
    after = segments.pageInfo.endCursor;
  }
  expect(seen.map((one) => one.at(-1)).sort()).toEqual(['a', 'b', 'c']);
});

it('refuses to order by more than 20 fields', async () => {
  const orderBy = Array.from({ length: 21 }, () => ({ field: 'SIZE' }));
  expectError(await list({ orderBy }), 'TOO_MANY');
  expect(await keysOf({ orderBy: orderBy.slice(1) })).toBe('bonn rome ghent ghent-too');
});

it('refuses more than 500 keys', async () => {
  const keys = Array.from({ length: 501 }, (_, index) => `k${index}`);
  expectError(await list({ filter: { keys } }), 'TOO_MANY');
  expect(await keysOf({ filter: { keys: keys.slice(1) } })).toBe('');
});

it('shows a failed one with its reason, by a fixed number of statements', async () => {
  const ask = (first: number) =>
    gql(
      server,
      `{ segments(first: ${first}, orderBy: [{ field: SIZE }]) {
        nodes { key state failure { code } build { id requestedBy { name } } createdBy { name } size } } }`,
    );
  await asAdmin(server.databaseUrl, (client) =>
    client.query(`update segment_build set state = 'FAILED' where segment_id = (select id from segment where key = 'bonn');
      update run set state = 'FAILED', failure = '{"code":"INTERNAL_SERVER_ERROR","message":"m"}' where id = (
        select run_id from segment_build where segment_id = (select id from segment where key = 'bonn'))`),
  );
  const { segments } = expectNoErrors(await ask(4));
  expect(segments.nodes).toMatchObject([
    { key: 'bonn', state: 'FAILED', failure: { code: 'INTERNAL_SERVER_ERROR' } },
    ...['rome', 'ghent', 'ghent-too'].map((key) => ({ key, failure: null })),
  ]);
  expect(await keysOf({ filter: { states: ['FAILED'] } })).toBe('bonn');
  expect(await statementsOf(server, () => ask(4))).toBe(await statementsOf(server, () => ask(1)));
});
