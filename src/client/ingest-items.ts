import { batches } from './batches.js';
import type { CallOptions, Client } from './create-client.js';
import { IngestDocument } from './generated/graphql.js';
import type { IngestItemInput, IngestMutation } from './generated/graphql.js';

/** The answers to all items, in their order, and how many there are of each kind. */
export type IngestAnswer = NonNullable<IngestMutation['ingest']>;
type Result = IngestAnswer['results'][number];
type Fault = Result['errors'][number];

export async function ingestItems(
  execute: Client['execute'],
  items: Iterable<IngestItemInput>,
  options?: CallOptions,
): Promise<IngestAnswer> {
  const total: IngestAnswer = {
    ...{ accepted: 0, duplicates: 0, conflicts: 0, rejected: 0, withWarnings: 0 },
    results: [],
  };
  for (const batch of batches(items)) {
    const { ingest } = await execute(IngestDocument, { input: { items: batch } }, options);
    // It is null only beside errors, and for these `execute` throws.
    if (!ingest) continue;
    const before = total.results.length;
    total.accepted += ingest.accepted;
    total.duplicates += ingest.duplicates;
    total.conflicts += ingest.conflicts;
    total.rejected += ingest.rejected;
    total.withWarnings += ingest.withWarnings;
    for (const result of ingest.results) total.results.push(shifted(result, before));
  }
  return total;
}

/** The server counts the items of its batch; the caller counts all. */
function shifted(result: Result, by: number): Result {
  if (by === 0 || (result.errors.length === 0 && result.warnings.length === 0)) return result;
  const shift = (error: Fault): Fault => ({
    ...error,
    path: error.path.map((step, depth) => (depth === INDEX_DEPTH ? String(Number(step) + by) : step)),
  });
  return { ...result, errors: result.errors.map(shift), warnings: result.warnings.map(shift) };
}

/** `["input", "items", "7", …]` */
const INDEX_DEPTH = 2;
