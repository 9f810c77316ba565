import type { Feature } from '../feature.js';
import { itemsAheadPart } from './ahead/items-ahead.part.js';
import { IngestResolver } from './ingest.resolver.js';
import { PreviewIdentityResolver } from './preview-identity.resolver.js';
import { quarantinePart } from './quarantine/quarantine.part.js';
import { QuarantineResolver, findQuarantined } from './quarantine/quarantine.resolver.js';
import { receiptsPart } from './receipts.part.js';

export const ingest: Feature = {
  resolvers: [IngestResolver, PreviewIdentityResolver, QuarantineResolver],
  nodes: { quarantined: findQuarantined },
  parts: [itemsAheadPart, receiptsPart, quarantinePart],
};
