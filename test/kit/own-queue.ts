import { shareCatalogue } from '../../src/definitions/index.js';
import { connectDatabase } from '../../src/app.js';
import { ALL } from '../../src/features.js';
import { readConfig } from '../../src/config.js';
import { Merging } from '../../src/identity/index.js';
import { nextArrivals } from '../../src/ingest/arrivals.js';
import { IngestQueue } from '../../src/ingest/index.js';
import type { Item, Outcome, RawItem } from '../../src/ingest/item.js';
import { itemDefinitions } from '../../src/ingest/item-definitions.js';
import { parseItem } from '../../src/ingest/parse-item.js';
import { createLog } from '../../src/platform/index.js';
import type { Database } from '../../src/platform/index.js';
import { atEnd } from './at-end.js';
import type { ItemInput } from './seed.js';
import type { TestServer } from './start-server.js';

export interface OwnQueue {
  /** Used by nothing else, so its statements can be counted. */
  database: Database;
  queue: IngestQueue;
  /** As the server makes them of what was sent. */
  itemsOf(items: readonly ItemInput[]): Item[];
  submit(items: readonly ItemInput[]): Promise<Outcome[]>;
}

/** A second ingest queue on the server's database, with bounds of its own. */
export async function startQueue(
  server: TestServer,
  bounds: { concurrency?: number; maxWaitingItems?: number; maxWaitingBytes?: number } = {},
): Promise<OwnQueue> {
  const database = await connectDatabase({
    databaseUrl: server.databaseUrl,
    log: createLog('silent'),
    config: readConfig({ DATABASE_POOL_SIZE: '10' }),
  });
  atEnd(() => database.close());
  const { source, definitions } = await database.transaction(server.workspaceId, async (tx) => {
    // As a batch does: definitions that may change meanwhile are not kept, and items would be read again.
    shareCatalogue(tx);
    const [row] = await tx.query<{ id: string }>(`select id from source where key = 'default'`);
    return { source: row, definitions: await itemDefinitions.read(tx) };
  });
  const { concurrency = 1, maxWaitingItems = 20_000, maxWaitingBytes = 64_000_000 } = bounds;
  const queue = new IngestQueue({
    database,
    clock: server.clock,
    merging: new Merging(ALL.parts, ALL.lookAgain),
    concurrency,
    maxWaitingItems,
    maxWaitingBytes,
  });
  const itemsOf = (items: readonly ItemInput[]) => {
    const receivedAt = server.clock.now();
    const first = nextArrivals(receivedAt, items.length);
    return items.map(({ occurredAt, ...rest }, index) =>
      parseItem(
        { ...(rest as RawItem), occurredAt: occurredAt == null ? null : new Date(occurredAt) },
        {
          sourceId: source?.id ?? '',
          keyId: '',
          receivedAt,
          requestedAt: receivedAt,
          arrival: first + index,
          definitions,
        },
      ),
    );
  };
  return {
    database,
    queue,
    itemsOf,
    submit: (items) => queue.submit(server.workspaceId, itemsOf(items)),
  };
}
