import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ChangesDocument, createClient, EndOfChangesDocument } from '../../src/client/index.js';
import type { Client } from '../../src/client/index.js';
import { CutSubscriber } from './cut-subscriber.js';
import type { Change } from './cut-subscriber.js';
import { DEFAULT_WORKSPACE, Installation } from './installation.js';
import { describeWithFile, itWithRedisServer } from './left-out.js';
import { freePort, outputOf, startRedis, startServer } from './processes.js';
import { readPurchases, SEGMENTS, toItem, toItemWithAttribute } from './purchases.js';
import type { Purchase } from './purchases.js';
import { createSegments, sendAll, sendUntilAway } from './sending.js';
import { expectedState, membersByLog, membersByTable, rowCounts, storedState } from './state.js';
import type { PersonState } from './state.js';
import { walkCustomers, walkMembers } from './walk.js';

const CUSTOMERS = 23_570;
const PURCHASES = 69_659;
const CENTS = 250_031_563;
const MINUTES = 60_000;
const KEYS = SEGMENTS.map(({ key }) => key);

let purchases: Purchase[];
const undo: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (let work = undo.pop(); work; work = undo.pop()) await work();
}, MINUTES);

async function install(env: Record<string, string> = {}): Promise<Installation> {
  const installation = await Installation.create(env);
  undo.push(() => installation.remove());
  return installation;
}

async function clientOf(url: string, { apiKey }: Installation): Promise<Client> {
  return createClient({ url, apiKey: await apiKey, retryForMs: 0 });
}

describeWithFile('The purchases of CDNOW', () => {
  beforeAll(async () => {
    await promisify(execFile)('npm', ['run', '--silent', 'build:server']);
    purchases = await readPurchases();
  }, MINUTES);

  it(
    'arrive whole by the example, make the segments that the file makes, and change nothing a second time',
    async () => {
      const installation = await install();
      const [apiKey, databaseUrl] = [await installation.apiKey, await installation.databaseUrl];
      const runExample = () =>
        outputOf(['examples/cdnow/main.ts', '--url', installation.url], { ONEFOLD_KEY: apiKey });

      const first = await runExample();
      expect(first).toMatch(/accepted +69,659\n +duplicates +0\n/);
      const client = await clientOf(installation.url, installation);
      const walked = await walkCustomers(client);
      expect(walked).toEqual({ total: CUSTOMERS, profiles: CUSTOMERS, events: PURCHASES, cents: CENTS });
      for (const { key, holds } of SEGMENTS)
        expect(await walkMembers(client, key)).toEqual(customersWho(holds));
      await expectState(installation, { withAttribute: false });

      const before = await rowCounts(databaseUrl);
      expect(before).toMatchObject({ profile: CUSTOMERS, event: PURCHASES, receipt: PURCHASES });
      const second = await runExample();
      expect(second).toMatch(/accepted +0\n +duplicates +69,659\n/);
      expect(await rowCounts(databaseUrl)).toEqual(before);
    },
    5 * MINUTES,
  );

  it(
    'end in the same state when the server is killed twice in the middle, once with its database',
    async () => {
      const installation = await install();
      const client = await clientOf(installation.url, installation);
      const items = purchases.map(toItemWithAttribute);
      await createSegments(client);

      for (const [from, to, kill] of [
        [0.15, 0.45, () => installation.kill()],
        [0.5, 0.85, () => installation.killWithDatabase()],
      ] as const) {
        const place = PURCHASES * (from + Math.random() * (to - from));
        let killed: Promise<void> | undefined;
        const away = await sendUntilAway([client], items, (answered) => {
          if (answered >= place) killed ??= afterMoment(kill);
        });
        expect(away).toBe(true);
        await killed;
        await installation.restart();
      }

      const sent = await sendAll([client], items);
      expect(sent.refused).toEqual([]);
      expect(new Set([...sent.accepted, ...sent.duplicates]).size).toBe(PURCHASES);
      expect(sent.duplicates.length).toBeGreaterThan(PURCHASES / 2);
      await expectState(installation, { withAttribute: true });
      const counts = await rowCounts(await installation.databaseUrl);
      expect(counts).toMatchObject({
        profile: CUSTOMERS,
        identifier: CUSTOMERS,
        event: PURCHASES,
        receipt: PURCHASES,
      });
    },
    5 * MINUTES,
  );

  it(
    'reach a subscriber that is cut off again and again: every change once, in the order of the log',
    async () => {
      const installation = await install();
      const client = await clientOf(installation.url, installation);
      await expectFollowed(installation, { clients: [client], urls: [installation.url] });
    },
    5 * MINUTES,
  );

  itWithRedisServer(
    'reach it through two servers as well, while Redis is killed and comes back',
    async () => {
      const redisPort = await freePort();
      let redis = await startRedis(redisPort);
      undo.push(() => redis.stop());
      const env = { REDIS_URL: `redis://127.0.0.1:${redisPort}` };
      const installation = await install(env);
      const other = await startServer(await freePort(), {
        ...env,
        DATABASE_URL: await installation.databaseUrl,
      });
      undo.push(() => other.program.stop());
      const urls = [installation.url, other.url];
      const clients = await Promise.all(urls.map((url) => clientOf(url, installation)));

      let step = 0;
      let outage: Promise<void> = Promise.resolve();
      const steps = [
        { place: 0.2, work: () => redis.kill() },
        { place: 0.4, work: async () => void (redis = await startRedis(redisPort)) },
        { place: 0.6, work: () => redis.kill() },
        { place: 0.8, work: async () => void (redis = await startRedis(redisPort)) },
      ];
      await expectFollowed(installation, {
        clients,
        urls,
        onAnswer: (answered) => {
          const next = steps[step];
          if (!next || answered < next.place * PURCHASES) return;
          step += 1;
          outage = outage.then(next.work);
        },
      });
      await outage;
      expect(step).toBe(steps.length);
    },
    5 * MINUTES,
  );
});

interface Followed {
  clients: Client[];
  urls: string[];
  onAnswer?: (answered: number) => void;
}

/** Loads in the order of time, so that many enter and leave again, with a subscriber that is cut off all the while. */
async function expectFollowed(
  installation: Installation,
  { clients, urls, onAnswer }: Followed,
): Promise<void> {
  const [client] = clients;
  if (!client) throw new Error('no client');
  const after = await endOfChanges(client);
  await createSegments(client);
  const subscriber = new CutSubscriber({ urls, apiKey: await installation.apiKey, segments: KEYS, after });
  undo.push(async () => subscriber.close());

  const items = purchases.toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0)).map(toItem);
  const sent = await sendAll(clients, items, onAnswer);
  expect(sent.accepted).toHaveLength(PURCHASES);
  const cutsDuringLoad = subscriber.cuts;
  await subscriber.heard(await endOfChanges(client));
  subscriber.close();

  expect(cutsDuringLoad).toBeGreaterThanOrEqual(50);
  const log = await readLog(client, after);
  expect(log.length).toBeGreaterThan(CUSTOMERS);
  expect(new Set(log.map(({ kind }) => kind))).toEqual(new Set(['ENTERED', 'EXITED']));
  // Not at once: the difference between two lists of this length takes Jest minutes to draw.
  expect(subscriber.changes.findIndex((change, index) => change.cursor !== log[index]?.cursor)).toBe(-1);
  expect(subscriber.changes).toEqual(log);
  await expectState(installation, { withAttribute: false });
}

async function endOfChanges(client: Client): Promise<string> {
  const { segmentChanges } = await client.execute(EndOfChangesDocument);
  return segmentChanges.pageInfo.endCursor ?? '';
}

async function readLog(client: Client, start: string): Promise<Change[]> {
  const log: Change[] = [];
  for (let after = start; ;) {
    const { segmentChanges } = await client.execute(ChangesDocument, { after, first: 500 });
    log.push(...segmentChanges.nodes);
    if (!segmentChanges.pageInfo.hasNextPage) return log;
    after = segmentChanges.pageInfo.endCursor ?? '';
  }
}

function customersWho(holds: (own: readonly Purchase[]) => boolean): string[] {
  const byCustomer = Map.groupBy(purchases, ({ customer }) => customer);
  return [...byCustomer].flatMap(([customer, own]) => (holds(own) ? [customer] : [])).sort();
}

/** What is stored is what the file says, person by person; and the log tells of the same members as the table. */
async function expectState(installation: Installation, options: { withAttribute: boolean }): Promise<void> {
  const databaseUrl = await installation.databaseUrl;
  const [expected, stored] = [
    expectedState(purchases, options),
    await storedState(databaseUrl, DEFAULT_WORKSPACE),
  ];
  expect(stored).toHaveLength(expected.length);
  const differing = expected.flatMap((person, index) =>
    JSON.stringify(inOrder(person)) === JSON.stringify(inOrder(stored[index]))
      ? []
      : [[person, stored[index]]],
  );
  expect(differing.slice(0, 3)).toEqual([]);
  const { members, sizes } = await membersByTable(databaseUrl, DEFAULT_WORKSPACE);
  expect((await membersByLog(databaseUrl, DEFAULT_WORKSPACE)).join('\n') === members.join('\n')).toBe(true);
  expect(sizes).toBe(members.length);
}

function inOrder(person: PersonState | undefined) {
  return person && [person.identifiers, person.attributes, person.said, person.events, person.segments];
}

/** Between a batch and the next, or in the middle of one. */
async function afterMoment(work: () => Promise<void>): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
  await work();
}
