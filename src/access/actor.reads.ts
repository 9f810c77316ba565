import { Scope } from '../platform/index.js';
import type { ApiKey } from './api-key.entity.js';
import { apiKeysById, sources, workspaceOf } from './access.reads.js';
import { ApiKeyType } from './api-key.type.js';
import type { RequestContext } from './request-context.js';
import type { Source } from './source.entity.js';
import { SourceType } from './source.type.js';
import { WorkspaceType } from './workspace.type.js';

/** Loads actors by the UUIDs of their API keys; null where there is none. */
export const actorsById = (context: RequestContext) => async (ids: readonly string[]) => {
  const tx = await context.reading();
  const [keys, known] = [await apiKeysById(tx, ids), await sources.read(tx)];
  return ids.map((id): ApiKeyType | null => {
    const apiKey = keys.get(id);
    return apiKey ? shownKey(apiKey, known) : null;
  });
};

/** For `node(id:)`. */
export async function findApiKeys(
  context: RequestContext,
  uuids: readonly string[],
): Promise<(ApiKeyType | null)[]> {
  return context.has(Scope.ADMIN) ? actorsById(context)(uuids) : uuids.map(() => null);
}

/** For `node(id:)`. */
export async function findSources(
  context: RequestContext,
  uuids: readonly string[],
): Promise<(SourceType | null)[]> {
  const all = await sources.read(await context.reading());
  return uuids.map((uuid) => {
    const source = all.get(uuid);
    return SourceType.of(source);
  });
}

/** For `node(id:)`. There is one that a viewer may see: their own. */
export async function findWorkspaces(
  context: RequestContext,
  uuids: readonly string[],
): Promise<(WorkspaceType | null)[]> {
  const workspace = new WorkspaceType(await workspaceOf(await context.reading()));
  return uuids.map((uuid) => (uuid === workspace.uuid ? workspace : null));
}

export function shownKey(apiKey: ApiKey, known: ReadonlyMap<string, Source>): ApiKeyType {
  const source = known.get(apiKey.sourceId);
  if (!source) throw new Error('the source of a key is never forgotten');
  return new ApiKeyType(apiKey, source);
}
