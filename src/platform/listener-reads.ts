import pLimit from 'p-limit';

/** The part of the connections to the database that those who listen may read with. */
const PART = 1 / 4;

/**
 * Reads for subscriptions, at most so many at a time: however many listen, ingest and queries find connections. Nothing
 * that runs here may ask for another of these reads.
 */
export class ListenerReads {
  private readonly limit: ReturnType<typeof pLimit>;

  /** @param connections that the server has */
  constructor(connections: number) {
    this.limit = pLimit(Math.max(1, Math.floor(connections * PART)));
  }

  run<T>(read: () => Promise<T>): Promise<T> {
    return this.limit(read);
  }
}
