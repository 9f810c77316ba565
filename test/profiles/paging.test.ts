import {
  createSegment,
  event,
  expectError,
  expectNoErrors,
  gql,
  item,
  seed,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

let server: TestServer;
let id: string;

const day = (number: number) => new Date(Date.UTC(2026, 0, number)).toISOString();

/** Ten events of one person, a day apart, sent in no order: visits on odd days, purchases on even ones. */
beforeAll(async () => {
  server = await startServer();
  const days = [3, 1, 10, 7, 2, 5, 9, 4, 8, 6];
  [id] = (await seed(
    server,
    days.map((number) =>
      event(
        { external: 'c-1' },
        number % 2 ? 'visit' : 'purchase',
        { day: number },
        { occurredAt: day(number) },
      ),
    ),
  )) as [string];
});

interface Page {
  edges: { cursor: string; node: { properties: { day: number } } }[];
  nodes: { properties: { day: number } }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

const EVENTS = `query ($id: ID!, $types: [String!], $from: DateTime, $to: DateTime, $first: Int, $after: String, $last: Int, $before: String) {
  profile(id: $id) { events(types: $types, from: $from, to: $to, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { properties } } nodes { properties } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;

async function events(variables: Record<string, unknown>): Promise<Page> {
  const page = expectNoErrors(await gql(server, EVENTS, { id, ...variables })).profile.events as Page;
  expect(page.nodes).toEqual(page.edges.map((edge) => edge.node));
  expect(page.pageInfo).toMatchObject({
    startCursor: page.edges.at(0)?.cursor ?? null,
    endCursor: page.edges.at(-1)?.cursor ?? null,
  });
  return page;
}

const daysOf = (page: Page) => page.nodes.map((node) => node.properties.day);
const [ALL, VISITS] = [
  [10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
  [9, 7, 5, 3, 1],
];

describe('the events of a person', () => {
  it('come newest first, whatever the order in which they were sent', async () => {
    const page = await events({});
    expect(daysOf(page)).toEqual(ALL);
    expect(page.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
  });

  it.each([
    [{ types: ['visit'] }, VISITS],
    [{ types: ['visit', 'purchase'] }, ALL],
    [{ types: ['refund'] }, []],
    [{ types: [] }, []],
    [{ from: day(4), to: day(7) }, [6, 5, 4]],
    [{ from: day(9) }, [10, 9]],
    [{ to: day(2) }, [1]],
    [{ to: day(1) }, []],
    [{ types: ['visit'], from: day(2), to: day(8) }, [7, 5, 3]],
  ])('can be filtered by %j', async (filter, expected) => {
    expect(daysOf(await events(filter))).toEqual(expected);
  });

  it.each([
    [{}, ALL],
    [{ types: ['visit'] }, VISITS],
    [{ from: day(3), to: day(10) }, [9, 8, 7, 6, 5, 4, 3]],
  ])('filtered by %j, can be walked forward and backward in pages of any size', async (filter, expected) => {
    for (const size of [1, 2, 3, 5, expected.length, 11]) {
      const forward: number[] = [];
      for (let after: string | null = null, more = true; more;) {
        const page = await events({ ...filter, first: size, after });
        expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
        forward.push(...daysOf(page));
        more = page.pageInfo.hasNextPage;
        after = page.pageInfo.endCursor;
      }
      const backward: number[] = [];
      for (let before: string | null = null, more = true; more;) {
        const page = await events({ ...filter, last: size, before });
        expect(page.pageInfo.hasNextPage).toBe(before !== null);
        backward.unshift(...daysOf(page));
        more = page.pageInfo.hasPreviousPage;
        before = page.pageInfo.startCursor;
      }
      expect([size, forward, backward]).toEqual([size, expected, expected]);
    }
  });

  it('can be cut at both ends', async () => {
    const { edges } = await events({});
    const [after, before] = [edges[1]?.cursor, edges[6]?.cursor];
    expect(daysOf(await events({ after, before }))).toEqual([8, 7, 6, 5]);
    expect(daysOf(await events({ after, before, first: 2 }))).toEqual([8, 7]);
    expect(daysOf(await events({ after, before, last: 2 }))).toEqual([6, 5]);
    expect(daysOf(await events({ after: before, before: after }))).toEqual([]);
  });

  it('can be asked for by none', async () => {
    const page = await events({ first: 0 });
    expect(page).toMatchObject({ edges: [], pageInfo: { hasNextPage: true, endCursor: null } });
  });

  it('are told apart when they happened at the same instant', async () => {
    const [twin] = await seed(
      server,
      Array.from({ length: 7 }, (_, number) =>
        event({ external: 'twin' }, 'visit', { day: number }, { occurredAt: day(1) }),
      ),
    );
    const seen: number[] = [];
    for (let after: string | null = null, more = true; more;) {
      const page: Page = await events({ id: twin, first: 2, after });
      seen.push(...daysOf(page));
      more = page.pageInfo.hasNextPage;
      after = page.pageInfo.endCursor;
    }
    expect(seen.sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('can be walked while more come: what was there is seen exactly once', async () => {
    const number = (count: number, start: number) =>
      Array.from({ length: count }, (_, index) => start + index);
    const send = (days: number[]) =>
      seed(
        server,
        days.map((one) => event({ external: 'busy' }, 'visit', { day: one }, { occurredAt: day(one) })),
      );
    const [busy] = await send(number(9, 100));
    const seen: number[] = [];
    for (let after: string | null = null, more = true, round = 1; more; round += 1) {
      const page: Page = await events({ id: busy, first: 2, after });
      seen.push(...daysOf(page));
      more = page.pageInfo.hasNextPage;
      after = page.pageInfo.endCursor;
      // Newer than all, older than all, and in the midst of what has been seen.
      await send([200 + round, 50 - round, 108]);
    }
    expect(new Set(seen.filter((one) => one >= 100 && one < 109))).toEqual(new Set(number(9, 100)));
    const twice = seen.filter((one, index) => one !== 108 && seen.indexOf(one) !== index);
    expect(twice).toEqual([]);
    expect(seen.some((one) => one >= 200)).toBe(false);
  });
});

describe('a cursor', () => {
  let cursor: string;

  beforeAll(async () => {
    cursor = (await events({ types: ['visit'] })).edges[1]?.cursor ?? '';
  });

  it('is good for the list that it came from, also for another page size', async () => {
    expect(daysOf(await events({ types: ['visit'], after: cursor, first: 1 }))).toEqual([5]);
  });

  it.each([
    ['no filter', {}],
    ['other types', { types: ['purchase'] }],
    ['more types', { types: ['visit', 'purchase'] }],
    ['a start', { types: ['visit'], from: day(1) }],
    ['an end', { types: ['visit'], to: day(30) }],
  ])('is refused by a list with %s', async (_name, filter) => {
    for (const argument of ['after', 'before']) {
      const answer = await gql(server, EVENTS, { id, ...filter, [argument]: cursor });
      expect(expectError(answer, 'CURSOR_INVALID')).toMatchObject({
        extensions: { argumentPath: [argument] },
      });
    }
  });

  it.each([
    ['profiles', '{ profiles(after: $cursor) { nodes { id } } }'],
    ['segments', '{ segments(after: $cursor) { nodes { id } } }'],
    ['segmentChanges', '{ segmentChanges(after: $cursor) { nodes { at } } }'],
    ['members', '{ segment(key: "everybody") { members(after: $cursor) { nodes { id } } } }'],
    ['the history of a person', '{ profiles { nodes { segmentHistory(after: $cursor) { nodes { at } } } } }'],
  ])('is refused by %s', async (_name, query) => {
    await createSegment(server, 'everybody', { all: [] }).catch(() => undefined);
    const answer = await gql(server, `query ($cursor: String) ${query}`, { cursor });
    expect(new Set(answer.errors?.map((error) => error.extensions.code))).toEqual(
      new Set(['CURSOR_INVALID']),
    );
  });

  it.each(['', 'x', 'null', '[]', '{}', '"a"', '[1]', '[null,1]', '[["a"],1]', '\u0000'])(
    'cannot be %j',
    async (text) => {
      for (const after of [text, Buffer.from(text).toString('base64url')]) {
        expectError(await gql(server, EVENTS, { id, after }), 'CURSOR_INVALID');
      }
    },
  );
});

describe('all profiles', () => {
  const PROFILES = `query ($first: Int, $after: String, $last: Int, $before: String, $orderBy: [ProfileOrder!], $where: RuleInput) {
    profiles(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy, where: $where) {
      nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
  const page = async (variables: Record<string, unknown>) =>
    expectNoErrors(await gql(server, PROFILES, variables)).profiles;
  const idsOf = (of: { nodes: { id: string }[] }) => of.nodes.map((node) => node.id);
  let made: string[];

  beforeAll(async () => {
    made = [];
    for (let index = 0; index < 12; index += 1)
      made.push(
        ...(await seed(server, [item({ external: `p-${index}` }, { attributes: { lot: 'twelve' } })])),
      );
  });
  const where = { attribute: { key: 'lot', is: { equals: 'twelve' } } };

  const by = (direction: string) => [{ field: 'CREATED_AT', direction }];
  const ORDERS: Record<string, object[] | null> = { STORED: null, ASC: by('ASC'), DESC: by('DESC') };

  it.each(Object.keys(ORDERS))(
    'in the order %s can be walked forward and backward, each seen once',
    async (order) => {
      const orderBy = ORDERS[order];
      const all = idsOf(await page({ orderBy, where, first: 500 }));
      expect(all.toSorted()).toEqual(made.toSorted());
      if (order === 'ASC') expect(all).toEqual(made);
      if (order === 'DESC') expect(all).toEqual(made.toReversed());
      for (const size of [1, 5, 12, 13]) {
        const [forward, backward]: [string[], string[]] = [[], []];
        for (let after: string | null = null, more = true; more;) {
          const one = await page({ orderBy, where, first: size, after });
          forward.push(...idsOf(one));
          ({ hasNextPage: more, endCursor: after } = one.pageInfo);
        }
        for (let before: string | null = null, more = true; more;) {
          const one = await page({ orderBy, where, last: size, before });
          backward.unshift(...idsOf(one));
          ({ hasPreviousPage: more, startCursor: before } = one.pageInfo);
        }
        expect([size, forward, backward]).toEqual([size, all, all]);
      }
    },
  );

  it.each(Object.keys(ORDERS))(
    'in the order %s can be walked while more come: those that were there are seen exactly once',
    async (order) => {
      const orderBy = ORDERS[order];
      const seen: string[] = [];
      for (let after: string | null = null, more = true, round = 0; more; round += 1) {
        const one = await page({ orderBy, first: 5, after });
        seen.push(...idsOf(one));
        ({ hasNextPage: more, endCursor: after } = one.pageInfo);
        if (round < 5)
          await seed(
            server,
            [1, 2, 3].map((number) => item({ device: `late-${order}-${round}-${number}` })),
          );
      }
      expect(new Set(seen).size).toBe(seen.length);
      for (const one of [id, ...made]) expect(seen).toContain(one);
    },
  );

  it('in one order refuses the cursor of another, and of another rule', async () => {
    const { endCursor: after } = (await page({ orderBy: by('DESC'), first: 1 })).pageInfo;
    for (const variables of [{ orderBy: by('ASC') }, {}, { orderBy: by('DESC'), where }])
      expectError(await gql(server, PROFILES, { ...variables, after }), 'CURSOR_INVALID');
  });
});

describe('the members of a segment', () => {
  const MEMBERS = `query ($first: Int, $after: String, $last: Int, $before: String) { segment(key: "lot") {
    members(first: $first, after: $after, last: $last, before: $before) { nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;
  const page = async (variables: Record<string, unknown>) =>
    expectNoErrors(await gql(server, MEMBERS, variables)).segment.members;
  const idsOf = (of: { nodes: { id: string }[] }) => of.nodes.map((node) => node.id);
  const enter = (numbers: number[]) =>
    seed(
      server,
      numbers.map((number) => item({ external: `m-${number}` }, { attributes: { lot: 'members' } })),
    );
  let made: string[];

  beforeAll(async () => {
    await createSegment(server, 'lot', { attribute: { key: 'lot', is: { equals: 'members' } } });
    made = await enter(Array.from({ length: 12 }, (_, number) => number));
  });

  it('can be walked forward and backward, each seen once', async () => {
    const all = idsOf(await page({ first: 500 }));
    expect(all.toSorted()).toEqual(made.toSorted());
    for (const size of [1, 5, 12, 13]) {
      const [forward, backward]: [string[], string[]] = [[], []];
      for (let after: string | null = null, more = true; more;) {
        const one = await page({ first: size, after });
        forward.push(...idsOf(one));
        ({ hasNextPage: more, endCursor: after } = one.pageInfo);
      }
      for (let before: string | null = null, more = true; more;) {
        const one = await page({ last: size, before });
        backward.unshift(...idsOf(one));
        ({ hasPreviousPage: more, startCursor: before } = one.pageInfo);
      }
      expect([size, forward, backward]).toEqual([size, all, all]);
    }
  });

  it('can be walked while people enter and leave: those who stay are seen exactly once', async () => {
    const seen: string[] = [];
    const leavers = new Set<string>();
    for (let after: string | null = null, more = true, round = 0; more; round += 1) {
      const one = await page({ first: 3, after });
      seen.push(...idsOf(one));
      ({ hasNextPage: more, endCursor: after } = one.pageInfo);
      if (round > 3) continue;
      await enter([100 + 2 * round, 101 + 2 * round]);
      // The one whose place the next page goes on from may leave as well.
      const leaver = (await page({ last: 1, before: after })).nodes.at(0)?.id ?? made[round];
      const number = made.indexOf(leaver);
      if (number >= 0) {
        leavers.add(leaver);
        await seed(server, [item({ external: `m-${number}` }, { attributes: { lot: null } })]);
      }
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(leavers.size).toBeGreaterThan(0);
    for (const one of made) if (!leavers.has(one)) expect(seen).toContain(one);
  });
});
