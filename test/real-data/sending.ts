import { CreateSegmentDocument, OnefoldError } from '../../src/client/index.js';
import type { Client, IngestItemInput } from '../../src/client/index.js';
import { SEGMENTS } from './purchases.js';

const BATCH = 500;
const CONCURRENCY = 2;

export interface Sent {
  /** externalIds. */
  accepted: string[];
  duplicates: string[];
  refused: string[];
}

/**
 * Sends everything, the batches in turn to each of the clients.
 * @param onAnswer is told how many items have been answered
 */
export async function sendAll(
  clients: readonly Client[],
  items: readonly IngestItemInput[],
  onAnswer: (answered: number) => void = () => undefined,
): Promise<Sent> {
  const sent: Sent = { accepted: [], duplicates: [], refused: [] };
  let next = 0;
  let answered = 0;
  const sendNext = async (): Promise<void> => {
    while (next < items.length) {
      const client = clients[(next / BATCH) % clients.length];
      const batch = items.slice(next, (next += BATCH));
      const answer = await client?.ingest(batch);
      for (const { status, externalId } of answer?.results ?? []) {
        if (externalId === null) throw new Error('every item that is sent has an externalId');
        if (status === 'ACCEPTED') sent.accepted.push(externalId);
        else if (status === 'DUPLICATE') sent.duplicates.push(externalId);
        else sent.refused.push(externalId);
      }
      answered += batch.length;
      onAnswer(answered);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, sendNext));
  return sent;
}

/** As `sendAll`, until the server is away. @returns whether it was */
export async function sendUntilAway(...args: Parameters<typeof sendAll>): Promise<boolean> {
  try {
    await sendAll(...args);
    return false;
  } catch (error) {
    if (error instanceof OnefoldError && error.code === 'UNREACHABLE') return true;
    throw error;
  }
}

export async function createSegments(client: Client): Promise<void> {
  for (const { key, name, rule } of SEGMENTS) {
    const input = { key, name, rule, allowUndefined: true };
    const { createSegment } = await client.execute(CreateSegmentDocument, { input });
    expect(createSegment?.userErrors).toEqual([]);
  }
}
