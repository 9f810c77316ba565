import { OnefoldError } from '../platform/index.js';
import type { Scope, Transaction } from '../platform/index.js';
import { ApiKey } from './api-key.entity.js';
import { Definitions } from '../definitions/index.js';
import { Source } from './source.entity.js';
import { Workspace } from './workspace.entity.js';

/** The workspace's sources by id. */
export const sources = new Definitions(async (tx): Promise<ReadonlyMap<string, Source>> => {
  const all = await tx.em.find(
    Source,
    { workspaceId: tx.workspaceId },
    { orderBy: { key: 'asc' }, disableIdentityMap: true },
  );
  return new Map(all.map((source) => [source.id, source]));
});

export async function sourceByKey(tx: Transaction, key: string): Promise<Source | undefined> {
  return [...(await sources.read(tx)).values()].find((source) => source.key === key);
}

const MAX_SOURCES_AT_A_TIME = 1_000;

/**
 * The UUIDs of sources by their keys.
 * @param path where the keys stand
 * @throws OnefoldError SOURCE_UNKNOWN, TOO_MANY
 */
export async function sourceIdsOf(
  tx: Transaction,
  keys: readonly string[],
  path: readonly string[],
): Promise<string[]> {
  if (keys.length > MAX_SOURCES_AT_A_TIME) throw new OnefoldError('TOO_MANY', { path });
  const ids = new Map([...(await sources.read(tx)).values()].map(({ key, id }) => [key, id]));
  return keys.map((key) => {
    const id = ids.get(key);
    if (id === undefined) throw new OnefoldError('SOURCE_UNKNOWN', { path });
    return id;
  });
}

export function workspaceOf(tx: Transaction): Promise<Workspace> {
  return tx.em.findOneOrFail(Workspace, { id: tx.workspaceId }, { disableIdentityMap: true });
}

/** Which keys; null = any. */
export interface ApiKeyFilter {
  isActive: boolean | null;
  /** UUIDs. */
  sourceIds: readonly string[] | null;
  /** All of which a key must have. */
  scopes: readonly Scope[] | null;
  now: Date;
}

/** The keys between two ids, newest first, or oldest first when read backward. */
export function apiKeysBetween(
  tx: Transaction,
  { isActive, sourceIds, scopes, now }: ApiKeyFilter,
  { below, above, backward, limit }: { below: string; above: string; backward: boolean; limit: number },
): Promise<ApiKey[]> {
  const works = { revokedAt: null, $or: [{ expiresAt: null }, { expiresAt: { $gt: now } }] };
  return tx.em.find(
    ApiKey,
    {
      workspaceId: tx.workspaceId,
      id: { $lt: below, $gt: above },
      ...(sourceIds !== null && { sourceId: { $in: [...sourceIds] } }),
      ...(scopes !== null && { scopes: { $contains: [...scopes] } }),
      ...(isActive !== null && (isActive ? works : { $not: works })),
    },
    { orderBy: { id: backward ? 'asc' : 'desc' }, limit, disableIdentityMap: true },
  );
}

export async function apiKeysById(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ApiKey>> {
  const found = await tx.em.find(
    ApiKey,
    { workspaceId: tx.workspaceId, id: { $in: [...ids] } },
    { disableIdentityMap: true },
  );
  return new Map(found.map((apiKey) => [apiKey.id, apiKey]));
}

/** Which of these keys no longer work. */
export async function inactiveKeys(tx: Transaction, ids: readonly string[], now: Date): Promise<Set<string>> {
  const active = await tx.query<{ id: string }>(
    `/* active keys */
    select id from api_key
    where workspace_id = $1 and id = any($2) and revoked_at is null and (expires_at is null or expires_at > $3)`,
    [tx.workspaceId, ids, now],
  );
  const working = new Set(active.map((row) => row.id));
  return new Set(ids.filter((id) => !working.has(id)));
}
