import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { eventually } from '../kit/index.js';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/index.js';
import type {
  EmbeddedPostgres,
  EmbeddedPostgresOptions,
} from '../../src/platform/embedded-postgres/index.js';

const FLAGS = ['-c', 'fsync=off'];

/** Node strips the types itself; only the `.js` of the imports has to be led to the `.ts` files. */
const OWNER = `
  import { registerHooks } from 'node:module';
  registerHooks({ resolve: (name, context, next) =>
    next(context.parentURL?.endsWith('.ts') ? name.replace(/\\.js$/, '.ts') : name, context) });
  const [, index, directory, ...flags] = process.argv;
  const { startEmbeddedPostgres } = await import(index);
  console.log((await startEmbeddedPostgres({ directory, flags })).url);
  process.stdin.resume();
`;

let folder: string;
let directory: string;
const running = new Set<EmbeddedPostgres>();
const owners = new Set<ChildProcess>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onefold-embedded-'));
  directory = join(folder, '.onefold');
});

afterEach(async () => {
  await Promise.all([...owners].map(kill));
  await Promise.all([...running].map((database) => database.stop()));
  running.clear();
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const database = await startEmbeddedPostgres({ directory, flags: FLAGS, ...options });
  running.add(database);
  return database;
}

/** Another process that owns the database until it is killed. */
async function startOwner(): Promise<{ owner: ChildProcess; url: string }> {
  const index = resolve('src/platform/embedded-postgres/index.ts');
  const args = ['--input-type=module', '--eval', OWNER, index, directory, ...FLAGS];
  const owner = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  owners.add(owner);
  const failure = once(owner, 'exit').then(() => {
    throw new Error('The owner ended instead of starting; what it says is above.');
  });
  const [url] = (await Promise.race([once(createInterface(owner.stdout), 'line'), failure])) as [string];
  return { owner, url };
}

async function kill(owner: ChildProcess): Promise<void> {
  owners.delete(owner);
  if (owner.exitCode !== null || owner.signalCode !== null) return;
  owner.kill('SIGKILL');
  await once(owner, 'exit');
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  // A session that is cut off fails its query too.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

const postmasterPid = async () =>
  Number((await readFile(join(directory, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]);

test('the first start creates a private database that only its password opens', async () => {
  const { url } = await start();

  expect(url).toMatch(/^postgres:\/\/onefold:[\w-]{32}@127\.0\.0\.1:\d+\/onefold$/);
  expect(
    await query(
      url,
      `select current_user::text, current_database()::text, lower('É'), current_setting('timezone')`,
    ),
  ).toEqual(['onefold', 'onefold', 'é', 'UTC']);
  await expect(query(url.replace(/:[\w-]{32}@/, ':wrong@'), 'select 1')).rejects.toMatchObject({
    code: '28P01',
  });
  expect((await readdir(directory)).sort()).toEqual(['postgres', 'postgres-password', 'postgres.log']);
  for (const name of ['', 'postgres', 'postgres-password', 'postgres.log']) {
    expect((await stat(join(directory, name))).mode & 0o067).toBe(0);
  }
});

test('what was written is still there after a stop and a start, and a second stop changes nothing', async () => {
  const first = await start();
  await query(first.url, 'create table kept as select 42 as answer');
  await first.stop();
  await first.stop();
  await expect(query(first.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });

  const second = await start();
  expect(await query(second.url, 'select answer from kept')).toEqual([42]);
});

test('the server of a killed owner is taken over as it runs, and can be stopped', async () => {
  const { owner, url } = await startOwner();
  const pid = await postmasterPid();
  await kill(owner);

  const successor = await start();
  expect(successor.url).toBe(url);
  expect(await postmasterPid()).toBe(pid);
  expect(await query(url, 'select 1')).toEqual([1]);

  await successor.stop();
  await expect(query(url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await expect(postmasterPid()).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a server that was killed together with its owner recovers what was committed', async () => {
  const { owner, url } = await startOwner();
  await query(url, 'create table committed as select 7 as number');
  process.kill(await postmasterPid(), 'SIGKILL');
  await kill(owner);

  expect(await query((await start()).url, 'select number from committed')).toEqual([7]);
});

test('a second owner is refused, and the database of the first stays up', async () => {
  const { url } = await startOwner();
  const pid = await postmasterPid();

  await expect(start()).rejects.toThrow(
    `Another Onefold is running in ${directory}. Stop it; or, to run a second one, set ONEFOLD_DIR`,
  );
  expect(await postmasterPid()).toBe(pid);
  expect(await query(url, 'select 1')).toEqual([1]);

  await Promise.all([...owners].map(kill));
  expect((await start()).url).toBe(url);
});

describe('a server that ends by itself is started again, at the same address, with what was committed', () => {
  const data = () => join(directory, 'postgres');
  const away = () => join(directory, 'away');

  async function expectBack(url: string, pid: number): Promise<void> {
    await eventually('another server answers', async () => {
      const answer = await query(url, 'select 42').catch(() => undefined);
      return answer?.[0] === 42 && (await postmasterPid()) !== pid;
    });
  }

  test.each(['SIGKILL', 'SIGQUIT', 'SIGINT', 'SIGTERM'])('after %s', async (signal) => {
    const { url } = await start();
    const pid = await postmasterPid();
    const name = `kept_${signal.toLowerCase()}`;
    await query(url, `create table ${name} as select 1 as number`);
    process.kill(pid, signal);
    await expectBack(url, pid);
    expect(await query(url, `select number from ${name}`)).toEqual([1]);
  });

  test('again and again', async () => {
    const { url } = await start({ maxTries: 20 });
    for (let round = 0; round < 3; round += 1) {
      const pid = await postmasterPid();
      process.kill(pid, 'SIGKILL');
      await expectBack(url, pid);
    }
  });

  test('in the middle of a long statement, whose session lives on without the server', async () => {
    const { url } = await start();
    const pid = await postmasterPid();
    const busy = query(url, 'select count(*) from generate_series(1, 1000000000)');
    busy.catch(() => undefined);
    await eventually('it is under way', async () => {
      const [count] = await query(
        url,
        `select count(*)::int from pg_stat_activity where query like '%series%' and state = 'active'`,
      );
      return count === 2;
    });
    process.kill(pid, 'SIGKILL');
    await expectBack(url, pid);
    await expect(busy).rejects.toThrow();
  });

  test('at once after a single end, and after longer and longer pauses when it does not stay', async () => {
    const pauses: number[] = [];
    const log = {
      info: () => undefined,
      warn: ({ pauseMs }: { pauseMs?: number }) => pauseMs !== undefined && pauses.push(pauseMs),
    };
    const { url } = await start({ maxTries: 20, log: log as unknown as EmbeddedPostgresOptions['log'] });
    for (let round = 0; round < 4; round += 1) {
      const pid = await postmasterPid();
      process.kill(pid, 'SIGKILL');
      await expectBack(url, pid);
    }
    // A slow machine may let it run for long enough in between: then the pauses begin again.
    for (const [round, pauseMs] of pauses.entries())
      expect([100, (pauses[round - 1] ?? 50) * 2]).toContain(pauseMs);
    expect(Math.max(...pauses)).toBeGreaterThan(100);
  });

  test('as soon as what keeps it from starting is gone', async () => {
    const tries = Promise.withResolvers<void>();
    const log = {
      info: () => undefined,
      warn: (about: { try?: number }) => about.try === 3 && tries.resolve(),
    };
    const { url } = await start({ log: log as unknown as EmbeddedPostgresOptions['log'] });
    const pid = await postmasterPid();
    await rename(data(), away());
    process.kill(pid, 'SIGKILL');
    await tries.promise;
    await rename(away(), data());
    await expectBack(url, pid);
  });

  test('but not for ever: the owner is told why', async () => {
    const given = Promise.withResolvers<Error>();
    const { stop } = await start({ maxTries: 2, onGivenUp: given.resolve });
    const pid = await postmasterPid();
    await rename(data(), away());
    process.kill(pid, 'SIGKILL');
    expect((await given.promise).message).toMatch(/^PostgreSQL did not start in .*\. Fix what it says below/);
    await stop();
    await rename(away(), data());
  });

  test('and not once it has been told to stop, or to end at once', async () => {
    const first = await start();
    process.kill(await postmasterPid(), 'SIGKILL');
    await first.stop();
    await expect(query(first.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const second = await start();
    await second.kill();
    await expect(query(second.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await second.stop();
    expect(await query((await start()).url, 'select 1')).toEqual([1]);
  });
});
