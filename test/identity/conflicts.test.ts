import {
  event,
  expectError,
  expectNoErrors,
  gql,
  item,
  newKey,
  newTenant,
  seed,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

interface Conflict {
  id: string;
  kind: string;
  namespaceKey: string;
  value: string;
  profile: { id: string; createdAt: string };
  heldBy: { id: string } | null;
  source: { key: string } | null;
  externalId: string;
  detectedAt: string;
}

const CONFLICT =
  'id kind namespaceKey value profile { id createdAt } heldBy { id name } source { key } externalId detectedAt';
const LIST = `query ($first: Int, $after: String, $last: Int, $before: String) {
  identityConflicts(first: $first, after: $after, last: $last, before: $before) {
    nodes { ${CONFLICT} } edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } }`;
const OF_PROFILE = `query ($id: ID!, $first: Int, $after: String) { profile(id: $id) {
  identityConflicts(first: $first, after: $after) { nodes { ${CONFLICT} } pageInfo { hasNextPage endCursor } } } }`;
const MERGE = `mutation ($input: MergeProfilesInput!) { mergeProfiles(input: $input) { profile { id } userErrors { code } } }`;
const UNMERGE = `mutation ($input: UnmergeProfilesInput!) { unmergeProfiles(input: $input) { userErrors { code } } }`;

let server: TestServer;
let ada: string;
let bob: string;

beforeAll(async () => {
  server = await startServer();
  [ada] = (await seed(server, [item({ external: 'ada', email: 'ada@example.com' })])) as [string];
  [bob] = (await seed(server, [
    item({ external: 'bob', email: 'bob@example.com' }, { attributes: { firstName: 'Bob' } }),
  ])) as [string];
  // Ada and Bob share a tablet on which Bob's address is typed in; somebody sends "unknown".
  for (const sent of [
    event({ external: 'ada', email: 'bob@example.com' }, 'visit', {}, { externalId: 'shared' }),
    event({ external: 'ada', device: 'unknown' }, 'visit', {}, { externalId: 'nobody' }),
    event({ external: 'bob', device: 'null' }, 'visit', {}, { externalId: 'null' }),
  ])
    await seed(server, [sent]);
});

async function list(variables: object = {}) {
  return expectNoErrors(await gql(server, LIST, { ...variables })).identityConflicts as {
    nodes: Conflict[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string; startCursor: string };
  };
}

async function ofProfile(id: string, variables: object = {}) {
  return expectNoErrors(await gql(server, OF_PROFILE, { id, ...variables })).profile.identityConflicts as {
    nodes: Conflict[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}

const idsOf = ({ nodes }: { nodes: Conflict[] }) => nodes.map((node) => node.externalId);

describe('the conflicts of a workspace', () => {
  it('say what was left aside of which item, and who holds it; newest first', async () => {
    const { nodes } = await list();
    const rest = {
      id: expect.stringMatching(/^conflict_/),
      source: { key: 'default' },
      detectedAt: expect.any(String),
    };
    expect(nodes).toEqual([
      {
        ...rest,
        kind: 'BLOCKED',
        namespaceKey: 'device',
        value: 'null',
        profile: { id: bob, createdAt: expect.any(String) },
        heldBy: null,
        externalId: 'null',
      },
      {
        ...rest,
        kind: 'BLOCKED',
        namespaceKey: 'device',
        value: 'unknown',
        profile: { id: ada, createdAt: expect.any(String) },
        heldBy: null,
        externalId: 'nobody',
      },
      {
        ...rest,
        kind: 'DEMOTED',
        namespaceKey: 'email',
        value: 'bob@example.com',
        profile: { id: ada, createdAt: expect.any(String) },
        heldBy: { id: bob, name: 'Bob' },
        externalId: 'shared',
      },
    ]);
  });

  it('can be walked forwards and backwards, each once', async () => {
    const all = idsOf(await list());
    const first = await list({ first: 2 });
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const rest = await list({ first: 2, after: first.pageInfo.endCursor });
    expect([...idsOf(first), ...idsOf(rest)]).toEqual(all);
    const last = await list({ last: 2 });
    const before = await list({ last: 2, before: last.pageInfo.startCursor });
    expect([...idsOf(before), ...idsOf(last)]).toEqual(all);
  });

  it('are found again by their ids', async () => {
    const { nodes } = await list();
    const answer = await gql(
      server,
      `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on IdentityConflict { ${CONFLICT} } } }`,
      {
        ids: nodes.map((node) => node.id),
      },
    );
    expect(expectNoErrors(answer).nodes).toEqual(nodes);
  });

  it('show values masked without READ_PII', async () => {
    const key = await newKey(server, ['READ']);
    const { nodes } = expectNoErrors(await gql(server, LIST, {}, { key })).identityConflicts;
    expect(nodes.map((node: Conflict) => node.value)).toEqual(['***', '***', '***']);
  });

  it('are nobody else’s', async () => {
    const other = await newTenant(server);
    const [one] = (await list()).nodes;
    expect(expectNoErrors(await gql(server, LIST, {}, other)).identityConflicts.nodes).toEqual([]);
    const answer = await gql(server, 'query ($id: ID!) { node(id: $id) { id } }', { id: one?.id }, other);
    expect(expectNoErrors(answer).node).toBeNull();
  });

  it('refuse a cursor of another list', async () => {
    const { pageInfo } = await ofProfile(ada, { first: 1 });
    expectError(await gql(server, LIST, { after: pageInfo.endCursor }), 'CURSOR_INVALID');
  });
});

describe('the conflicts of a profile', () => {
  it('are those of items about it, newest first, page by page', async () => {
    expect(idsOf(await ofProfile(ada))).toEqual(['nobody', 'shared']);
    const first = await ofProfile(ada, { first: 1 });
    expect([idsOf(first), first.pageInfo.hasNextPage]).toEqual([['nobody'], true]);
    expect(idsOf(await ofProfile(ada, { first: 1, after: first.pageInfo.endCursor }))).toEqual(['shared']);
  });

  it('are also those of profiles that it absorbed, and go back with them', async () => {
    const merged = await gql(server, MERGE, { input: { profileIds: [ada, bob] } });
    expect(expectNoErrors(merged).mergeProfiles).toEqual({ profile: { id: ada }, userErrors: [] });
    // It comes with Bob's identifier, so it is of his side, and goes with it.
    await seed(server, [
      event({ email: 'bob@example.com', device: 'n/a' }, 'visit', {}, { externalId: 'later' }),
    ]);
    const { nodes } = await ofProfile(bob);
    expect(idsOf({ nodes })).toEqual(['later', 'null', 'nobody', 'shared']);
    // The ids are as they were, the fields are read through the merge.
    expect(nodes.map((node) => node.profile.id)).toEqual([bob, bob, ada, ada]);
    expect(new Set(nodes.map((node) => node.profile.createdAt)).size).toBe(1);
    const first = await ofProfile(ada, { first: 2 });
    const rest = await ofProfile(ada, { first: 2, after: first.pageInfo.endCursor });
    expect([...idsOf(first), ...idsOf(rest)]).toEqual(['later', 'null', 'nobody', 'shared']);

    const undone = await gql(server, UNMERGE, { input: { profileId: bob } });
    expect(expectNoErrors(undone).unmergeProfiles.userErrors).toEqual([]);
    expect(idsOf(await ofProfile(ada))).toEqual(['nobody', 'shared']);
    expect(idsOf(await ofProfile(bob))).toEqual(['later', 'null']);
  });
});
