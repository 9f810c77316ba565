import {
  asAdmin,
  connect,
  createSegment,
  event,
  expectError,
  expectNoErrors,
  gql,
  ingest,
  item,
  ManualClock,
  newKey,
  newTenant,
  seed,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

let server: TestServer;
let clock: ManualClock;

beforeAll(async () => {
  clock = new ManualClock();
  server = await startServer({ clock });
});

const MERGE = `mutation ($input: MergeProfilesInput!) { mergeProfiles(input: $input) {
  profile { id } merges { id absorbedId survivorId cause requestedBy { name } externalId moved { kind count } undoneAt } userErrors { code path message } } }`;
const UNMERGE = `mutation ($input: UnmergeProfilesInput!) { unmergeProfiles(input: $input) {
  survivor { id } restored { id } userErrors { code path message } } }`;

const merge = async (input: object, asking = {}) =>
  expectNoErrors(await gql(server, MERGE, { input }, asking)).mergeProfiles;
const unmerge = async (input: object, asking = {}) =>
  expectNoErrors(await gql(server, UNMERGE, { input }, asking)).unmergeProfiles;
/** One after the other, so that the first is the oldest. */
async function people(...identifiers: Record<string, string>[]): Promise<string[]> {
  const ids: string[] = [];
  for (const one of identifiers) {
    ids.push(...(await seed(server, [item(one)])));
    clock.advance(1_000);
  }
  return ids;
}

it('two people who share a tablet stay two: the tablet is the first one’s, and the conflict is on record', async () => {
  const [a, b] = await seed(server, [
    event({ external: 'ann', device: 'tablet' }, 'login', { who: 'a' }),
    event({ external: 'bob', device: 'tablet' }, 'login', { who: 'b' }),
  ]);
  expect(a).not.toBe(b);
  const query = `query ($id: ID!) { profile(id: $id) { identifiers { nodes { namespace: namespaceKey value } } events { nodes { properties } } mergedFrom { nodes { id } } } }`;
  expect(expectNoErrors(await gql(server, query, { id: a })).profile).toEqual({
    identifiers: {
      nodes: [
        { namespace: 'device', value: 'tablet' },
        { namespace: 'external', value: 'ann' },
      ],
    },
    events: { nodes: [{ properties: { who: 'a' } }] },
    mergedFrom: { nodes: [] },
  });
  expect(expectNoErrors(await gql(server, query, { id: b })).profile).toEqual({
    identifiers: { nodes: [{ namespace: 'external', value: 'bob' }] },
    events: { nodes: [{ properties: { who: 'b' } }] },
    mergedFrom: { nodes: [] },
  });
  const rows = await asAdmin(server.databaseUrl, (client) =>
    client.query(
      `select c.kind, c.namespace, c.value, i.value as held_by from identity_conflict c
      join identifier i on i.profile_id = c.held_by and i.namespace = 'external'`,
    ),
  );
  expect(rows.rows).toEqual([{ kind: 'DEMOTED', namespace: 'device', value: 'tablet', held_by: 'ann' }]);
});

describe('A into B, B into C, D into the id that A had', () => {
  let ids: [string, string, string, string];

  beforeAll(async () => {
    await createSegment(server, 'steppers', { event: { type: 'step' } });
    await createSegment(server, 'walkers', { event: { type: 'step', count: { atLeast: 40 } } });
    ids = (await people(
      ...['a', 'b', 'c', 'd'].map((name) => ({ email: `chain-${name}@example.com` })),
    )) as typeof ids;
    await seed(
      server,
      Array.from({ length: 40 }, (_, number) =>
        event(
          { email: `chain-${'abcd'[number % 4]}@example.com` },
          'step',
          { number },
          {
            occurredAt: new Date(Date.UTC(2026, 0, 1, 0, (number * 7) % 40)).toISOString(),
          },
        ),
      ),
    );
    const [a, b, c, d] = ids;
    expect(await merge({ profileIds: [a], survivorId: b })).toMatchObject({
      profile: { id: b },
      userErrors: [],
    });
    expect(await merge({ profileIds: [b, c], survivorId: c })).toMatchObject({
      profile: { id: c },
      userErrors: [],
    });
    expect(await merge({ profileIds: [d], survivorId: a })).toMatchObject({
      profile: { id: c },
      merges: [
        {
          absorbedId: d,
          survivorId: c,
          cause: 'MANUAL',
          requestedBy: { name: expect.stringContaining('MANAGE') },
          externalId: null,
          moved: [
            { kind: 'attributeChanges', count: 0 },
            { kind: 'attributes', count: 0 },
            { kind: 'channels', count: 0 },
            { kind: 'consents', count: 0 },
            { kind: 'events', count: 10 },
            { kind: 'identifiers', count: 1 },
            { kind: 'labels', count: 0 },
          ],
          undoneAt: null,
        },
      ],
      userErrors: [],
    });
  });

  it('all four ids are one profile, by whatever way it is asked for', async () => {
    const c = ids[2];
    const query = `query ($ids: [ID!]!, $a: ID!, $b: ID!, $d: ID!) {
      nodes(ids: $ids) { id ... on Profile { identifiers { nodes { value } } } } a: node(id: $a) { id } b: profile(id: $b) { id } d: profile(id: $d) { id }
      byA: profileByIdentifier(namespace: "email", value: "chain-a@example.com") { id }
      byD: profileByIdentifier(namespace: "email", value: "chain-d@example.com") { id }
      segment(key: "walkers") { size members { nodes { id } } } }`;
    const [a, b, , d] = ids;
    const identifiers = ['a', 'b', 'c', 'd'].map((name) => ({ value: `chain-${name}@example.com` }));
    expect(expectNoErrors(await gql(server, query, { ids, a, b, d }))).toEqual({
      // Relay wants the id that it asked for: what follows merges is `profile`.
      nodes: ids.map((id) => (id === c ? { id: c, identifiers: { nodes: identifiers } } : null)),
      ...{ a: null, b: { id: c }, d: { id: c }, byA: { id: c }, byD: { id: c } },
      segment: { size: 1, members: { nodes: [{ id: c }] } },
    });
  });

  it('an entry of the log tells the id it was about, and what is asked of it is the whole person’s', async () => {
    const query = `{ segment(key: "steppers") { changes { nodes { kind profile { id events(first: 500) { nodes { id } } identifiers { nodes { value } } } } } } }`;
    const { nodes } = expectNoErrors(await gql(server, query)).segment.changes;
    const entries = nodes.filter(({ kind }: { kind: string }) => kind === 'ENTERED');
    expect(entries.map(({ profile }: { profile: { id: string } }) => profile.id).sort()).toEqual(
      [...ids].sort(),
    );
    for (const { profile } of entries)
      expect([profile.events.nodes.length, profile.identifiers.nodes.length]).toEqual([40, 4]);
  });

  it('the events read in order across pages, and what is counted from them is what there is', async () => {
    const query = `query ($id: ID!, $after: String) { profile(id: $id) { events(first: 7, after: $after) { nodes { occurredAt properties } pageInfo { hasNextPage endCursor } } } }`;
    const numbers: number[] = [];
    let after: string | null = null;
    for (let more = true; more;) {
      const {
        nodes,
        pageInfo,
      }: {
        nodes: { properties: { number: number } }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      } = expectNoErrors(await gql(server, query, { id: ids[0], after })).profile.events;
      numbers.push(...nodes.map((one) => one.properties.number));
      [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    const minute = (number: number) => (number * 7) % 40;
    expect(numbers).toEqual([...numbers.keys()].toSorted((one, other) => minute(other) - minute(one)));
    const preview = `{ previewSegment(rule: { event: { type: "step", count: { exactly: 40 } } }) { count } }`;
    expect(expectNoErrors(await gql(server, preview)).previewSegment).toEqual({ count: 1 });
  });
});

describe('a subscriber of segments', () => {
  const WATCH = `subscription ($segments: [String!], $after: String) { segmentChanges(segments: $segments, after: $after) { kind cause segment { key } profile { id } } }`;
  const sizes = async () => {
    const { both, left, right } = expectNoErrors(
      await gql(
        server,
        '{ both: segment(key: "both") { ...s } left: segment(key: "left") { ...s } right: segment(key: "right") { ...s } } fragment s on Segment { size members { nodes { id } } }',
      ),
    );
    for (const one of [both, left, right]) expect(one.size).toBe(one.members.nodes.length);
    return [both.size, left.size, right.size];
  };

  it('sees nothing through merge and undo where both belong to it; else the exit of one, the entry of the other, and the reverse', async () => {
    await createSegment(server, 'both', { attribute: { key: 'shared', is: { exists: true } } });
    await createSegment(server, 'left', { attribute: { key: 'leftish', is: { exists: true } } });
    await createSegment(server, 'right', { attribute: { key: 'rightish', is: { exists: true } } });
    const [left] = await seed(server, [
      item({ email: 'watched-l@example.com' }, { attributes: { shared: 1, leftish: 1 } }),
    ]);
    clock.advance(1_000);
    const [right] = await seed(server, [
      item({ email: 'watched-r@example.com' }, { attributes: { shared: 2, rightish: 1 } }),
    ]);
    expect(await sizes()).toEqual([2, 1, 1]);
    const { changes } = expectNoErrors(
      await gql(server, '{ changes: segmentChanges(first: 0) { pageInfo { endCursor } } }'),
    );
    const socket = await connect(server);
    socket.subscribe(WATCH, { segments: ['both', 'left', 'right'], after: changes.pageInfo.endCursor });
    const heard = async () => {
      const { profile, ...change } = (await socket.nextData()).segmentChanges;
      return [change, profile.id];
    };
    const before = await sizes();
    clock.advance(1_000);
    await merge({ profileIds: [left, right] });
    expect(await heard()).toEqual([{ kind: 'EXITED', cause: 'MERGE', segment: { key: 'right' } }, right]);
    expect(await heard()).toEqual([{ kind: 'ENTERED', cause: 'MERGE', segment: { key: 'right' } }, left]);
    expect(await sizes()).toEqual([before[0]! - 1, before[1], before[2]]);
    await unmerge({ profileId: right });
    const reverse = [await heard(), await heard()];
    expect(reverse).toHaveLength(2);
    expect(reverse).toEqual(
      expect.arrayContaining([
        [{ kind: 'EXITED', cause: 'UNMERGE', segment: { key: 'right' } }, left],
        [{ kind: 'ENTERED', cause: 'UNMERGE', segment: { key: 'right' } }, right],
      ]),
    );
    expect(await sizes()).toEqual(before);
    const [last] = await seed(server, [item({ device: 'last' }, { attributes: { leftish: 1 } })]);
    expect(await heard()).toEqual([{ kind: 'ENTERED', cause: 'INGEST', segment: { key: 'left' } }, last]);
    await socket.close();
  });
});

describe('a merge by hand', () => {
  let a: string;
  let b: string;
  const input = (...path: string[]) => ['input', ...path];

  beforeAll(async () => {
    [a, b] = (await people({ email: 'hand-a@example.com' }, { email: 'hand-b@example.com' })) as [
      string,
      string,
    ];
  });

  it.each<[string, () => object, string, string[]]>([
    ['of one profile', () => ({ profileIds: [a] }), 'MERGE_TOO_FEW', input('profileIds')],
    [
      'of one profile twice',
      () => ({ profileIds: [a, a], survivorId: a }),
      'MERGE_TOO_FEW',
      input('profileIds'),
    ],
    ['of nobody', () => ({ profileIds: [] }), 'MERGE_TOO_FEW', input('profileIds')],
    [
      'of somebody unknown',
      () => ({ profileIds: [a, `${b.slice(0, -4)}zzzz`] }),
      'PROFILE_UNKNOWN',
      input('profileIds', '1'),
    ],
    [
      'of what is no profile',
      () => ({ profileIds: ['segment_0', b] }),
      'PROFILE_UNKNOWN',
      input('profileIds', '0'),
    ],
    [
      'into somebody unknown',
      () => ({ profileIds: [a, b], survivorId: `${b.slice(0, -4)}zzzz` }),
      'PROFILE_UNKNOWN',
      input('survivorId'),
    ],
    [
      'into what is no profile',
      () => ({ profileIds: [a, b], survivorId: 'x' }),
      'PROFILE_UNKNOWN',
      input('survivorId'),
    ],
    ['of 21', () => ({ profileIds: Array(21).fill(a) }), 'TOO_MANY', input('profileIds')],
  ])('%s is refused, and changes nothing', async (_name, of, code, path) => {
    const before = await snapshotTables(server);
    expect(await merge(of())).toEqual({
      profile: null,
      merges: null,
      userErrors: [{ code, path, message: expect.stringMatching(/\.$/) }],
    });
    expect(await snapshotTables(server)).toEqual(before);
  });

  it.each<[string, () => object, string, string[]]>([
    ['of nothing named', () => ({}), 'REQUIRED', input()],
    ['of both named', () => ({ mergeId: 'merge_0', profileId: a }), 'REQUIRED', input()],
    [
      'of an unknown merge',
      () => ({ mergeId: a.replace('profile', 'merge') }),
      'MERGE_UNKNOWN',
      input('mergeId'),
    ],
    ['of what is no merge', () => ({ mergeId: a }), 'MERGE_UNKNOWN', input('mergeId')],
    ['for a profile that was never absorbed', () => ({ profileId: a }), 'MERGE_UNKNOWN', input('profileId')],
    ['for what is no profile', () => ({ profileId: 'merge_0' }), 'PROFILE_UNKNOWN', input('profileId')],
  ])('an undo %s is refused, and changes nothing', async (_name, of, code, path) => {
    const before = await snapshotTables(server);
    expect(await unmerge(of())).toEqual({
      survivor: null,
      restored: null,
      userErrors: [{ code, path, message: expect.stringMatching(/\.$/) }],
    });
    expect(await snapshotTables(server)).toEqual(before);
  });

  it('is undone once; the second time is refused', async () => {
    const { merges } = await merge({ profileIds: [a, b] });
    const mergeId = merges[0].id;
    expect(await merge({ profileIds: [a, b] })).toMatchObject({ userErrors: [{ code: 'MERGE_TOO_FEW' }] });
    expect(await unmerge({ mergeId })).toEqual({ survivor: { id: a }, restored: { id: b }, userErrors: [] });
    const before = await snapshotTables(server);
    expect(await unmerge({ mergeId })).toMatchObject({
      restored: null,
      userErrors: [{ code: 'MERGE_UNDONE', path: input('mergeId') }],
    });
    expect(await snapshotTables(server)).toEqual(before);
  });

  it('needs the scope MANAGE, and so does its undo', async () => {
    const key = await newKey(server, ['READ', 'INGEST', 'READ_PII', 'SUBSCRIBE', 'EXPORT', 'ADMIN']);
    const before = await snapshotTables(server);
    expectError(await gql(server, MERGE, { input: { profileIds: [a, b] } }, { key }), 'FORBIDDEN');
    expectError(await gql(server, UNMERGE, { input: { profileId: b } }, { key }), 'FORBIDDEN');
    expect(await snapshotTables(server)).toEqual(before);
  });

  it('knows nobody of another workspace, nor any merge of it', async () => {
    const { merges } = await merge({ profileIds: [a, b] });
    const { key } = await newTenant(server, 'Other');
    const before = await snapshotTables(server);
    expect(await merge({ profileIds: [a, b] }, { key })).toMatchObject({
      profile: null,
      userErrors: [{ code: 'PROFILE_UNKNOWN', path: input('profileIds', '0') }],
    });
    expect(await unmerge({ mergeId: merges[0].id }, { key })).toMatchObject({
      restored: null,
      userErrors: [{ code: 'MERGE_UNKNOWN', path: input('mergeId') }],
    });
    expect(await unmerge({ profileId: b }, { key })).toMatchObject({
      restored: null,
      userErrors: [{ code: 'MERGE_UNKNOWN', path: input('profileId') }],
    });
    expect(await snapshotTables(server)).toEqual(before);
  });
});

it('what is new can come to a profile that another was parted from just now', async () => {
  const [a, b] = await people({ email: 'parted-a@example.com' }, { email: 'parted-b@example.com' });
  await merge({ profileIds: [a, b] });
  await unmerge({ profileId: b });
  expect(await ingest(server, [item({ email: 'parted-a@example.com', device: 'parted' })])).toMatchObject([
    { status: 'ACCEPTED', profileId: a },
  ]);
});
