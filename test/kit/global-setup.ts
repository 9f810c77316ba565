import { execFile } from 'node:child_process';
import { glob, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { loadPlatform, running } from './cluster.ts';
import globalTeardown from './global-teardown.ts';

const run = promisify(execFile);

/** Nothing here has to outlive the machine. */
const FLAGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300'];

/**
 * One private PostgreSQL for the whole run, with a migrated database that each test file clones; and a look at
 * which Redis there is. What the workers need to know of both goes into environment variables.
 */
export default async function globalSetup(): Promise<void> {
  await findRedis();
  const { startEmbeddedPostgres, migrate } = await loadPlatform();
  const folder = await mkdtemp(join(tmpdir(), 'onefold-test-'));
  const postgres = await startEmbeddedPostgres({
    directory: folder,
    flags: FLAGS.flatMap((flag) => ['-c', flag]),
  });
  running.cluster = { postgres, folder };
  try {
    const template = new URL(postgres.url);
    template.pathname = '/template_onefold';
    const admin = new pg.Client({ connectionString: postgres.url });
    await admin.connect();
    await admin.query('create database template_onefold');
    await admin.end();
    await migrate(template.href);
  } catch (error) {
    // Jest does not tear down what was not set up.
    await globalTeardown();
    throw error;
  }
  process.env.ONEFOLD_TEST_DATABASE_URL = postgres.url;
  process.env.ONEFOLD_TEST_DATABASE_LOG = join(folder, 'postgres.log');
}

async function findRedis(): Promise<void> {
  const version = await run('redis-server', ['--version']).catch(() => null);
  process.env.ONEFOLD_TEST_REDIS = version ? 'own' : process.env.REDIS_URL ? 'given' : 'none';
  if (version) return;
  const leftOut = await testFilesWith(
    process.env.REDIS_URL ? /\bdescribeWithOwnRedis\(/ : /\bdescribeWith(Own)?Redis\(/,
  );
  const text = `There is no redis-server on the PATH${process.env.REDIS_URL ? ' (REDIS_URL alone is not enough for tests that kill it)' : ' and no REDIS_URL'}. Install it (apt-get install redis-server) to run what is in:\n  ${leftOut.join('\n  ')}`;
  if (process.env.CI === 'true') throw new Error(text);
  const line = '='.repeat(100);
  process.stderr.write(`\n${line}\nTESTS LEFT OUT. ${text}\n${line}\n\n`);
}

async function testFilesWith(pattern: RegExp): Promise<string[]> {
  const found: string[] = [];
  for await (const file of glob('test/**/*.test.ts'))
    if (pattern.test(await readFile(file, 'utf8'))) found.push(file);
  return found.sort();
}
