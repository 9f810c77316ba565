import { sourceIdsOf } from '../../access/index.js';
import type { RequestContext } from '../../access/index.js';
import { canonicalKey, OnefoldError, uuidOf } from '../../platform/index.js';
import type { QuarantineFilter } from './quarantine.reads.js';
import type { QuarantineFilterInput } from './quarantine.type.js';

const MAX_AT_A_TIME = 1_000;

/** All that is in quarantine. */
export const EVERYTHING: QuarantineFilter = {
  ...{ ids: null, codes: null, sourceIds: null, type: null },
  ...{ externalId: null, from: null, to: null },
};

/** By their ids alone. */
export function withIds(ids: readonly string[]): QuarantineFilter {
  return { ...EVERYTHING, ids };
}

/** @throws OnefoldError TOO_MANY */
export function idsOf(publicIds: readonly string[], path: readonly string[]): string[] {
  if (publicIds.length > MAX_AT_A_TIME) throw new OnefoldError('TOO_MANY', { path });
  // An id of something else fits nothing.
  return publicIds.flatMap((id) => uuidOf('quarantined', id) ?? []);
}

/** Whether a filter narrows nothing: every field is absent or null. */
export function isEmptyFilter(filter: QuarantineFilterInput): boolean {
  return Object.values(filter).every((value) => value == null);
}

/** @param path where the filter stands @throws OnefoldError SOURCE_UNKNOWN, TOO_MANY */
export async function filterOf(
  { codes, sources: keys, type, externalId, from, to }: QuarantineFilterInput,
  context: RequestContext,
  path: readonly string[] = ['filter'],
): Promise<QuarantineFilter> {
  if ((codes?.length ?? 0) > MAX_AT_A_TIME) throw new OnefoldError('TOO_MANY', { path: [...path, 'codes'] });
  return {
    ids: null,
    codes: codes ?? null,
    sourceIds: keys ? await sourceIdsOf(await context.reading(), keys, [...path, 'sources']) : null,
    type: type == null ? null : canonicalKey(type),
    externalId: externalId ?? null,
    from: from ?? null,
    to: to ?? null,
  };
}
