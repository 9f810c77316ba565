import {
  createSegment,
  eventually,
  expectNoErrors,
  gql,
  ingest,
  item,
  newTenant,
  seed,
  startServer,
} from '../../kit/index.js';
import type { Asking, ItemInput, TestServer } from '../../kit/index.js';

/** How many rows every list holds at least. */
export const ROWS = 8;

/** Parents of lists, each with a double whose lists look the same. */
export interface World extends Asking {
  /** Ids of two who say the same. */
  people: [string, string];
  /** Ids of two others, who leave no segment. */
  steady: [string, string];
}

/** Two segments whose rules change, and which those two enter and leave by turns. */
export const CHANGING = ['towns', 'also-towns'] as const;
/** Two segments that nobody leaves: of all who are more than a device. */
export const EVERYBODY = ['everybody', 'also-everybody'] as const;

/** Two taxonomies whose terms become more. */
export const TREES = ['tree', 'also-tree'] as const;

const STEADY = ['cy', 'dee'];
const named = (name: string) => ({ identifier: { namespace: 'external', value: name } });

export interface Worlds {
  server: TestServer;
  own: World;
  /** Another workspace, with the same names. */
  foreign: World;
}

export async function makeWorlds(): Promise<Worlds> {
  const server = await startServer();
  const { key } = await newTenant(server);
  return { server, own: await fill(server, { key: server.key }), foreign: await fill(server, { key }) };
}

const numbers = Array.from({ length: ROWS }, (_, number) => number);
const day = (number: number) => new Date(Date.UTC(2026, 0, 1 + number)).toISOString();

async function fill(server: TestServer, asking: Asking): Promise<World> {
  await ask(server, asking, `updateAttribute(input: { key: "city", isAudited: true })`);
  for (const key of CHANGING) await createSegment(server, key, flipping(0), asking);
  for (const key of EVERYBODY)
    await createSegment(server, key, { identifier: { namespace: 'external' } }, asking);
  for (const key of TREES) await ask(server, asking, `defineTaxonomy(input: { key: "${key}" })`);
  await seed(
    server,
    STEADY.map((name) => item({ external: name })),
    asking,
  );
  for (const number of numbers) await step(server, asking, number);
  await eventually('all builds are done', async () => {
    const { segments: all } = expectNoErrors(
      await gql(server, '{ segments { nodes { state } } }', {}, asking),
    );
    return all.nodes.every(({ state }: { state: string }) => state === 'LIVE');
  });
  await eventually('all runs are over', async () => {
    const { runs } = expectNoErrors(
      await gql(server, '{ runs(filter: { states: [QUEUED, RUNNING] }) { nodes { id } } }', {}, asking),
    );
    return runs.nodes.length === 0;
  });
  const [people, steady] = await Promise.all(
    [['ada', 'bob'], STEADY].map((names) => Promise.all(names.map((name) => idOf(server, asking, name)))),
  );
  return { ...asking, people: people as World['people'], steady: steady as World['steady'] };
}

/** Adds a row to every list. */
export async function step(server: TestServer, asking: Asking, number: number): Promise<void> {
  await seed(
    server,
    ['ada', 'bob'].map((name) => item({ device: deviceOf(name, number) })),
    asking,
  );
  await seed(
    server,
    ['ada', 'bob'].map((name) => said(name, number)),
    asking,
  );
  await seed(
    server,
    ['ada', 'bob'].map((name) => item({ external: name, device: 'unknown' })),
    asking,
  );
  const pair = ['left', 'right'].map((side) =>
    item({ external: `${side}-${number}` }, { attributes: { city: 'in' } }),
  );
  const ids = await seed(server, pair, asking);
  await ask(server, asking, `mergeProfiles(input: { profileIds: ${JSON.stringify(ids)} })`);
  await ingest(server, [item({ email: 'nobody' }, { type: 'visit' })], asking);
  await ask(server, asking, `recountSegments(input: {})`);
  await ask(server, asking, `createApiKey(input: { name: "${number}", scopes: [READ] })`);
  await ask(server, asking, `createSource(input: { key: "source-${number}", name: "${number}" })`);
  await createSegment(server, `spare-${number}`, { any: STEADY.map(named) }, asking);
  const leaves = Array.from({ length: number + 1 }, (_, n) => ({
    key: `leaf-${n}`,
    label: 'Leaf',
    parent: 'top',
  }));
  const terms = inGraphql([{ key: 'top', label: 'Top' }, ...leaves]);
  for (const key of TREES)
    await ask(server, asking, `updateTaxonomy(input: { key: "${key}", terms: ${terms} })`);
  for (const key of CHANGING)
    await ask(
      server,
      asking,
      `updateSegment(input: { key: "${key}", rule: ${inGraphql(flipping(number))} })`,
    );
}

const deviceOf = (name: string, number: number) => `${name}-${number}`;

/**
 * A person says something, who then is in both segments, or no more. The item comes from a device that was nobody's so
 * far, and so merges it into the person.
 */
const said = (name: string, number: number): ItemInput =>
  item(
    { external: name, device: deviceOf(name, number) },
    {
      type: 'visit',
      properties: { number },
      occurredAt: day(number),
      attributes: { city: number % 2 ? 'out' : 'in' },
      channels: [
        {
          type: 'EMAIL',
          endpoint: `${name}@example.com`,
          consents: [{ state: number % 2 ? 'DENIED' : 'GRANTED', at: day(number) }],
        },
        { type: 'PUSH', endpoint: deviceOf(name, number) },
      ],
    },
  );

/** The same people, by another rule each time. */
const flipping = (number: number) => ({
  any: [
    { attribute: { key: 'city', is: { equals: 'in' } } },
    { attribute: { key: 'city', is: { equals: `nowhere ${number}` } } },
  ],
});

async function idOf(server: TestServer, asking: Asking, name: string): Promise<string> {
  const query = `{ profileByIdentifier(namespace: "external", value: "${name}") { id } }`;
  return expectNoErrors(await gql(server, query, {}, asking)).profileByIdentifier.id;
}

/** Runs a mutation, which must not refuse. */
async function ask(server: TestServer, asking: Asking, field: string): Promise<void> {
  const query = `mutation { done: ${field} { userErrors { code path message } } }`;
  expect(expectNoErrors(await gql(server, query, {}, asking)).done.userErrors).toEqual([]);
}

const inGraphql = (value: unknown) => JSON.stringify(value).replace(/"(\w+)":/g, '$1:');
