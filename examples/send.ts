import type { Client, IngestItemInput } from 'onefold/client';

/** What became of the items. */
export interface Sent {
  accepted: number;
  duplicates: number;
  conflicts: number;
  rejected: number;
  /** The first refusals, in words. */
  refusals: string[];
}

interface Sending {
  items: AsyncIterable<IngestItemInput> | Iterable<IngestItemInput>;
  batch: number;
  /** Batches under way at a time. */
  concurrency: number;
  onAnswer: (items: number) => void;
}

const REFUSALS_SHOWN = 5;

/** Sends items as they come, in batches. Sending all of it again is safe: what had arrived is then a duplicate. */
export async function send(client: Client, { items, batch, concurrency, onAnswer }: Sending): Promise<Sent> {
  const sent: Sent = { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0, refusals: [] };
  const batches = inBatches(items, batch);
  const sendNext = async (): Promise<void> => {
    for (let next = await batches.next(); !next.done; next = await batches.next()) {
      const answer = await client.ingest(next.value);
      sent.accepted += answer.accepted;
      sent.duplicates += answer.duplicates;
      sent.conflicts += answer.conflicts;
      sent.rejected += answer.rejected;
      for (const { externalId, errors } of answer.results)
        if (errors[0] && sent.refusals.length < REFUSALS_SHOWN)
          sent.refusals.push(`${externalId}: ${errors[0].code}, ${errors[0].message}`);
      onAnswer(next.value.length);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, sendNext));
  return sent;
}

async function* inBatches(
  items: Sending['items'],
  size: number,
): AsyncGenerator<IngestItemInput[], void, undefined> {
  let batch: IngestItemInput[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
