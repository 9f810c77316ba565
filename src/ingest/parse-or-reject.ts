import { Refusals } from '../platform/index.js';
import { rejected } from './item.js';
import type { Item, Outcome, RawItem } from './item.js';
import { parseItem } from './parse-item.js';

/** As `parseItem`. An item that it throws away is answered here, and not kept in quarantine. */
export function parseOrReject(raw: RawItem, reading: Parameters<typeof parseItem>[1]): Item | Outcome {
  try {
    return parseItem(raw, reading);
  } catch (error) {
    if (!(error instanceof Refusals)) throw error;
    return rejected(raw.externalId, error.refusals);
  }
}

/** One outcome for each, in their order: those that could be read are applied. */
export async function answersTo(
  parsed: readonly (Item | Outcome)[],
  apply: (items: readonly Item[]) => Promise<Outcome[]>,
): Promise<Outcome[]> {
  const applied = await apply(parsed.filter((one): one is Item => !('status' in one)));
  return parsed.map((one) => ('status' in one ? one : (applied.shift() as Outcome)));
}
