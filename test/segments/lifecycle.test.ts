import { Builder } from '../../src/segments/builder.js';
import {
  asAdmin,
  createSegment,
  event,
  eventually,
  expectNoErrors,
  gql,
  item,
  newTenant,
  seed,
  snapshotTables,
  startServer,
  untilLive,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { changesOf, endOfLog, follow } from '../live/change-log.js';

const FROM_GHENT = { attribute: { key: 'city', is: { equals: 'Ghent' } } };
const BUYERS = { event: { type: 'purchase' } };
const SEGMENT = `id key name description rule summary state size createdAt updatedAt deletedAt
  build { state progress { done total unit } startedAt finishedAt failure { code } }`;

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

/** Each test has a workspace of its own. */
async function newWorkspace(): Promise<TestServer> {
  return { ...server, ...(await newTenant(server)) };
}

const inhabitants = (count: number, city: string, from = 0) =>
  Array.from({ length: count }, (_, index) =>
    item({ external: `p${from + index}` }, { attributes: { city } }),
  );

async function change(tenant: TestServer, verb: 'create' | 'update', input: object) {
  const type = `${verb === 'create' ? 'Create' : 'Update'}SegmentInput`;
  const data = expectNoErrors(
    await gql(
      tenant,
      `mutation ($input: ${type}!) { ${verb}Segment(input: $input) { segment { ${SEGMENT} } userErrors { code message path } } }`,
      { input: { allowUndefined: true, ...input } },
    ),
  );
  return data[`${verb}Segment`];
}

async function remove(tenant: TestServer, key: string) {
  const data = expectNoErrors(
    await gql(
      tenant,
      `mutation ($key: String!) { deleteSegment(input: { key: $key }) { deletedKey userErrors { code message path } } }`,
      { key },
    ),
  );
  return data.deleteSegment;
}

async function segmentOf(tenant: TestServer, key: string) {
  const data = expectNoErrors(
    await gql(tenant, `query ($key: String!) { segment(key: $key) { ${SEGMENT} } }`, { key }),
  );
  return data.segment;
}

/** All members, read in pages of `first`. */
async function membersOf(tenant: TestServer, key: string, first = 500): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const data: {
      segment: {
        members: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      };
    } = expectNoErrors(
      await gql(
        tenant,
        `query ($key: String!, $first: Int, $after: String) { segment(key: $key) {
            members(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }`,
        { key, first, after },
      ),
    );
    const { nodes, pageInfo } = data.segment.members;
    ids.push(...nodes.map(({ id }) => id));
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
  }
  return ids;
}

const flips = (changes: { kind: string; cause: string; profile: { id: string } }[]) =>
  changes.map(({ kind, cause, profile }) => `${kind} ${cause} ${profile.id}`).sort();

describe('creating', () => {
  it('keeps the definition as it was given, with its rule in plain English', async () => {
    const tenant = await newWorkspace();
    const rule = { all: [FROM_GHENT, { not: BUYERS }] };
    const payload = await change(tenant, 'create', {
      key: 'a.b-c_1',
      name: 'Ghent',
      description: 'Why',
      rule,
    });
    expect(payload).toMatchObject({
      userErrors: [],
      segment: {
        key: 'a.b-c_1',
        name: 'Ghent',
        description: 'Why',
        rule,
        summary:
          'People who have an attribute city that is "Ghent", and do not have at least 1 event of type purchase.',
        deletedAt: null,
      },
    });
    await untilLive(tenant, 'a.b-c_1');
    expect(await segmentOf(tenant, 'a.b-c_1')).toMatchObject({
      id: payload.segment.id,
      rule,
      state: 'LIVE',
      size: 0,
    });
  });

  it('brings in those who fit already, with the cause BUILD, and from then on keeps it by ingest', async () => {
    const tenant = await newWorkspace();
    const before = await seed(tenant, [...inhabitants(3, 'Ghent'), ...inhabitants(2, 'Rome', 3)]);
    await createSegment(tenant, 'ghent', FROM_GHENT);
    const built = await changesOf(tenant);
    expect(flips(built)).toEqual(
      before
        .slice(0, 3)
        .map((id) => `ENTERED BUILD ${id}`)
        .sort(),
    );
    const [late] = await seed(tenant, inhabitants(1, 'Ghent', 9));
    await seed(tenant, inhabitants(1, 'Rome', 0));
    expect(
      (await changesOf(tenant)).slice(3).map(({ kind, cause, profile }) => [kind, cause, profile.id]),
    ).toEqual([
      ['ENTERED', 'INGEST', late],
      ['EXITED', 'INGEST', before[0]],
    ]);
    expect(await membersOf(tenant, 'ghent')).toEqual(expect.arrayContaining([before[1], before[2], late]));
    expect(await segmentOf(tenant, 'ghent')).toMatchObject({ size: 3 });
  });

  it('is BUILDING until everybody has been tried, then LIVE with all of them counted', async () => {
    const tenant = await newWorkspace();
    await seed(tenant, inhabitants(3, 'Ghent'));
    await asAdmin(tenant.databaseUrl, async (admin) => {
      // A build reads profiles; nothing that this test asks for meanwhile does.
      await admin.query('begin; lock table profile in access exclusive mode');
      const { segment } = await change(tenant, 'create', { key: 'ghent', name: 'Ghent', rule: FROM_GHENT });
      const waiting = {
        state: 'BUILDING',
        size: 0,
        build: {
          state: 'QUEUED',
          progress: { done: 0, total: null, unit: 'people' },
          startedAt: null,
          finishedAt: null,
          failure: null,
        },
      };
      expect(segment).toMatchObject(waiting);
      expect(await segmentOf(tenant, 'ghent')).toMatchObject(waiting);
      await admin.query('commit');
    });
    await untilLive(tenant, 'ghent');
    expect(await segmentOf(tenant, 'ghent')).toMatchObject({
      state: 'LIVE',
      size: 3,
      build: {
        state: 'COMPLETED',
        progress: { done: 3, total: 3, unit: 'people' },
        startedAt: expect.stringMatching(/Z$/),
        finishedAt: expect.stringMatching(/Z$/),
        failure: null,
      },
    });
  });
});

describe('a refused change says why and where, and has changed nothing', () => {
  let tenant: TestServer;

  beforeAll(async () => {
    tenant = await newWorkspace();
    await seed(tenant, [...inhabitants(2, 'Ghent'), event({ external: 'p0' }, 'purchase')]);
    await createSegment(tenant, 'base', FROM_GHENT);
    await createSegment(tenant, 'middle', { not: { segment: { key: 'base' } } });
    await createSegment(tenant, 'top', { any: [BUYERS, { all: [{ segment: { key: 'middle' } }] }] });
    await createSegment(tenant, 'many', { all: Array.from({ length: 100 }, () => FROM_GHENT) });
    await createSegment(tenant, 'uses-many', { all: [{ segment: { key: 'many' } }, BUYERS] });
  });

  async function expectRefusal(
    work: () => Promise<{ userErrors: { code: string; message: string; path: string[] }[] }>,
    refusal: { code: string; path: string[]; message?: unknown },
  ): Promise<void> {
    const before = await snapshotTables(tenant);
    const payload = await work();
    expect(payload).toEqual({
      ...('deletedKey' in payload ? { deletedKey: null } : { segment: null }),
      userErrors: [{ message: expect.stringMatching(/\w{3}/), ...refusal }],
    });
    expect(await snapshotTables(tenant)).toEqual(before);
  }

  const attribute = (is: object) => ({ attribute: { key: 'age', is } });
  const nested = (depth: number): object => (depth === 0 ? { all: [] } : { all: [nested(depth - 1)] });
  const ON_ATTRIBUTE = ['input', 'rule', 'attribute'];

  it.each(['', 'Ghent', '-ghent', 'gh ent', 'ghént', 'x'.repeat(101)])('the key %j', async (key) => {
    await expectRefusal(() => change(tenant, 'create', { key, name: 'x', rule: FROM_GHENT }), {
      code: 'KEY_INVALID',
      path: ['input', 'key'],
    });
  });

  it('a key that is in use', async () => {
    await expectRefusal(() => change(tenant, 'create', { key: 'base', name: 'x', rule: FROM_GHENT }), {
      code: 'KEY_TAKEN',
      path: ['input', 'key'],
    });
  });

  it.each([
    ['none', '  ', 'REQUIRED'],
    ['a long one', 'x'.repeat(201), 'TOO_LONG'],
  ])('as name %s, at creating and at updating', async (_, name, code) => {
    const path = ['input', 'name'];
    await expectRefusal(() => change(tenant, 'create', { key: 'new', name, rule: FROM_GHENT }), {
      code,
      path,
    });
    await expectRefusal(() => change(tenant, 'update', { key: 'base', name }), { code, path });
  });

  it('an update and a deletion of a segment that there is not', async () => {
    const refusal = { code: 'SEGMENT_UNKNOWN', path: ['input', 'key'] };
    await expectRefusal(() => change(tenant, 'update', { key: 'gone', name: 'x' }), refusal);
    await expectRefusal(() => remove(tenant, 'gone'), refusal);
  });

  it.each<[string, object, string, string[]]>([
    ['an order of booleans', attribute({ gt: true }), 'RULE_INVALID', [...ON_ATTRIBUTE, 'is', 'gt']],
    [
      'a range of unlike ends',
      attribute({ between: { from: 1, to: 'z' } }),
      'RULE_INVALID',
      [...ON_ATTRIBUTE, 'is', 'between'],
    ],
    ['an empty text', attribute({ contains: '' }), 'RULE_INVALID', [...ON_ATTRIBUTE, 'is', 'contains']],
    [
      'an attribute without a key',
      { attribute: { key: '', is: { exists: true } } },
      'RULE_INVALID',
      [...ON_ATTRIBUTE, 'key'],
    ],
    [
      'a window of no length, deep inside',
      { all: [FROM_GHENT, { not: { event: { type: 'visit', withinLast: {} } } }] },
      'RULE_INVALID',
      ['input', 'rule', 'all', '1', 'not', 'event', 'withinLast'],
    ],
    [
      'a negative part of a window',
      { event: { type: 'visit', withinLast: { days: 2, hours: -1 } } },
      'RULE_INVALID',
      ['input', 'rule', 'event', 'withinLast'],
    ],
    [
      'a window of more than 100 years',
      { event: { type: 'visit', withinLast: { days: 36_601 } } },
      'RULE_INVALID',
      ['input', 'rule', 'event', 'withinLast'],
    ],
    [
      'a period that ends where it begins',
      { event: { type: 'visit', from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' } },
      'RULE_INVALID',
      ['input', 'rule', 'event', 'to'],
    ],
    ['an event without a type', { event: { type: '' } }, 'RULE_INVALID', ['input', 'rule', 'event', 'type']],
    [
      'a property without a path',
      { event: { type: 'visit', where: [{ path: '', is: { exists: true } }] } },
      'RULE_INVALID',
      ['input', 'rule', 'event', 'where', '0', 'path'],
    ],
    [
      '21 conditions on properties',
      {
        event: {
          type: 'visit',
          where: Array.from({ length: 21 }, () => ({ path: 'p', is: { exists: true } })),
        },
      },
      'RULE_INVALID',
      ['input', 'rule', 'event', 'where'],
    ],
    [
      'a count below 0',
      { event: { type: 'visit', count: { atLeast: -1 } } },
      'RULE_INVALID',
      ['input', 'rule', 'event', 'count', 'atLeast'],
    ],
    [
      'a count above 1,000,000',
      { event: { type: 'visit', count: { exactly: 1_000_001 } } },
      'RULE_INVALID',
      ['input', 'rule', 'event', 'count', 'exactly'],
    ],
    [
      'an unknown segment',
      { any: [BUYERS, { segment: { key: 'gone' } }] },
      'SEGMENT_UNKNOWN',
      ['input', 'rule', 'any', '1', 'segment', 'key'],
    ],
    [
      '201 nodes',
      { all: Array.from({ length: 200 }, () => FROM_GHENT) },
      'RULE_TOO_LARGE',
      ['input', 'rule'],
    ],
    [
      '201 nodes with those of other segments',
      { all: [{ segment: { key: 'uses-many' } }, ...Array.from({ length: 95 }, () => FROM_GHENT)] },
      'RULE_TOO_LARGE',
      ['input', 'rule'],
    ],
    [
      'rules that nest 21 deep',
      nested(21),
      'RULE_INVALID',
      ['input', 'rule', ...Array.from({ length: 21 }, () => ['all', '0']).flat()],
    ],
  ])('%s, at creating and at updating', async (_, rule, code, path) => {
    await expectRefusal(() => change(tenant, 'create', { key: 'new', name: 'x', rule }), { code, path });
    await expectRefusal(() => change(tenant, 'update', { key: 'base', name: 'Other', rule }), { code, path });
  });

  it('200 nodes and 20 levels, on the other hand, are taken', async () => {
    const rule = { all: Array.from({ length: 199 }, () => FROM_GHENT) };
    const data = expectNoErrors(
      await gql(
        tenant,
        `query ($rule: RuleInput!, $deep: RuleInput!) { previewSegment(rule: $rule) { count } deep: previewSegment(rule: $deep) { count } }`,
        { rule, deep: nested(20) },
      ),
    );
    expect(data).toEqual({ previewSegment: { count: 2 }, deep: { count: 2 } });
  });

  it.each<[string, object]>([
    ['itself', { segment: { key: 'base' } }],
    ['itself through another', { not: { segment: { key: 'middle' } } }],
    ['itself through two others', { any: [BUYERS, { segment: { key: 'top' } }] }],
  ])('a segment that would depend on %s', async (_, rule) => {
    const message = expect.stringMatching(/"(base|middle|top)"/);
    await expectRefusal(() => change(tenant, 'update', { key: 'base', rule }), {
      code: 'SEGMENT_CYCLE',
      path: ['input', 'rule'],
      message,
    });
  });

  it('the deletion of one that others refer to, which are named', async () => {
    await expectRefusal(() => remove(tenant, 'base'), {
      code: 'SEGMENT_IN_USE',
      path: ['input', 'key'],
      message: expect.stringContaining('"middle"'),
    });
  });

  it('a rule that would make another one that refers to it too large', async () => {
    const rule = { all: Array.from({ length: 198 }, () => FROM_GHENT) };
    await expectRefusal(() => change(tenant, 'update', { key: 'many', rule }), {
      code: 'RULE_TOO_LARGE',
      path: ['input', 'rule'],
    });
  });

  it('a rule with two kinds in one node, or with none', async () => {
    const before = await snapshotTables(tenant);
    for (const rule of [
      { all: [], any: [] },
      {},
      { attribute: { key: 'k', is: { equals: 1, gt: 0 } } },
      { not: null },
    ]) {
      const answer = await gql(
        tenant,
        `mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { segment { id } } }`,
        { input: { key: 'new', name: 'x', rule } },
      );
      expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    }
    expect(await snapshotTables(tenant)).toEqual(before);
  });
});

describe('a rule that the database cannot run is refused, rather than saved to stand in the way of everything', () => {
  it.each<[string, object[]]>([
    ['a value with U+0000', [{ attribute: { key: 'age', is: { equals: 'a\0' } } }]],
    ['half of a surrogate pair', [{ attribute: { key: 'age', is: { contains: '\ud83d' } } }]],
  ])('%s', async (_, [rule]) => {
    const tenant = await newWorkspace();
    const before = await snapshotTables(tenant);
    const payload = await change(tenant, 'create', { key: 'new', name: 'x', rule });
    expect(payload).toMatchObject({ segment: null, userErrors: [{ code: 'RULE_INVALID' }] });
    expect(await snapshotTables(tenant)).toEqual(before);
    await seed(tenant, [event({ external: 'ada' }, 'visit')]);
  });

  it('and rules that can each be run can be run together: 1,700 questions about events of one type', async () => {
    const tenant = await newWorkspace();
    const question = (n: number) => ({
      event: { type: 'visit', where: [{ path: 'page', is: { equals: n } }] },
    });
    for (let part = 0; part < 9; part += 1) {
      const rule = { any: Array.from({ length: 190 }, (_, index) => question(part * 190 + index)) };
      expect(await change(tenant, 'create', { key: `part-${part}`, name: 'x', rule })).toMatchObject({
        userErrors: [],
      });
    }
    const [ada] = await seed(tenant, [event({ external: 'ada' }, 'visit', { page: 1_700 })]);
    expect(await membersOf(tenant, 'part-8')).toEqual([ada]);
    expect(await remove(tenant, 'part-8')).toEqual({ deletedKey: 'part-8', userErrors: [] });
  });
});

it('tells seventy segments apart, and leaves alone those that nothing new is told of', async () => {
  const tenant = await newWorkspace();
  const levels = Array.from({ length: 70 }, (_, level) => level);
  for (const level of levels) {
    const key = level % 10 === 0 ? 'rank' : 'level';
    const rule = { attribute: { key, is: { gte: level } } };
    await change(tenant, 'create', { key: `from-${level}`, name: 'x', rule });
  }
  const upTo = (of: { level: number; rank: number }) =>
    levels.filter((level) => level <= (level % 10 === 0 ? of.rank : of.level));
  const steps = [
    { level: 69, rank: 69 },
    { level: 30 },
    { rank: 5 },
    { level: 31 },
    { level: 0 },
    { rank: 60 },
  ];
  const now = { level: -1, rank: -1 };
  for (const step of steps) {
    Object.assign(now, step);
    const [ada] = await seed(tenant, [item({ external: 'ada' }, { attributes: step })]);
    const query =
      'query ($id: ID!) { profile(id: $id) { segments(first: 500) { nodes { segment { key } } } } }';
    const { profile } = expectNoErrors(await gql(tenant, query, { id: ada }));
    const keys: string[] = profile.segments.nodes.map((one: { segment: { key: string } }) => one.segment.key);
    expect(keys.sort()).toEqual(
      upTo(now)
        .map((level) => `from-${level}`)
        .sort(),
    );
  }
});

describe('updating', () => {
  it('a name or a description starts no build and changes nobody', async () => {
    const tenant = await newWorkspace();
    await seed(tenant, inhabitants(2, 'Ghent'));
    await createSegment(tenant, 'ghent', FROM_GHENT);
    const before = await segmentOf(tenant, 'ghent');
    const end = await endOfLog(tenant);
    const renamed = await change(tenant, 'update', {
      key: 'ghent',
      name: 'New',
      description: 'For the fair',
    });
    expect(renamed).toEqual({
      userErrors: [],
      segment: { ...before, name: 'New', description: 'For the fair', updatedAt: renamed.segment.updatedAt },
    });
    const cleared = await change(tenant, 'update', { key: 'ghent', description: null, rule: FROM_GHENT });
    expect(cleared.segment).toMatchObject({
      name: 'New',
      description: null,
      state: 'LIVE',
      build: before.build,
    });
    expect(await endOfLog(tenant)).toBe(end);
  });

  it('a rule changes those who refer to it too, and the log shows exactly who has really moved', async () => {
    const tenant = await newWorkspace();
    const ghent = await seed(tenant, inhabitants(3, 'Ghent'));
    const rome = await seed(tenant, inhabitants(3, 'Rome', 3));
    const oslo = await seed(tenant, inhabitants(2, 'Oslo', 6));
    await seed(tenant, [event({ external: 'p0' }, 'purchase'), event({ external: 'p3' }, 'purchase')]);
    const inCities = (...cities: string[]) => ({ attribute: { key: 'city', is: { in: cities } } });
    await createSegment(tenant, 'city', inCities('Ghent', 'Oslo'));
    await createSegment(tenant, 'others', { not: { segment: { key: 'city' } } });
    await createSegment(tenant, 'other-buyers', { all: [BUYERS, { segment: { key: 'others' } }] });
    await createSegment(tenant, 'buyers', BUYERS);
    const unconcerned = await segmentOf(tenant, 'buyers');
    const after = await endOfLog(tenant);

    const { segment } = await change(tenant, 'update', { key: 'city', rule: inCities('Rome', 'Oslo') });
    expect(segment.rule).toEqual(inCities('Rome', 'Oslo'));
    for (const key of ['city', 'others', 'other-buyers']) await untilLive(tenant, key);
    const changes = await changesOf(tenant, { after });
    const of = (key: string) => flips(changes.filter((one) => one.segment.key === key));
    const entered = (ids: string[]) => ids.map((id) => `ENTERED BUILD ${id}`);
    const exited = (ids: string[]) => ids.map((id) => `EXITED BUILD ${id}`);
    expect(of('city')).toEqual([...entered(rome), ...exited(ghent)].sort());
    expect(of('others')).toEqual([...entered(ghent), ...exited(rome)].sort());
    expect(of('other-buyers')).toEqual([...entered([ghent[0]!]), ...exited([rome[0]!])].sort());
    expect(changes).toHaveLength(14);
    expect(await segmentOf(tenant, 'buyers')).toEqual(unconcerned);
    expect((await membersOf(tenant, 'city')).sort()).toEqual([...rome, ...oslo].sort());
    expect(await segmentOf(tenant, 'others')).toMatchObject({ size: 3, state: 'LIVE' });
    expect(await segmentOf(tenant, 'other-buyers')).toMatchObject({ size: 1, state: 'LIVE' });
  });

  it('counts from the commit on for what ingest touches, in those who refer to it too', async () => {
    const tenant = await newWorkspace();
    await createSegment(tenant, 'city', FROM_GHENT);
    await createSegment(tenant, 'others', { not: { segment: { key: 'city' } } });
    await change(tenant, 'update', {
      key: 'city',
      rule: { attribute: { key: 'country', is: { equals: 'BE' } } },
    });
    const [ada] = await seed(tenant, [item({ external: 'ada' }, { attributes: { country: 'BE' } })]);
    await seed(tenant, [item({ external: 'ada' }, { attributes: { country: 'IT' } })]);
    for (const key of ['city', 'others']) await untilLive(tenant, key);
    expect(
      (await changesOf(tenant)).map(({ kind, segment, cause, profile }) => [
        kind,
        segment.key,
        cause,
        profile.id,
      ]),
    ).toEqual([
      ['ENTERED', 'city', 'INGEST', ada],
      ...[
        ['EXITED', 'city', 'INGEST', ada],
        ['ENTERED', 'others', 'INGEST', ada],
      ],
    ]);
  });
});

describe('deleting', () => {
  it('tells the log that everybody has left, and the key is free at once', async () => {
    const tenant = await newWorkspace();
    const ghent = await seed(tenant, inhabitants(3, 'Ghent'));
    const id = await createSegment(tenant, 'ghent', FROM_GHENT);
    const after = await endOfLog(tenant);
    const reader = await follow(tenant, { after, segments: ['ghent'] });

    expect(await remove(tenant, 'ghent')).toEqual({ deletedKey: 'ghent', userErrors: [] });
    expect(await segmentOf(tenant, 'ghent')).toBe(null);
    const exits = await reader.take(3);
    expect(flips(exits)).toEqual(ghent.map((one) => `EXITED BUILD ${one}`).sort());
    expect(exits[0]?.segment).toEqual({ key: 'ghent' });
    const again = await createSegment(tenant, 'ghent', { not: FROM_GHENT });
    expect(again).not.toBe(id);
    const [late] = await seed(tenant, inhabitants(1, 'Rome', 8));
    expect(flips((await changesOf(tenant, { after })).slice(3))).toEqual([`ENTERED INGEST ${late}`]);

    const data = expectNoErrors(
      await gql(
        tenant,
        `query ($id: ID!, $profile: ID!) { node(id: $id) { ... on Segment { key size deletedAt state targetState } }
          profile(id: $profile) { segments { nodes { segment { id } } } segmentHistory { nodes { kind segment { id } } } } }`,
        { id, profile: ghent[0] },
      ),
    );
    expect(data).toEqual({
      node: {
        ...{ key: 'ghent', size: 0, deletedAt: expect.stringMatching(/Z$/) },
        ...{ state: 'ARCHIVED', targetState: 'ARCHIVED' },
      },
      profile: {
        segments: { nodes: [] },
        segmentHistory: {
          nodes: [
            { kind: 'EXITED', segment: { id } },
            { kind: 'ENTERED', segment: { id } },
          ],
        },
      },
    });
  });
});

describe('members', () => {
  it('shows each once, whatever the pages, while others come and go', async () => {
    const tenant = await newWorkspace();
    await createSegment(tenant, 'ghent', FROM_GHENT);
    const ghent = await seed(tenant, inhabitants(60, 'Ghent'));
    for (const first of [1, 7, 60, 61]) {
      const members = await membersOf(tenant, 'ghent', first);
      expect(members).toHaveLength(60);
      expect(new Set(members)).toEqual(new Set(ghent));
    }
    const seen: string[] = [];
    for (let after: string | null = null, page = 0, more = true; more; page += 1) {
      const data: {
        segment: {
          members: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
        };
      } = expectNoErrors(
        await gql(
          tenant,
          `query ($after: String) { segment(key: "ghent") { members(first: 10, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }`,
          { after },
        ),
      );
      const { nodes, pageInfo } = data.segment.members;
      seen.push(...nodes.map(({ id }) => id));
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
      // The last one seen leaves: its cursor must still be a place to go on from.
      const leaving = ghent.indexOf(seen.at(-1)!);
      if (leaving >= 0) await seed(tenant, inhabitants(1, 'Rome', leaving));
      await seed(tenant, inhabitants(3, 'Ghent', 1_000 + page * 10));
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(ghent));
    expect((await segmentOf(tenant, 'ghent')).size).toBe((await membersOf(tenant, 'ghent')).length);
  });
});

describe('a build of thousands of people', () => {
  const PEOPLE = 2_500;
  let tenant: TestServer;
  let everybody: string[];

  beforeAll(async () => {
    tenant = await newWorkspace();
    everybody = await seed(tenant, inhabitants(PEOPLE, 'Ghent'));
  });

  it('ends exact while ingest runs', async () => {
    let isBuilding = true;
    let moved = 0;
    const moving = (async () => {
      while (isBuilding) {
        await seed(tenant, inhabitants(20, moved % 2 === 0 ? 'Rome' : 'Ghent', (moved * 173) % PEOPLE));
        await seed(tenant, inhabitants(5, 'Ghent', PEOPLE + moved * 5));
        moved += 1;
      }
    })();
    await createSegment(tenant, 'ghent', FROM_GHENT);
    isBuilding = false;
    await moving;
    expect(moved).toBeGreaterThan(0);
    const { profiles } = expectNoErrors(
      await gql(tenant, `query ($rule: RuleInput!) { profiles(where: $rule, first: 0) { totalCount } }`, {
        rule: FROM_GHENT,
      }),
    );
    const members = await membersOf(tenant, 'ghent');
    expect(members).toHaveLength(profiles.totalCount);
    expect(new Set(members).size).toBe(members.length);
    expect(await segmentOf(tenant, 'ghent')).toMatchObject({
      size: members.length,
      build: { state: 'COMPLETED' },
    });
    const inside = new Set<string>();
    for (const { kind, profile } of await changesOf(tenant, { segment: 'ghent' })) {
      expect(inside.has(profile.id)).toBe(kind === 'EXITED');
      if (kind === 'ENTERED') inside.add(profile.id);
      else inside.delete(profile.id);
    }
    expect(inside).toEqual(new Set(members));
    await remove(tenant, 'ghent');
  });

  /** Creates a segment of all who have a city, while the server leaves builds to whoever takes their steps by hand. */
  async function createByHand(key: string) {
    await eventually('no build is under way', async () => {
      const left = await tenantRows(`select 1 from segment_build where state in ('WAITING', 'RUNNING')`);
      return left.length === 0;
    });
    server.database.lookingForWork = (work) => work({ query: () => Promise.resolve([]) } as never);
    const rule = { attribute: { key: 'city', is: { exists: true } } };
    const { segment } = await change(tenant, 'create', { key, name: key, rule });
    const [row] = await tenantRows<{ segmentId: string }>(
      `select segment_id as "segmentId" from segment_build where state = 'WAITING'`,
    );
    return { segment, build: { workspaceId: tenant.workspaceId, segmentId: row!.segmentId } };
  }

  async function peopleOf(asked: TestServer): Promise<number> {
    const { profiles } = expectNoErrors(await gql(asked, '{ profiles(first: 0) { totalCount } }'));
    return profiles.totalCount;
  }

  function lookForWorkAgain(): void {
    delete (server.database as Partial<typeof server.database>).lookingForWork;
  }

  it('goes on where it was when the server that was at it dies', async () => {
    const { database, clock } = server;
    const { segment, build } = await createByHand('all');

    const builder = new Builder(database, clock, { least: 1_000, most: 50_000 });
    expect(await builder.advance(build)).toBe(true);
    const half = await segmentOf(tenant, 'all');
    expect(half).toMatchObject({
      id: segment.id,
      state: 'BUILDING',
      build: { state: 'RUNNING' },
    });
    expect(half.build.progress.done).toBe(1_000);
    // Estimated by those in the first half of the shards.
    expect(half.build.progress.total).toBeGreaterThan(0.8 * everybody.length);
    expect(half.build.progress.total).toBeLessThan(1.2 * (await peopleOf(tenant)));
    const firstPart = await changesOf(tenant, { segment: 'all' });
    expect(firstPart).toHaveLength(half.size);
    expect(half.size).toBe(1_000);

    // The second part dies in the middle of its transaction, as with a server that is killed.
    await asAdmin(tenant.databaseUrl, async (admin) => {
      await admin.query('begin; lock table membership in access exclusive mode');
      const dying = expect(builder.advance(build)).rejects.toThrow();
      await eventually('the build waits for the lock', async () => {
        const { rows } = await admin.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return rows.length === 1;
      });
      await dying;
      await admin.query('rollback');
    });
    expect(await segmentOf(tenant, 'all')).toEqual(half);
    expect(await changesOf(tenant, { segment: 'all' })).toEqual(firstPart);

    lookForWorkAgain();
    await untilLive(tenant, 'all');
    const members = await membersOf(tenant, 'all');
    const inside = new Set(members);
    expect(everybody.filter((id) => !inside.has(id))).toEqual([]);
    expect(await segmentOf(tenant, 'all')).toMatchObject({
      size: members.length,
      build: {
        state: 'COMPLETED',
        progress: { done: members.length, total: members.length, unit: 'people' },
        startedAt: half.build.startedAt,
      },
    });
    const changes = await changesOf(tenant, { segment: 'all' });
    expect(flips(changes)).toEqual(members.map((id) => `ENTERED BUILD ${id}`).sort());
    // Who was done already has not been told again: the first part stands at the front of the log as it was.
    expect(changes.slice(0, half.size)).toEqual(firstPart);
  });

  it('takes no part of another’s work for its own when two servers build at once', async () => {
    const { database, clock } = server;
    const { build } = await createByHand('both');
    const builders = [new Builder(database, clock), new Builder(database, clock)];
    for (let more = true; more;) for (const builder of builders) more = await builder.advance(build);
    lookForWorkAgain();
    const members = await membersOf(tenant, 'both');
    expect(members).toHaveLength(new Set(members).size);
    expect(await segmentOf(tenant, 'both')).toMatchObject({ state: 'LIVE', size: members.length });
    expect(flips(await changesOf(tenant, { segment: 'both' }))).toEqual(
      members.map((id) => `ENTERED BUILD ${id}`).sort(),
    );
  });

  it('is finished by another server when the first one stops', async () => {
    const first = await startServer({ beside: tenant });
    const everywhere = await Promise.all(
      ['x', 'y', 'z'].map((key) =>
        change({ ...tenant, graphqlUrl: first.graphqlUrl }, 'create', { key, name: key, rule: FROM_GHENT }),
      ),
    );
    expect(everywhere.map(({ userErrors }) => userErrors)).toEqual([[], [], []]);
    await first.stop();
    const ids = new Set(
      (
        await Promise.all(
          ['x', 'y', 'z'].map(async (key) => (await untilLive(tenant, key), membersOf(tenant, key))),
        )
      ).map((members) => members.toSorted().join()),
    );
    expect(ids.size).toBe(1);
    for (const key of ['x', 'y', 'z'])
      expect(await segmentOf(tenant, key)).toMatchObject({
        state: 'LIVE',
        size: (await membersOf(tenant, key)).length,
      });
  });

  afterEach(() => {
    delete (server.database as Partial<typeof server.database>).lookingForWork;
  });

  function tenantRows<Row>(text: string): Promise<Row[]> {
    return server.database.transaction(tenant.workspaceId, (tx) => tx.query<Row>(text));
  }
});
