import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { ApiKey } from './api-key.entity.js';

/** Ends a key for good: within a second it is refused and its sockets close. Revoking it again changes nothing. */
export async function revokeApiKey(
  tx: Transaction,
  input: { id: string | null; now: Date },
): Promise<ApiKey> {
  const apiKey = input.id && (await tx.em.findOne(ApiKey, { id: input.id, workspaceId: tx.workspaceId }));
  if (!apiKey) throw new OnefoldError('API_KEY_UNKNOWN', { path: ['id'] });
  apiKey.revokedAt ??= input.now;
  await tx.em.flush();
  return apiKey;
}
