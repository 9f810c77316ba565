import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { CreateSegmentInput } from 'onefold/client';
import { connect, runProgram, serverUrl, Trouble, WHERE } from '../connect.ts';
import { format, Progress, Screen } from '../screen.ts';
import { defineSegments, sizesOf, Watch } from '../segments.ts';
import { send } from '../send.ts';
import type { Sent } from '../send.ts';
import { countPurchases, purchases } from './purchases.ts';

const HELP = `Sends the purchases of CDNOW's customers to Onefold, and watches three segments meanwhile.

npx node examples/cdnow/main.ts [options]
  --url ADDRESS       ${WHERE}
  --key of_…          API key; default: ONEFOLD_KEY, or what is in .onefold/development-key
  --file PATH         CDNOW_master.txt; default ../shared/data/cdnow/CDNOW_master.txt beside this project
  --batch N           items in one request, 1 to 1000; default 500
  --concurrency N     requests at a time; default 2
  --skip-segments     only send
  --help              this text
`;

const SEGMENTS: CreateSegmentInput[] = [
  {
    key: 'three-or-more-in-1997',
    name: 'Three or more purchases in 1997',
    rule: {
      event: {
        type: 'purchase',
        from: '1997-01-01T00:00:00Z',
        to: '1998-01-01T00:00:00Z',
        count: { atLeast: 3 },
      },
    },
  },
  {
    key: 'none-since-1998',
    name: 'No purchase since 1998 began',
    rule: { not: { event: { type: 'purchase', from: '1998-01-01T00:00:00Z' } } },
  },
  {
    key: 'over-100-dollars',
    name: 'A purchase of more than 100 dollars',
    rule: { event: { type: 'purchase', where: [{ path: 'dollars', is: { gt: 100 } }] } },
  },
];
const KEYS = SEGMENTS.map(({ key }) => key);

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  url: { type: 'string' },
  key: { type: 'string' },
  file: { type: 'string' },
  batch: { type: 'string', default: '500' },
  concurrency: { type: 'string', default: '2' },
  'skip-segments': { type: 'boolean', default: false },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return void console.log(HELP);
  const batch = numberFrom(values.batch, '--batch', 1_000);
  const concurrency = numberFrom(values.concurrency, '--concurrency', 64);
  const file =
    values.file ?? fileURLToPath(new URL('../../../shared/data/cdnow/CDNOW_master.txt', import.meta.url));

  const progress = new Progress(await countPurchases(file));
  let outages = 0;
  const client = await connect({
    url: await serverUrl(values.url),
    key: values.key,
    onReconnect: () => (outages += 1),
  });
  const watch = values['skip-segments']
    ? undefined
    : await Watch.begin(client, KEYS, () => defineSegments(client, SEGMENTS));

  const screen = new Screen(() => [progress.toString(), ...(watch ? describe(watch) : [])]);
  let sent: Sent;
  try {
    sent = await send(client, {
      items: purchases(file),
      batch,
      concurrency,
      onAnswer: (items) => progress.add(items),
    });
    await watch?.end();
  } finally {
    screen.close();
  }

  console.log(`\nSent ${format(progress.done)} purchases in ${progress.seconds.toFixed(1)} s`);
  console.log(`  accepted   ${format(sent.accepted)}`);
  console.log(`  duplicates ${format(sent.duplicates)}`);
  if (sent.conflicts + sent.rejected > 0)
    console.log(
      `  refused    ${format(sent.conflicts + sent.rejected)}\n    ${sent.refusals.join('\n    ')}`,
    );
  if (outages > 0) console.log(`The connection was lost ${outages} times; nothing was missed.`);
  if (watch) {
    console.log('Members');
    for (const [key, size] of await sizesOf(client, KEYS)) console.log(`  ${key.padEnd(22)} ${format(size)}`);
  }
  if (sent.conflicts + sent.rejected > 0) process.exitCode = 1;
}

function describe(watch: Watch): string[] {
  return [
    ...KEYS.map((key) => {
      const entered = format(watch.entered.get(key) ?? 0).padStart(7);
      const exited = format(watch.exited.get(key) ?? 0).padStart(7);
      return `  ${key.padEnd(22)} ${entered} entered ${exited} left`;
    }),
    ...watch.recent.map(
      ({ kind, segment, profile }) => `  ${kind === 'ENTERED' ? '→' : '←'} ${segment.key}  ${profile.id}`,
    ),
  ];
}

function numberFrom(text: string, option: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new Trouble(`${option} ${text}: give a whole number from 1 to ${most}.`);
}

runProgram(main);
