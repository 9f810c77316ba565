import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ms, per, percent, quantile } from './support/figures.ts';
import { changesBySegment, checkTold, createFlag, endOfLog, Receivers } from './support/following.ts';
import type { Opening } from './support/following.ts';
import { withDatabase } from './support/server.ts';
import type { BenchServer } from './support/server.ts';

const HELP = `npm run bench -- soak [--seconds 600] [--rate 1500] [--sockets 100] [--segments 20]

Sockets follow segments while items come in that each flip four memberships. Afterwards every socket must have been told
every change of its segment once, in order. It prints what ingest felt of it, deliveries a second, the server's memory;
and how fast the same sockets catch up from the start, beside a bare graphql-ws server that pushes the same messages.
`;

const BATCH = 150;
const FLIPS = 4;
const PEOPLE = 5_000;
const QUERY = `subscription ($segments: [String!], $after: String) {
  segmentChanges(segments: $segments, after: $after) { cursor kind at cause segment { key } profile { id } } }`;
const CATCH_UP_MS = 3_000;

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean' },
      seconds: { type: 'string', default: '600' },
      rate: { type: 'string', default: '1500' },
      sockets: { type: 'string', default: '100' },
      segments: { type: 'string', default: '20' },
    },
  });
  if (values.help) return console.log(HELP);
  const segments = Array.from({ length: Number(values.segments) }, (_, index) => `flag-${index}`);
  const perSegment = Math.round(Number(values.sockets) / segments.length);
  await withDatabase(async (server, client) => {
    for (const [index, key] of segments.entries()) await createFlag(server, `flag${index}`, key);
    const receivers = new Receivers();
    try {
      const opening = { server, query: QUERY, segments, perSegment, after: await endOfLog(server) };
      await receivers.open(opening);
      const load = new Load(server, segments.length, Number(values.rate));
      const watch = watchMemory(server.pid);
      const begun = performance.now();
      await load.send(Number(values.seconds));
      const changes = await changesBySegment(client);
      const told = await receivers.untilTold(changes);
      const seconds = (performance.now() - begun) / 1_000;
      checkTold(told, changes);
      const closed = told.flatMap((one) => one.closed);
      console.log(
        `bench/soak: all ${told.length} sockets were told all ${sum([...changes.values()])} changes, once, in order; ${closed.length} were closed meanwhile`,
      );
      load.report();
      const deliveries = sum(told.map(({ count }) => count));
      console.log(
        `bench/soak: ${told.length} sockets on ${segments.length} segments, ${deliveries.toLocaleString('en')} deliveries, ${per(deliveries / seconds)}; the last one ${ms(1_000 * (seconds - Number(values.seconds)))} after the load began its last second`,
      );
      watch.report();
      await compareCatchUp(receivers, opening);
    } finally {
      receivers.end();
    }
  });
}

/** Sockets that begin at the start of the log take all of it as fast as they can; beside it a bare server, by turns. */
async function compareCatchUp(receivers: Receivers, opening: Opening): Promise<void> {
  const bare = fork(join(import.meta.dirname, 'support/bare-feed.ts'), {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [address] = (await once(bare.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const url = address.toString().trim();
  const [ours, theirs]: Pace[][] = [[], []];
  for (let round = 0; round < 3; round += 1) {
    ours?.push(await paceOf(receivers, opening, opening.server.pid));
    theirs?.push(await paceOf(receivers, { ...opening, url }, bare.pid ?? 0));
  }
  bare.kill();
  const middle = (paces: Pace[] | undefined, what: keyof Pace) =>
    quantile(
      (paces ?? []).map((one) => one[what]),
      0.5,
    );
  const [our, their] = [middle(ours, 'rate'), middle(theirs, 'rate')];
  console.log(
    `bench/soak, catching up (median of 3): ${per(our)}, ${middle(ours, 'cost').toFixed(1)} µs of the processor each; a bare graphql-ws server ${per(their)}, ${middle(theirs, 'cost').toFixed(1)} µs: ${percent(our / their)} of its rate`,
  );
}

interface Pace {
  /** Deliveries a second. */
  rate: number;
  /** Microseconds of the server's processor for each. */
  cost: number;
}

async function paceOf(receivers: Receivers, opening: Opening, pid: number): Promise<Pace> {
  await receivers.open(opening);
  const [begun, before, idle] = [performance.now(), await countOf(receivers), await processorMs(pid)];
  await sleep(CATCH_UP_MS);
  const told = (await countOf(receivers)) - before;
  const cost = (1_000 * ((await processorMs(pid)) - idle)) / told;
  const rate = (told / (performance.now() - begun)) * 1_000;
  await receivers.close();
  return { rate, cost };
}

async function countOf(receivers: Receivers): Promise<number> {
  return sum((await receivers.told()).map(({ count }) => count));
}

/** What a process has used so far. Linux counts in hundredths of a second. */
async function processorMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14);
  return 10 * (Number(user) + Number(system));
}

/** Items at a steady rate, whether or not the server keeps up. */
class Load {
  private readonly took: number[] = [];
  private failed = 0;
  private sent = 0;

  private readonly server: BenchServer;
  private readonly flags: number;
  private readonly rate: number;

  constructor(server: BenchServer, flags: number, rate: number) {
    this.server = server;
    this.flags = flags;
    this.rate = rate;
  }

  async send(seconds: number): Promise<void> {
    const begun = performance.now();
    const answers: Promise<void>[] = [];
    for (let batch = 0; batch * BATCH < seconds * this.rate; batch += 1) {
      const due = begun + ((batch * BATCH) / this.rate) * 1_000;
      await sleep(Math.max(0, due - performance.now()));
      answers.push(this.sendBatch(due));
    }
    await Promise.all(answers);
  }

  report(): void {
    console.log(
      `bench/soak: ${per(this.rate)} items in ${this.took.length + this.failed} requests, ${this.failed} of them failed; p50 ${ms(quantile(this.took, 0.5))}, p99 ${ms(quantile(this.took, 0.99))}, at most ${ms(Math.max(...this.took))}`,
    );
  }

  /** @param due from when on the request would have been under way */
  private async sendBatch(due: number): Promise<void> {
    const items = Array.from({ length: BATCH }, () => this.nextItem());
    try {
      await this.server.gql('mutation ($input: IngestInput!) { ingest(input: $input) { accepted } }', {
        input: { items },
      });
      this.took.push(performance.now() - due);
    } catch (error) {
      this.failed += 1;
      if (this.failed <= 5) console.error(`bench/soak: ${(error as Error).message}`);
    }
  }

  /** People come round in order. Each time the next four flags of a person are set, until all are; then unset. */
  private nextItem(): object {
    const index = this.sent;
    this.sent += 1;
    const person = index % PEOPLE;
    const round = Math.floor(index / PEOPLE);
    const blocks = this.flags / FLIPS;
    const first = (round % blocks) * FLIPS;
    const value = Math.floor(round / blocks) % 2 === 0;
    return {
      externalId: `soak-${index}`,
      identifiers: [{ namespace: 'external', value: `person-${person}` }],
      attributes: Object.fromEntries(
        Array.from({ length: FLIPS }, (_, flag) => [`flag${first + flag}`, value]),
      ),
    };
  }
}

function watchMemory(pid: number): { report(): void } {
  const megabytes: number[] = [];
  const timer = setInterval(() => {
    void readFile(`/proc/${pid}/status`, 'utf8').then(
      (status) => {
        megabytes.push(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024);
      },
      () => undefined,
    );
  }, 1_000);
  return {
    report: () => {
      clearInterval(timer);
      const tenths = Array.from({ length: 10 }, (_, tenth) => {
        const share = megabytes.length / 10;
        return Math.round(quantile(megabytes.slice(tenth * share, (tenth + 1) * share), 0.5));
      });
      console.log(`bench/soak: resident memory in tenths of the time, MB: ${tenths.join(', ')}`);
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
