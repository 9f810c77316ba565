import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { FILE } from './purchases.js';

/** These checks need more than Node: they are left out loudly where that is missing, and in CI that is a failure. */
export const describeWithFile = unless(existsSync(FILE) ? null : FILE, describe);
export const itWithRedisServer = unless(
  spawnSync('redis-server', ['--version']).error ? 'redis-server on the PATH' : null,
  it,
);

function unless<Run extends { skip: unknown }>(missing: string | null, run: Run): Run | Run['skip'] {
  if (missing === null) return run;
  const text = `What is checked with real data needs ${missing}.`;
  if (process.env.CI === 'true') throw new Error(text);
  const line = '='.repeat(100);
  process.stderr.write(`\n${line}\nTESTS LEFT OUT. ${text}\n${line}\n\n`);
  return run.skip;
}
