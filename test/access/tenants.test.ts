import {
  connect,
  createSegment,
  event,
  expectError,
  expectNoErrors,
  gql,
  ingest,
  newTenant,
  seed,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

/** Two workspaces with the same people, events, sources and segments, as far as names go. */
let server: TestServer;
let other: { workspaceId: number; key: string };
const ids: Record<string, string> = {};
let cursor: string;

beforeAll(async () => {
  server = await startServer();
  other = await newTenant(server, 'Other');
  await createSegment(server, 'buyers', { event: { type: 'purchase' } });
  ids.segment = await createSegment(server, 'buyers', { event: { type: 'purchase' } }, other);
  const [result] = await ingest(
    server,
    [
      event(
        { email: 'ada@example.com' },
        'purchase',
        { total: 9 },
        { externalId: 'order-1', attributes: { city: 'Ghent' } },
      ),
    ],
    other,
  );
  ids.profile = result?.profileId ?? '';
  ids.event = result?.eventId ?? '';
  const data = expectNoErrors(
    await gql(
      server,
      '{ sources { nodes { id } } viewer { workspace { id } } apiKeys { nodes { id } } changes: segmentChanges { pageInfo { endCursor } } }',
      {},
      other,
    ),
  );
  ids.source = data.sources.nodes[0].id;
  ids.workspace = data.viewer.workspace.id;
  ids.key = data.apiKeys.nodes[0].id;
  cursor = data.changes.pageInfo.endCursor;
});

it('finds by id what is its own', async () => {
  const { profile, event: theEvent, segment, source } = ids;
  const data = expectNoErrors(
    await gql(
      server,
      'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }',
      { ids: [profile, theEvent, segment, source] },
      other,
    ),
  );
  expect(data.nodes).toEqual([
    { __typename: 'Profile', id: profile },
    { __typename: 'Event', id: theEvent },
    { __typename: 'Segment', id: segment },
    { __typename: 'Source', id: source },
  ]);
});

it('finds nothing of another workspace by id', async () => {
  const data = expectNoErrors(
    await gql(
      server,
      'query ($ids: [ID!]!, $profile: ID!) { nodes(ids: $ids) { id } node(id: $profile) { id } profile(id: $profile) { id } }',
      {
        ids: Object.values(ids),
        profile: ids.profile,
      },
    ),
  );
  expect(data).toEqual({ nodes: Object.values(ids).map(() => null), node: null, profile: null });
});

it('shows nobody of another workspace', async () => {
  const query = `{ profileByIdentifier(namespace: "email", value: "ada@example.com") { id } profiles { nodes { id } }
    segment(key: "buyers") { size members { nodes { id } } changes { nodes { cursor } } } changes: segmentChanges { nodes { cursor } }
    previewSegment(rule: { event: { type: "purchase" } }) { count sample { id } } }`;
  expect(expectNoErrors(await gql(server, query))).toEqual({
    profileByIdentifier: null,
    profiles: { nodes: [] },
    segment: { size: 0, members: { nodes: [] }, changes: { nodes: [] } },
    changes: { nodes: [] },
    previewSegment: { count: 0, sample: [] },
  });
});

it('takes no cursor of another workspace', async () => {
  const answer = await gql(
    server,
    'query ($after: String) { changes: segmentChanges(after: $after) { nodes { cursor } } }',
    {
      after: cursor,
    },
  );
  expectError(answer, 'CURSOR_INVALID');
});

it('changes nothing of another workspace, though names are the same', async () => {
  const before = await snapshotTables(server);
  const result = await ingest(server, [
    event({ email: 'ada@example.com' }, 'purchase', { total: 5 }, { externalId: 'order-1' }),
  ]);
  expect(result).toMatchObject([{ status: 'ACCEPTED' }]);
  expect(result[0]?.profileId).not.toBe(ids.profile);
  const data = expectNoErrors(
    await gql(
      server,
      'mutation { deleteSegment(input: { key: "buyers" }) { deletedKey userErrors { code } } }',
    ),
  );
  expect(data.deleteSegment).toEqual({ deletedKey: 'buyers', userErrors: [] });
  const after = await snapshotTables(server);
  for (const [table, rows] of Object.entries(before)) {
    const theirs = rows.filter((row) => isOf(other.workspaceId, row as Row));
    expect([table, (after[table] ?? []).filter((row) => isOf(other.workspaceId, row as Row))]).toEqual([
      table,
      theirs,
    ]);
  }
});

it('tells a subscriber only of its own workspace', async () => {
  await createSegment(server, 'buyers', { event: { type: 'purchase' } });
  const socket = await connect(server);
  const { endCursor: after } = expectNoErrors(
    await gql(server, '{ changes: segmentChanges(first: 0) { pageInfo { endCursor } } }'),
  ).changes.pageInfo;
  socket.subscribe('subscription ($after: String) { segmentChanges(after: $after) { profile { email } } }', {
    after,
  });
  await seed(server, [event({ email: 'theirs@example.com' }, 'purchase')], other);
  await seed(server, [event({ email: 'ours@example.com' }, 'purchase')]);
  expect(await socket.nextData()).toEqual({ segmentChanges: { profile: { email: 'ours@example.com' } } });
});

interface Row {
  shard?: number;
  workspace_id?: number;
  id?: unknown;
}

function isOf(workspaceId: number, { workspace_id, shard, id }: Row): boolean {
  if (workspace_id !== undefined) return workspace_id === workspaceId;
  return shard === undefined ? id === workspaceId : Math.floor(shard / 256) === workspaceId;
}
