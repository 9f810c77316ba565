import { sources } from '../../access/index.js';
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

/** @param path where the filter stands @throws OnefoldError SOURCE_UNKNOWN, TOO_MANY */
export async function filterOf(
  { codes, sources: keys, type, externalId, from, to }: QuarantineFilterInput,
  context: RequestContext,
  path: readonly string[] = ['filter'],
): Promise<QuarantineFilter> {
  for (const list of [codes, keys])
    if ((list?.length ?? 0) > MAX_AT_A_TIME) throw new OnefoldError('TOO_MANY', { path });
  return {
    ids: null,
    codes: codes ?? null,
    sourceIds: keys ? await sourceIds(keys, context, [...path, 'sources']) : null,
    type: type == null ? null : canonicalKey(type),
    externalId: externalId ?? null,
    from: from ?? null,
    to: to ?? null,
  };
}

async function sourceIds(
  keys: readonly string[],
  context: RequestContext,
  path: readonly string[],
): Promise<string[]> {
  const known = await sources.read(await context.reading());
  const ids = new Map([...known.values()].map(({ key, id }) => [key, id]));
  return keys.map((key) => {
    const id = ids.get(key);
    if (id === undefined) throw new OnefoldError('SOURCE_UNKNOWN', { path });
    return id;
  });
}
