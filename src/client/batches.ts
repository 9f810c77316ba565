import { toJson } from './exact-json.js';
import type { IngestItemInput } from './generated/graphql.js';

/** Below the server's 1,000 items and 5 MB, with room for what is around the items. */
const MAX_ITEMS = 1_000;
const MAX_BYTES = 4_500_000;
const encoder = new TextEncoder();

/** Cuts items into batches that the server takes. An item that is too large by itself goes alone, to be refused. */
export function* batches(items: Iterable<IngestItemInput>): Generator<IngestItemInput[]> {
  let batch: IngestItemInput[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = encoder.encode(toJson(item)).length + 1;
    if (batch.length > 0 && (batch.length === MAX_ITEMS || bytes + size > MAX_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
