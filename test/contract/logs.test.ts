import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createLog } from '../../src/platform/index.js';
import {
  asAdmin,
  connect,
  createSegment,
  event,
  expectError,
  gql,
  ingest,
  item,
  openSocket,
  post,
  startQueue,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const EMAIL = 'zebra.quagga@example.com';
const PHONE = '+32470998877';
const DEVICE = 'device-okapi-1';
const CITY = 'Xanadu-by-the-sea';
const WRONG_KEY = 'of_wombat_wombat_wombat_wombat_wombat_wombat_';
const SECRETS = [
  EMAIL,
  'zebra.quagga',
  'QUAGGA@',
  PHONE,
  '470998877',
  '470 99 88 77',
  DEVICE,
  CITY,
  WRONG_KEY,
];

const lines: string[] = [];
let server: TestServer;

beforeAll(async () => {
  const log = createLog('debug', { write: (line) => void lines.push(line) });
  server = await startServer({ log });
  await createSegment(server, 'locals', { attribute: { key: 'city', is: { equals: CITY } } });
});

function expectNoSecrets(text: string): void {
  const hashed = hash('sha256', server.key, 'buffer');
  for (const secret of [...SECRETS, server.key, hashed.toString('hex'), hashed.toString('base64')]) {
    expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
  }
}

const customer = (externalId?: string) =>
  event(
    { email: EMAIL.toUpperCase(), phone: '+32 470 99 88 77', device: DEVICE },
    'purchase',
    { to: EMAIL },
    {
      ...(externalId && { externalId }),
      attributes: { city: CITY },
    },
  );

it('keep no key and no contact value while items are accepted, repeated, in conflict and rejected', async () => {
  const first = customer();
  const statuses = await ingest(server, [
    first,
    first,
    { ...first, properties: { to: 'someone else' } },
    item({ email: `${EMAIL}@` }),
    item({ phone: '470 99 88 77' }),
  ]);
  expect(statuses.map((result) => result.status)).toEqual([
    'ACCEPTED',
    'DUPLICATE',
    'CONFLICT',
    'REJECTED',
    'REJECTED',
  ]);
});

it('keep none while people are looked for', async () => {
  const query = `query ($email: String!) {
    profileByIdentifier(namespace: "email", value: $email) { email phone identifiers { nodes { value } } attributes { value } events { nodes { properties } } segments { nodes { segment { rule } } } }
    profiles(where: { attribute: { key: "city", is: { equals: "${CITY}" } } }) { nodes { email } } }`;
  const answer = await gql(server, query, { email: EMAIL });
  expect(answer.conversation).toContain(EMAIL);
});

it('keep none when requests are refused', async () => {
  expectError(await gql(server, '{ viewer { keyName } }', {}, { key: WRONG_KEY }), 'UNAUTHENTICATED');
  await gql(server, `{ profileByIdentifier(namespace: "email", value: "${EMAIL}") { nothing } }`);
  await gql(server, `{ profileByIdentifier(namespace: "email", value: "${EMAIL}`);
  await gql(server, 'query ($email: Int) { profiles(first: $email) { nodes { id } } }', { email: EMAIL });
  await post(server, `{ "query": "${EMAIL}`);
  await gql(server, `{ node(id: "${EMAIL}") { id } }`);
  await gql(server, '{ viewer { keyName } }', {}, { headers: { 'x-request-id': EMAIL } });
});

it('keep none of what goes over sockets', async () => {
  const refused = await openSocket(server);
  refused.send({ type: 'connection_init', payload: { apiKey: WRONG_KEY } });
  expect((await refused.closing()).code).toBe(4401);
  const socket = await connect(server);
  socket.subscribe(`{ profileByIdentifier(namespace: "email", value: "${EMAIL}") { email } }`);
  expect(await socket.nextData()).toEqual({ profileByIdentifier: { email: EMAIL } });
  await socket.next();
  socket.subscribe(`{ profileByIdentifier(namespace: "email", value: "${EMAIL}") { nothing } }`);
  await socket.nextErrors();
});

it('keep none when the database fails, and the caller learns only that it did', async () => {
  const broken = [
    [
      'alter table event add constraint broken check (properties is null) not valid',
      'alter table event drop constraint broken',
    ],
    [
      'alter table identifier rename column value to hidden',
      'alter table identifier rename column hidden to value',
    ],
  ] as const;
  for (const [breaking, mending] of broken) {
    await asAdmin(server.databaseUrl, (client) => client.query(breaking));
    try {
      const answer = await gql(
        server,
        'mutation ($items: [IngestItemInput!]!) { ingest(input: { items: $items }) { results { status errors { code message } } } }',
        { items: [customer(`broken ${breaking}`)] },
      );
      expect(JSON.stringify(answer.data ?? answer.errors?.[0]?.message)).not.toMatch(
        /constraint|column|hidden|broken/,
      );
      const search = await gql(
        server,
        `{ profileByIdentifier(namespace: "email", value: "${EMAIL}") { email } }`,
      );
      if (breaking.includes('rename')) expectError(search, 'INTERNAL_SERVER_ERROR');
    } finally {
      await asAdmin(server.databaseUrl, (client) => client.query(mending));
    }
  }
  expect(lines.some((line) => line.includes('an operation failed'))).toBe(true);
});

it('keep none when an item has what the database itself refuses', async () => {
  const own = await startQueue(server);
  const [one] = own.itemsOf([customer('with U+0000')]);
  const unkept = { ...one!, attributes: new Map([['city', `${CITY}\0`]]) };
  expect(await own.queue.submit(server.workspaceId, [unkept])).toMatchObject([
    { status: 'REJECTED', errors: [{ code: 'INVALID_VALUE' }] },
  ]);
});

it('keep none of all this: neither ours nor those of PostgreSQL', async () => {
  await server.stop();
  const text = lines.join('');
  expect(text).toContain('"answered"');
  expect(text).toContain('"requestId"');
  expectNoSecrets(text);
  expectNoSecrets(await readFile(process.env.ONEFOLD_TEST_DATABASE_LOG ?? '', 'utf8'));
});
