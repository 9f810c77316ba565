import { newId, OnefoldError } from '../platform/index.js';
import type { Scope, Transaction } from '../platform/index.js';
import { sourceByKey } from './access.reads.js';
import { ApiKey } from './api-key.entity.js';
import { hashOfKey, newKeySecret } from './authenticate.js';
import { checkName } from '../definitions/index.js';
import type { Source } from './source.entity.js';

interface CreateApiKey {
  name: string;
  /** Key of the source in whose name the API key writes. */
  source: string;
  scopes: readonly Scope[];
  expiresAt?: Date | null;
  now: Date;
}

/**
 * @returns the key's record, its source, and the secret, which can be seen only now
 * @throws OnefoldError SOURCE_UNKNOWN, INVALID_VALUE, REQUIRED
 */
export async function createApiKey(
  tx: Transaction,
  input: CreateApiKey,
): Promise<{ apiKey: ApiKey; source: Source; secret: string }> {
  checkName(input.name);
  if (input.scopes.length === 0) {
    throw new OnefoldError('REQUIRED', {
      path: ['scopes'],
      message: 'A key needs at least one scope, or it can do nothing.',
    });
  }
  if (input.expiresAt && input.expiresAt <= input.now) {
    throw new OnefoldError('INVALID_VALUE', {
      path: ['expiresAt'],
      message: 'The key would have expired already. Give a later instant.',
    });
  }
  const source = await sourceByKey(tx, input.source);
  if (!source) throw new OnefoldError('SOURCE_UNKNOWN', { path: ['source'] });
  const secret = newKeySecret();
  const apiKey: ApiKey = {
    id: newId(),
    workspaceId: tx.workspaceId,
    sourceId: source.id,
    name: input.name,
    hash: hashOfKey(secret),
    scopes: [...new Set(input.scopes)],
    createdAt: input.now,
    expiresAt: input.expiresAt ?? null,
    revokedAt: null,
  };
  await tx.em.insert(ApiKey, apiKey);
  return { apiKey, source, secret };
}
