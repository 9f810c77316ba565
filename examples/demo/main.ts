import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Client, CreateSegmentInput, RuleInput } from 'onefold/client';
import { connect, runProgram, serverUrl, Trouble, WHERE } from '../connect.ts';
import { format, Progress, Screen } from '../screen.ts';
import { defineSegments, sizesOf } from '../segments.ts';
import { send } from '../send.ts';
import { Random } from './random.ts';
import { history, somethingNew } from './shop.ts';
import type { Shop } from './shop.ts';

const HELP = `Fills Onefold with the customers of a shop that does not exist, so that there is something to look at.

npm run demo -- [options]
  --customers N   how many; default 500
  --seed N        another seed, another shop; default 1. The same one gives the same history, up to now
  --live          goes on with something new now and then, and shows what that changes, until Ctrl-C
  --url ADDRESS   ${WHERE}
  --key of_…      API key; default: ONEFOLD_KEY, or what is in .onefold/development-key
  --help          this text
`;

const DAYS = 365;

const boughtWithin = (days: number): RuleInput => ({ event: { type: 'purchase', withinLast: { days } } });

const SEGMENTS: CreateSegmentInput[] = [
  { key: 'recent-buyers', name: 'Recent buyers', rule: boughtWithin(30) },
  {
    key: 'big-spenders',
    name: 'Big spenders',
    description: 'Two or more purchases of at least 350 EUR in a year',
    rule: {
      event: {
        type: 'purchase',
        where: [{ path: 'total', is: { gte: 350 } }],
        withinLast: { days: 365 },
        count: { atLeast: 2 },
      },
    },
  },
  {
    key: 'lapsed',
    name: 'Lapsed',
    description: 'Bought once, and nothing in the last 90 days',
    rule: { all: [{ event: { type: 'purchase' } }, { not: boughtWithin(90) }] },
  },
  {
    key: 'window-shoppers',
    name: 'Window shoppers',
    description: 'Came by three times in a month and bought nothing',
    rule: {
      all: [
        { event: { type: 'visit', withinLast: { days: 30 }, count: { atLeast: 3 } } },
        { not: boughtWithin(30) },
      ],
    },
  },
  {
    key: 'unhappy',
    name: 'Unhappy',
    description: 'Complained in the last 30 days',
    rule: {
      event: {
        type: 'service_contact',
        where: [{ path: 'sentiment', is: { equals: 'negative' } }],
        withinLast: { days: 30 },
      },
    },
  },
  {
    key: 'top-tiers',
    name: 'Gold and platinum',
    rule: { attribute: { key: 'tier', is: { in: ['gold', 'platinum'] } } },
  },
  {
    key: 'call-them',
    name: 'Call them',
    description: 'Good customers whom we are about to lose',
    rule: {
      all: [
        { any: [{ segment: { key: 'top-tiers' } }, { segment: { key: 'big-spenders' } }] },
        { any: [{ segment: { key: 'unhappy' } }, { segment: { key: 'lapsed' } }] },
      ],
    },
  },
];
const KEYS = SEGMENTS.map(({ key }) => key);

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  customers: { type: 'string', default: '500' },
  seed: { type: 'string', default: '1' },
  live: { type: 'boolean', default: false },
  url: { type: 'string' },
  key: { type: 'string' },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return void console.log(HELP);
  const shop = {
    customers: numberFrom(values.customers, '--customers', 100_000),
    seed: numberFrom(values.seed, '--seed', 1_000_000),
  };
  const url = await serverUrl(values.url);
  const client = await connect({ url, key: values.key });
  await defineSegments(client, SEGMENTS);
  await sendHistory(client, shop);
  console.log('Members');
  for (const [key, size] of await sizesOf(client, KEYS)) console.log(`  ${key.padEnd(16)} ${format(size)}`);
  console.log(`\nLook at customer demo-1 in GraphiQL: ${new URL('/', url).href}`);
  if (values.live) await live(client, shop);
}

async function sendHistory(client: Client, shop: Shop): Promise<void> {
  const items = [...history(shop, DAYS, new Date())];
  const progress = new Progress(items.length);
  const screen = new Screen(() => [progress.toString()]);
  const sent = await send(client, {
    items,
    batch: 500,
    // One at a time: the sign-ups, which bring the identifiers together, must be there before the rest.
    concurrency: 1,
    onAnswer: (count) => progress.add(count),
  }).finally(() => screen.close());
  console.log(
    `${format(shop.customers)} customers, ${format(items.length)} items: ` +
      `${format(sent.accepted)} accepted, ${format(sent.duplicates)} had been sent before`,
  );
  const refused = sent.conflicts + sent.rejected;
  if (refused > 0) console.log(`${format(refused)} refused:\n  ${sent.refusals.join('\n  ')}`);
}

/** Until Ctrl-C. */
async function live(client: Client, shop: Shop): Promise<void> {
  console.log('\nLive, until Ctrl-C');
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  await Promise.all([sendNow(client, shop, stop), tellChanges(client, stop)]);
}

async function sendNow(client: Client, shop: Shop, { signal }: AbortController): Promise<void> {
  const random = new Random(shop.seed, Date.now());
  while (!signal.aborted) {
    const item = somethingNew(shop, random, `demo-live-${randomUUID()}`);
    await client.ingest([item]);
    console.log(`${time()}  ${item.type}  ${item.identifiers[0]?.value}`);
    await sleep(random.whole(300, 3_000), undefined, { signal }).catch(() => undefined);
  }
}

async function tellChanges(client: Client, { signal }: AbortController): Promise<void> {
  for await (const { kind, segment, profile } of client.segmentChanges({ segments: KEYS, signal }))
    console.log(`${time()}    ${kind === 'ENTERED' ? '→' : '←'} ${segment.key}  ${profile.id}`);
}

function time(): string {
  return new Date().toLocaleTimeString('en-GB');
}

function numberFrom(text: string, option: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new Trouble(`${option} ${text}: give a whole number from 1 to ${most}.`);
}

runProgram(main);
