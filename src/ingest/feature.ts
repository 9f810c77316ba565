import type { Feature } from '../feature.js';
import { itemsAhead } from './index.js';
import { IngestResolver } from './ingest.resolver.js';
import { PreviewIdentityResolver } from './preview-identity.resolver.js';
import { QuarantineResolver, findQuarantined } from './quarantine/quarantine.resolver.js';

export const ingest: Feature = {
  resolvers: [IngestResolver, PreviewIdentityResolver, QuarantineResolver],
  nodes: { quarantined: findQuarantined },
  parts: [itemsAhead],
};
