import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { requestRun } from '../runs/index.js';
import { recount } from './recount.js';
import { segmentCatalogue } from './segment-catalogue.js';

interface RequestRecount {
  /** Keys of segments; null = all there are, deleted ones among them. */
  keys: readonly string[] | null;
  keyId: string;
  now: Date;
}

/** Asks for a run that counts the members of segments. @returns its id @throws OnefoldError SEGMENT_UNKNOWN */
export async function requestRecount(tx: Transaction, { keys, keyId, now }: RequestRecount): Promise<string> {
  const { byKey } = await segmentCatalogue.read(tx);
  const segmentIds =
    keys?.map((key, place) => {
      const segment = byKey.get(key);
      if (!segment) throw new OnefoldError('SEGMENT_UNKNOWN', { path: ['keys', place] });
      return segment.definition.id;
    }) ?? null;
  return requestRun(tx, { kind: recount, input: { segmentIds }, keyId, now });
}
