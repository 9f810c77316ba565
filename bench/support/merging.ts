import { send } from '../ingest.ts';
import type { BenchServer } from './server.ts';
import { items } from './workload.ts';
import type { BenchItem } from './workload.ts';

const SEED = 7;
const EVENTS_EACH = 3;

/** Makes visitors: people known by a device alone, each with a few events. */
export async function seedVisitors(
  server: BenchServer,
  { from, count }: { from: number; count: number },
): Promise<void> {
  const events = items(count * EVENTS_EACH, { people: 1, seed: SEED }).map((item, index) => ({
    ...item,
    externalId: `visitor-${from}-${index}`,
    identifiers: [visitor(from + (index % count))],
  }));
  await send(server, events, { batch: 500, senders: 6 });
}

/** Of each hundred items, this many tell also that a visitor is the person: two who are known become one. */
export function linking(all: readonly BenchItem[], share: number, firstVisitor: number): BenchItem[] {
  let next = firstVisitor;
  return all.map((item, index) => {
    const isLink = Math.floor(((index + 1) * share) / 100) > Math.floor((index * share) / 100);
    if (!isLink) return item;
    next += 1;
    return { ...item, identifiers: [...item.identifiers, visitor(next - 1)] };
  });
}

function visitor(number: number): { namespace: string; value: string } {
  return { namespace: 'device', value: `visitor-${number}` };
}
