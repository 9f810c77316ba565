import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { endedBySignal } from '../../bench/support/chaos/ended-by-signal.ts';
import { frozenServer } from '../../bench/support/chaos/frozen-server.ts';
import { killedDatabase } from '../../bench/support/chaos/killed-database.ts';

/** A few rounds of `npm run bench -- chaos`. */
const ROUNDS = { freezes: 2, kills: 2, signals: 3 };
const BACK_WITHIN_MS = 10_000;
const MINUTE = 60_000;
const NOTHING_WRONG = { unanswered: [], wrong: [], lostOrDoubled: 0, leftBehind: [] };

beforeAll(async () => {
  await promisify(execFile)('npm', ['run', '--silent', 'build:server']);
}, MINUTE);

it(
  'a server goes on while another one is frozen in the middle of a transaction, and both lose and double nothing',
  async () => {
    const result = await frozenServer(ROUNDS.freezes);
    expect(result).toMatchObject(NOTHING_WRONG);
    for (const tookMs of [...result.slowestMs, ...result.createSegmentMs])
      expect(tookMs).toBeLessThan(BACK_WITHIN_MS);
  },
  MINUTE,
);

it(
  'an embedded PostgreSQL that is killed comes back, with sockets open and nothing lost or doubled',
  async () => {
    const result = await killedDatabase(ROUNDS.kills);
    expect(result).toMatchObject({ ...NOTHING_WRONG, socketsClosed: 0 });
    expect(Object.keys(result.refused)).toEqual(['UNAVAILABLE']);
    for (const tookMs of result.backAfterMs) expect(tookMs).toBeLessThan(BACK_WITHIN_MS);
  },
  MINUTE,
);

it(
  'npm start that is ended by a signal to its process group answers every request and leaves no process behind',
  async () => {
    const result = await endedBySignal(ROUNDS.signals);
    expect(result).toMatchObject(NOTHING_WRONG);
    // npm does not wait for its server when it is hung up on.
    for (const { signal, exitCode } of result.rounds)
      expect(exitCode).toBe(signal === 'SIGHUP' ? 'SIGHUP' : 0);
  },
  MINUTE,
);
