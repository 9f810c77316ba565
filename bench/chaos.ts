import { parseArgs } from 'node:util';
import { endedBySignal } from './support/chaos/ended-by-signal.ts';
import { frozenServer } from './support/chaos/frozen-server.ts';
import { killedDatabase } from './support/chaos/killed-database.ts';
import { ms } from './support/figures.ts';

const HELP = `npm run bench -- chaos [--freezes 20] [--kills 10] [--signals 20]

What happens to requests when a server freezes in the middle of a transaction, when the embedded PostgreSQL is killed,
and when npm start is ended by a signal to its process group: under load, at random moments. Fails when an item is lost
or doubled, a request goes unanswered, a process stays behind, or service is not back within ${ms(10_000)}. Linux only.
`;
const BACK_WITHIN_MS = 10_000;

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean' },
      freezes: { type: 'string', default: '20' },
      kills: { type: 'string', default: '10' },
      signals: { type: 'string', default: '20' },
    },
  });
  if (values.help) return console.log(HELP);
  await freeze(Number(values.freezes));
  await kill(Number(values.kills));
  await signal(Number(values.signals));
}

async function freeze(rounds: number): Promise<void> {
  if (rounds === 0) return;
  const result = await frozenServer(rounds, (round) => console.log(`bench/chaos, freeze: ${round}`));
  const { slowestMs, createSegmentMs } = result;
  console.log(
    `bench/chaos, ${rounds} freezes: slowest batch of the other server ${ms(Math.max(...slowestMs))}, slowest segment ${ms(Math.max(...createSegmentMs))}; refused ${JSON.stringify(result.refused)}`,
  );
  expectNothing(result);
  expectSoon([...slowestMs, ...createSegmentMs]);
}

async function kill(rounds: number): Promise<void> {
  if (rounds === 0) return;
  const result = await killedDatabase(rounds, (back) =>
    console.log(`bench/chaos, kill: back after ${ms(back)}`),
  );
  console.log(
    `bench/chaos, ${rounds} kills of PostgreSQL: back after at most ${ms(Math.max(...result.backAfterMs))}; refused ${JSON.stringify(result.refused)}`,
  );
  expectNothing(result);
  expectSoon(result.backAfterMs);
}

async function signal(rounds: number): Promise<void> {
  if (rounds === 0) return;
  const result = await endedBySignal(rounds, (round) => console.log(`bench/chaos, ${round}`));
  console.log(
    `bench/chaos, ${rounds} signals to npm start: ${result.refused} requests refused, none unanswered`,
  );
  expectNothing(result);
}

function expectNothing(result: {
  unanswered: string[];
  wrong: string[];
  leftBehind: string[];
  lostOrDoubled: number;
  socketsClosed?: number;
}): void {
  const { unanswered, wrong, leftBehind, lostOrDoubled, socketsClosed = 0 } = result;
  const faults = { unanswered, wrong, leftBehind, lostOrDoubled, socketsClosed };
  for (const [name, fault] of Object.entries(faults))
    if (typeof fault === 'number' ? fault > 0 : fault.length > 0)
      throw new Error(`${name}: ${JSON.stringify(fault)}`);
}

function expectSoon(all: readonly number[]): void {
  const late = all.filter((took) => took > BACK_WITHIN_MS);
  if (late.length > 0) throw new Error(`not back in time: ${late.map(ms).join(', ')}`);
}
