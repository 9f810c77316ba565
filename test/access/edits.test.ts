import { expectNoErrors, gql, ManualClock, newTenant, snapshotTables, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const SOURCE = `mutation ($input: UpdateSourceInput!) { updateSource(input: $input) {
  source { name updatedAt } userErrors { code path } } }`;
const WORKSPACE = `mutation ($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) {
  workspace { name updatedAt } userErrors { code path } } }`;
const START = '2026-03-01T12:00:00.000Z';

let server: TestServer;
let clock: ManualClock;

beforeAll(async () => {
  clock = new ManualClock(START);
  server = await startServer({ clock });
});

const EDITS: Record<
  string,
  (tenant: TestServer, input: object) => Promise<{ seen: string; userErrors: object[] }>
> = {
  'a source': async (tenant, input) => {
    const data = expectNoErrors(await gql(tenant, SOURCE, { input: { key: 'default', ...input } }));
    return { ...data.updateSource, seen: data.updateSource.source?.updatedAt };
  },
  'the workspace': async (tenant, input) => {
    const data = expectNoErrors(await gql(tenant, WORKSPACE, { input }));
    return { ...data.updateWorkspace, seen: data.updateWorkspace.workspace?.updatedAt };
  },
};

describe.each(Object.keys(EDITS))('of two who edit %s', (what) => {
  const edit = EDITS[what]!;

  it('the second is told that it has changed, and changes nothing', async () => {
    const tenant = { ...server, ...(await newTenant(server)) };
    clock.advance(1_000);
    const { seen } = await edit(tenant, { name: 'Seen by both' });
    expect(Date.parse(seen)).toBeGreaterThanOrEqual(clock.now().getTime());
    expect((await edit(tenant, { name: 'First', ifUnchangedSince: seen })).userErrors).toEqual([]);
    const before = await snapshotTables(tenant);
    expect(await edit(tenant, { name: 'Second', ifUnchangedSince: seen })).toMatchObject({
      userErrors: [{ code: 'CHANGED_SINCE', path: ['input', 'ifUnchangedSince'] }],
    });
    expect(await snapshotTables(tenant)).toEqual(before);
    expect(await edit(tenant, { name: 'Third' })).toMatchObject({ userErrors: [] });
  });

  it('null is refused where there must be a value', async () => {
    const before = await snapshotTables(server);
    expect((await edit(server, { name: null })).userErrors).toEqual([
      { code: 'REQUIRED', path: ['input', 'name'] },
    ]);
    expect(await snapshotTables(server)).toEqual(before);
  });
});

it('a source can be asked for by its key', async () => {
  const query = 'query ($key: String!) { source(key: $key) { key name } }';
  const find = async (key: string) => expectNoErrors(await gql(server, query, { key })).source;
  expect(await find('default')).toEqual({ key: 'default', name: 'Default' });
  expect(await find('none')).toBeNull();
});

it('API keys can be asked for by what they may do, whose they are, and whether they work', async () => {
  const tenant = { ...server, ...(await newTenant(server)) };
  const ask = async (query: string) => expectNoErrors(await gql(tenant, query));
  const created = await ask(`mutation {
    createSource(input: { key: "shop", name: "Shop" }) { userErrors { code } }
    a: createApiKey(input: { name: "reader", source: "shop", scopes: [READ, READ_PII] }) { apiKey { id } }
    b: createApiKey(input: { name: "short", scopes: [READ], expiresAt: "${new Date(clock.now().getTime() + 500).toISOString()}" }) { apiKey { id } }
    c: createApiKey(input: { name: "gone", scopes: [MANAGE] }) { apiKey { id } } }`);
  await ask(`mutation { revokeApiKey(input: { id: "${created.c.apiKey.id}" }) { userErrors { code } } }`);
  clock.advance(500);
  const named = async (filter: string) => {
    const { apiKeys } = await ask(`{ apiKeys(filter: ${filter}) { nodes { name } } }`);
    return apiKeys.nodes.map(({ name }: { name: string }) => name.replace(/^Test .*/, 'test'));
  };
  expect(await named('{}')).toEqual(['gone', 'short', 'reader', 'test']);
  expect(await named('{ isActive: true }')).toEqual(['reader', 'test']);
  expect(await named('{ isActive: false }')).toEqual(['gone', 'short']);
  expect(await named('{ sources: ["shop"] }')).toEqual(['reader']);
  expect(await named('{ scopes: [READ, READ_PII] }')).toEqual(['reader', 'test']);
  expect(await named('{ scopes: [READ], isActive: false }')).toEqual(['short']);
});
