import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import {
  databaseUrlOf,
  freePort,
  newDirectory,
  processesOf,
  removeDirectory,
  start,
} from '../../bench/support/chaos/processes.ts';
import type { Started } from '../../bench/support/chaos/processes.ts';
import { event, eventually, expectError, expectNoErrors, gql } from '../kit/index.js';
import type { Answer } from '../kit/index.js';

const MINUTE = 60_000;
const INGEST = 'mutation ($items: [IngestItemInput!]!) { ingest(input: { items: $items }) { accepted } }';
/** Signals that come within a second are one. */
const ANOTHER_SIGNAL_MS = 1_100;

let directory: string;
let running: Started | undefined;

beforeAll(async () => {
  await promisify(execFile)('npm', ['run', '--silent', 'build:server']);
  directory = await newDirectory();
}, MINUTE);

afterEach(() => void running?.child.kill('SIGTERM'));
afterAll(() => removeDirectory(directory));

interface Busy extends Started {
  /** A request that cannot be answered before `letGo`. */
  asked: Promise<Answer>;
  letGo: () => Promise<void>;
}

async function startBusy(options: { byNpm?: boolean } = {}): Promise<Busy> {
  const server = (running = await start({ directory, port: await freePort(), ...options }));
  const holder = new pg.Client({ connectionString: await databaseUrlOf(directory) });
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query('begin');
  await holder.query('select pg_advisory_xact_lock(1, 1)');
  const asked = gql({ graphqlUrl: server.url, key: server.key, complaints: [] }, INGEST, {
    items: [event({ external: 'somebody' }, 'visit')],
  });
  await eventually('the request waits in the database', async () => {
    // Within a transaction the first look would stand for all.
    await holder.query('select pg_stat_clear_snapshot()');
    const { rowCount } = await holder.query(`select from pg_stat_activity where wait_event_type = 'Lock'`);
    return rowCount !== 0;
  });
  return { ...server, asked, letGo: () => holder.end() };
}

async function expectNothingLeft(): Promise<void> {
  await eventually('no process is left', async () => (await processesOf(directory)).length === 0);
}

it.each([
  ['SIGINT', 'SIGINT'],
  ['SIGTERM', 'SIGINT'],
  ['SIGHUP', 'SIGTERM'],
] as const)(
  '%s and %s right after it are one: what is under way is answered',
  async (first, second) => {
    const { child, asked, letGo, ended } = await startBusy();
    child.kill(first);
    child.kill(second);
    await letGo();
    expect(expectNoErrors(await asked)).toEqual({ ingest: { accepted: 1 } });
    expect(await ended).toBe(0);
    await expectNothingLeft();
  },
  MINUTE,
);

it(
  'a second signal later refuses what is under way, and takes PostgreSQL along',
  async () => {
    const { child, asked, letGo, ended } = await startBusy();
    child.kill('SIGTERM');
    await sleep(ANOTHER_SIGNAL_MS);
    child.kill('SIGTERM');
    expect(expectError(await asked, 'UNAVAILABLE').extensions.retryAfterMs).toBe(1_000);
    expect(await ended).toBe(1);
    await expectNothingLeft();
    await letGo();
  },
  MINUTE,
);

it(
  'whoever still comes while the server ends is told to come again',
  async () => {
    const { child, url, key, asked, letGo, ended } = await startBusy();
    child.kill('SIGTERM');
    const late = () => gql({ graphqlUrl: url, key, complaints: [] }, '{ viewer { keyName } }');
    await eventually('it is refused', async () => (await late()).status === 503);
    expect(expectError(await late(), 'UNAVAILABLE').extensions.retryAfterMs).toBe(1_000);
    expect((await fetch(url.replace('graphql', 'health/ready'))).status).toBe(503);
    await letGo();
    expectNoErrors(await asked);
    expect(await ended).toBe(0);
    await expectNothingLeft();
  },
  MINUTE,
);

it(
  'an npm that is killed takes its server along, which answers what is under way',
  async () => {
    const { child, asked, letGo } = await startBusy({ byNpm: true });
    child.kill('SIGKILL');
    await letGo();
    expectNoErrors(await asked);
    await expectNothingLeft();
  },
  MINUTE,
);
