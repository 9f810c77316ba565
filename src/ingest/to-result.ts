import { toUserError } from '../platform/graphql/index.js';
import type { OnefoldError } from '../platform/index.js';
import { publicId } from '../platform/index.js';
import { IngestStatus } from './ingest.type.js';
import type { IngestResult } from './ingest.type.js';
import type { Outcome } from './item.js';

/** @param path where the item stands in the arguments */
export function toResult(outcome: Outcome, path: readonly (string | number)[]): IngestResult {
  const toError = (error: OnefoldError) => toUserError(error, path);
  return {
    status: IngestStatus[outcome.status],
    externalId: outcome.externalId,
    eventId: outcome.eventId && publicId('event', outcome.eventId),
    profileId: outcome.profileId && publicId('profile', outcome.profileId),
    errors: outcome.errors.map(toError),
    warnings: outcome.warnings.map(toError),
  };
}
