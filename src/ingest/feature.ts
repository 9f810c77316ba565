import type { Feature } from '../feature.js';
import { Merging } from '../identity/index.js';
import { EventByExternalIdResolver } from './event-by-external-id.resolver.js';
import { aheadJob } from './ahead/begin-due.js';
import { itemsAheadPart } from './ahead/items-ahead.part.js';
import { IngestQueue } from './ingest-queue.js';
import { IngestResolver } from './ingest.resolver.js';
import { liftItems } from './lift-items.input.js';
import { PreviewIdentityResolver } from './preview-identity.resolver.js';
import { drop } from './quarantine/drop.js';
import { quarantinePart } from './quarantine/quarantine.part.js';
import { QuarantineResolver, findQuarantined } from './quarantine/quarantine.resolver.js';
import { QuarantineRunsResolver } from './quarantine/quarantine-runs.resolver.js';
import { DropRun, ReplayRun } from './quarantine/quarantine-runs.type.js';
import { replay } from './quarantine/replay.js';
import { receiptsPart } from './receipts.part.js';

const MAX_WAITING_ITEMS = 20_000;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

export const ingest: Feature = {
  resolvers: [
    EventByExternalIdResolver,
    IngestResolver,
    PreviewIdentityResolver,
    QuarantineResolver,
    QuarantineRunsResolver,
  ],
  nodes: { quarantined: findQuarantined },
  lift: liftItems,
  services: ({ database, clock, config, service }) => [
    new IngestQueue({
      ...{ database, clock, merging: service(Merging) },
      concurrency: config.INGEST_CONCURRENCY,
      maxWaitingItems: MAX_WAITING_ITEMS,
      maxWaitingBytes: MAX_WAITING_BYTES,
    }),
  ],
  jobs: () => [{ lane: 'DUE', job: aheadJob() }],
  runKinds: [
    { ...replay, type: ReplayRun },
    { ...drop, type: DropRun },
  ],
  parts: [itemsAheadPart, receiptsPart, quarantinePart],
};
