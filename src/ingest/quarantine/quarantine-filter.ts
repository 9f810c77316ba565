import { sources } from '../../access/index.js';
import type { RequestContext } from '../../access/index.js';
import { canonicalKey, OnefoldError, uuidOf } from '../../platform/index.js';
import type { QuarantineFilter } from './quarantine.reads.js';
import type { QuarantineFilterInput } from './quarantine.type.js';

export const MAX_AT_A_TIME = 1_000;

/** By their ids alone. */
export function withIds(ids: readonly string[]): QuarantineFilter {
  return { ids, codes: null, sourceIds: null, type: null, externalId: null, from: null, to: null };
}

/** @throws OnefoldError SOURCE_UNKNOWN, TOO_MANY */
export async function filterOf(
  { ids, codes, source, sources: keys, type, externalId, from, to }: QuarantineFilterInput,
  context: RequestContext,
): Promise<QuarantineFilter> {
  for (const list of [ids, codes, keys])
    if ((list?.length ?? 0) > MAX_AT_A_TIME) throw new OnefoldError('TOO_MANY', { path: ['filter'] });
  const one = source == null ? null : await sourceIds([source], context, ['filter', 'source']);
  const several = keys ? await sourceIds(keys, context, ['filter', 'sources']) : null;
  return {
    // An id of something else fits nothing.
    ids: ids?.flatMap((id) => uuidOf('quarantined', id) ?? []) ?? null,
    codes: codes ?? null,
    sourceIds: one && several ? several.filter((id) => one.includes(id)) : (one ?? several),
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
