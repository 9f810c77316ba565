import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { build } from './support/building.ts';
import { fillByCopy, sourceOf } from './support/crowd.ts';
import { ms, quantile } from './support/figures.ts';
import { withDatabase } from './support/server.ts';
import type { BenchServer } from './support/server.ts';
import { TYPICAL_RULES } from './support/typical-rules.ts';
import { random } from './support/workload.ts';

const HELP = `npm run bench -- build [--people 1000000] [--events 5000000] [--rate 25] [--builds 4]

Milliseconds that requests with one item take while a segment is built over everybody, beside those without a build,
in turns: so many a second, each a purchase that may move the person in that segment. Afterwards the members of each
are compared with those that SQL by hand finds.
`;
const WARMING_MS = 5_000;
const IDLE_MS = 10_000;
const PEOPLE = 2_000;

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean' },
      people: { type: 'string', default: '1000000' },
      events: { type: 'string', default: '5000000' },
      rate: { type: 'string', default: '25' },
      builds: { type: 'string', default: '4' },
    },
  });
  if (values.help) return console.log(HELP);
  await withDatabase(async (server, client) => {
    const source = await sourceOf(client);
    await fillByCopy(client, { people: Number(values.people), events: Number(values.events), ...source });
    // What COPY has left behind must not be cleared away while it is measured.
    await client.query('checkpoint');
    const traffic = new Traffic(server, Number(values.rate));
    await traffic.during(sleep(WARMING_MS));
    const [idle, building]: [number[], number[]] = [[], []];
    const keys = Array.from({ length: Number(values.builds) }, (_, index) => `built-${index}`);
    for (const key of keys) {
      idle.push(...(await traffic.during(sleep(IDLE_MS))));
      building.push(...(await traffic.during(build(server, client, { key, rule: typicalRule().rule }))));
    }
    report('without a build', idle);
    report('while building', building);
    const ratio = quantile(building, 0.99) / quantile(idle, 0.99);
    console.log(`bench/build: p99 ${ratio.toFixed(2)} times the one without a build (wanted: at most 3)`);
    for (const key of keys) await checkMembers(client, source.workspaceId, key);
  });
}

/** Requests at a steady rate, whether the ones before are answered or not. */
class Traffic {
  private sent = 0;
  private readonly next = random(3);

  private readonly server: BenchServer;
  private readonly rate: number;

  constructor(server: BenchServer, rate: number) {
    this.server = server;
    this.rate = rate;
  }

  /** @returns how long each request took that was sent meanwhile, in milliseconds */
  async during(work: Promise<unknown>): Promise<number[]> {
    let isOver = false;
    const took: Promise<number>[] = [];
    const ended = work.finally(() => (isOver = true));
    while (!isOver) {
      took.push(this.send());
      await sleep(1_000 / this.rate);
    }
    await ended;
    return Promise.all(took);
  }

  private async send(): Promise<number> {
    const item = {
      externalId: `request-${(this.sent += 1)}`,
      identifiers: [{ namespace: 'external', value: `person-${Math.floor(this.next() * PEOPLE)}` }],
      type: 'purchase',
      properties: { total: Math.round(this.next() * 20_000) / 100 },
    };
    const started = performance.now();
    const { ingest } = await this.server.gql<{ ingest: { accepted: number } }>(
      'mutation ($input: IngestInput!) { ingest(input: $input) { accepted } }',
      { input: { items: [item] } },
    );
    if (ingest.accepted !== 1) throw new Error('an item was not accepted');
    return performance.now() - started;
  }
}

/** Of several large purchases since a date: time alone moves nobody, so that the members can be compared exactly. */
function typicalRule() {
  const rule = TYPICAL_RULES.find(({ name }) => name === 'several large purchases since a date');
  if (!rule) throw new Error('the rule is there');
  return rule;
}

async function checkMembers(client: pg.Client, workspaceId: number, key: string): Promise<void> {
  const { rows } = await client.query<{ wrong: string }>(
    `select count(*) as wrong from (${typicalRule().sql}) as found
    full join (select m.shard, m.profile_id as id from membership m join segment s on s.id = m.segment_id and s.key = $3) as inside using (shard, id)
    where (found.id is null) or (inside.id is null)`,
    [workspaceId * 256, (workspaceId + 1) * 256, key],
  );
  if (rows[0]?.wrong !== '0')
    throw new Error(`${rows[0]?.wrong} people are in the segment wrongly, or not in it`);
}

function report(when: string, took: readonly number[]): void {
  console.log(
    `bench/build, ${when}: p50 ${ms(quantile(took, 0.5))}, p99 ${ms(quantile(took, 0.99))} (${took.length} requests)`,
  );
}
