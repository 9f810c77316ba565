import { sources } from '../../src/access/index.js';
import { changeCatalogue, Definitions } from '../../src/definitions/index.js';
import { purposes } from '../../src/consent/index.js';
import { eventTypes } from '../../src/events/index.js';
import { namespaces } from '../../src/identity/index.js';
import { itemDefinitions } from '../../src/ingest/item-definitions.js';
import type { Transaction } from '../../src/platform/index.js';
import { attributeDefinitions, labelVocabulary, sourceRanking } from '../../src/profiles/index.js';
import { derivedAttributes } from '../../src/rules/derived-attributes.js';
import { vocabulary } from '../../src/rules/vocabulary.js';
import { segmentCatalogue } from '../../src/segments/segment-catalogue.js';
import {
  connect,
  createSegment,
  defineEventType,
  defineNamespace,
  expectNoErrors,
  gql,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const DEFINE = `mutation {
  defineAttribute(input: { key: "shoeSize", label: "Shoe size", type: NUMBER, sources: ["default"] }) { userErrors { message } }
  defineTag(input: { key: "vip", label: "VIP" }) { userErrors { message } }
  definePurpose(input: { key: "raffles", label: "Raffles" }) { userErrors { message } }
  defineDerivedAttribute(input: { key: "orders", label: "Orders", type: "order", function: COUNT, allowUndefined: true }) { userErrors { message } }
}`;
const RENAME = `mutation ($name: String!) { updateSource(input: { key: "default", name: $name }) { userErrors { message } } }`;

let server: TestServer;
let renames = 0;

beforeAll(async () => {
  server = await startServer();
  await defineNamespace(server, { key: 'loyalty', semanticType: 'OTHER' });
  await defineEventType(server, { key: 'order', label: 'Order', properties: [] });
  const defined = expectNoErrors(await gql(server, DEFINE)) as Record<string, { userErrors: unknown[] }>;
  expect(Object.values(defined).flatMap(({ userErrors }) => userErrors)).toEqual([]);
  await createSegment(server, 'everybody', { all: [] });
});

async function rename(asked: TestServer = server): Promise<void> {
  const name = `Name ${(renames += 1)}`;
  expect(expectNoErrors(await gql(asked, RENAME, { name })).updateSource.userErrors).toEqual([]);
}

async function inSnapshot<T>(read: (tx: Transaction) => Promise<T>): Promise<T> {
  const snapshot = server.database.snapshot(server.workspaceId, 'a key');
  try {
    return await read(await snapshot.transaction());
  } finally {
    await snapshot.end();
  }
}

const ticks = async (count: number) => {
  for (let tick = 0; tick < count; tick += 1) await Promise.resolve();
};

/** Everything that is cached, and what tells that its own definitions are there. */
const CACHES: Record<string, (tx: Transaction) => Promise<unknown>> = {
  sources: async (tx) => [...(await sources.read(tx)).values()].map(({ key }) => key),
  attributes: async (tx) => (await attributeDefinitions.read(tx)).get('shoeSize')?.type,
  namespaces: async (tx) => (await namespaces.read(tx)).has('loyalty'),
  labels: async (tx) => [...(await labelVocabulary.read(tx)).tags.keys()],
  purposes: async (tx) => (await purposes.read(tx)).has('raffles'),
  'types of events': async (tx) => [...(await eventTypes.read(tx)).keys()].includes('order'),
  'derived attributes': async (tx) => (await derivedAttributes.read(tx)).has('orders'),
  'the vocabulary of rules': async (tx) => {
    const { attributes, eventTypes: types, derived } = await vocabulary.read(tx);
    return [attributes.size, types.size, derived.size];
  },
  'the ranking of sources': async (tx) =>
    (await sourceRanking.read(tx))('shoeSize', 'of a source that nobody ranks'),
  segments: async (tx) => [...(await segmentCatalogue.read(tx)).byKey.keys()],
  'definitions of items': async (tx) => {
    const all = await itemDefinitions.read(tx);
    const { event, labels, channels } = all.ofParts as {
      event: Map<string, unknown>;
      labels: { tags: Map<string, unknown> };
      channels: Map<string, unknown>;
    };
    return [all.sources.size, event.size, labels.tags.size, channels.size, all.namespaces.size];
  },
};

describe('what is remembered of a catalogue', () => {
  it.each(Object.entries(CACHES))(
    'holds all %s, whenever the transaction ended that was reading them',
    async (_, read) => {
      const whole = await inSnapshot(read);
      for (let tick = 0; tick < 16; tick += 1) {
        // A new version: whatever is remembered has to be read again.
        await server.database.transaction(server.workspaceId, changeCatalogue);
        const snapshot = server.database.snapshot(server.workspaceId, 'a key');
        const tx = await snapshot.transaction();
        // Every other one has been at work before, so that the version of the catalogue is known to it.
        if (tick % 2) await namespaces.read(tx);
        const cut = read(tx).catch(() => 'cut short');
        await ticks(tick);
        await snapshot.end();
        expect([whole, 'cut short']).toContainEqual(await cut);
        expect(await inSnapshot(read)).toEqual(whole);
      }
    },
  );

  it('is never of two versions: a transaction that holds no lock keeps nothing for others', async () => {
    const names = new Definitions(async (tx) =>
      (await tx.query<{ name: string }>(`select name from source where key = 'default'`)).map(
        ({ name }) => name,
      ),
    );
    await rename();
    const old = server.database.snapshot(server.workspaceId, 'a key');
    const [before] = (await sources.read(await old.transaction())).values();
    await server.database.transaction(server.workspaceId, async (tx) => {
      await sources.read(tx);
      await rename();
      // This reads the new name, under the version that the transaction saw first.
      expect(await names.read(tx)).toEqual([`Name ${renames}`]);
    });
    expect(await names.read(await old.transaction())).toEqual([before?.name]);
    await old.end();
    expect(await inSnapshot((tx) => names.read(tx))).toEqual([`Name ${renames}`]);
  });
});

const CREATE_KEY = `mutation { createApiKey(input: { name: "k", scopes: [READ] }) {
  secret apiKey { source { key } } userErrors { message } } }`;
const LIST = `{ apiKeys(first: 500) { nodes { source { key } } } sources { nodes { key } } segments { nodes { key } } tags { key }
  attributeDefinitions { key } eventTypes { key } purposes { key } derivedAttributes { key } }`;

describe('an answer that fails while another field of it is being read', () => {
  /** Each reads definitions, and fails at once or after a few statements. */
  const FAILING = [
    '{ sources { nodes { key } } segments(first: -1) { nodes { key } } }',
    '{ tags { key } attributeDefinitions { key } segments(first: 1, last: 1) { nodes { key } } }',
    '{ eventTypes { key } purposes { key } segmentChanges(segments: ["none"]) { nodes { at } } }',
    '{ segments { nodes { key } } derivedAttributes { key } explainSegment(audience: { segment: "none" }, profileId: "x") { isMatch } }',
    '{ viewer { source { key } } apiKeys { nodes { source { key } } } quarantine(filter: { sources: ["none"] }) { nodes { id } } }',
  ];

  it.each(FAILING)('costs nobody else a definition: %s', async (query) => {
    const whole = expectNoErrors(await gql(server, LIST));
    for (let round = 0; round < 5; round += 1) {
      await rename();
      expect((await gql(server, query)).errors).toHaveLength(1);
      expect(expectNoErrors(await gql(server, LIST))).toEqual(whole);
      expect(expectNoErrors(await gql(server, CREATE_KEY)).createApiKey.secret).toMatch(/^of_/);
      whole.apiKeys.nodes.push({ source: { key: 'default' } });
    }
  });

  it('costs nobody a definition over a socket either, nor does one that is given up', async () => {
    const socket = await connect(server);
    const whole = expectNoErrors(await gql(server, LIST));
    for (const query of [...FAILING, LIST]) {
      await rename();
      const id = socket.subscribe(query);
      socket.send({ type: 'complete', id });
      socket.subscribe(query);
      await socket.next();
      expect(expectNoErrors(await gql(server, LIST))).toEqual(whole);
    }
  });
});

it('loses no key, its secret or its source while two servers change sources', async () => {
  const beside = await startServer({ beside: server });
  for (let round = 0; round < 10; round += 1) {
    const answers = await Promise.all(
      [server, beside].flatMap((one) => [rename(one), gql(one, CREATE_KEY), gql(one, LIST)]),
    );
    const data = answers.flatMap((answer) => (answer ? [expectNoErrors(answer)] : []));
    for (const { createApiKey } of data.filter((one) => one.createApiKey))
      expect(createApiKey).toEqual({
        secret: expect.stringMatching(/^of_/),
        apiKey: { source: { key: 'default' } },
        userErrors: [],
      });
  }
});
