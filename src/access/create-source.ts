import { newId, OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { sourceByKey } from './access.reads.js';
import { changeCatalogue, checkDefinitionKey, checkName } from '../definitions/index.js';
import { Source } from './source.entity.js';
import { changeSettings, NEW_SOURCE } from './source-settings.js';
import type { SourceSettingsInput } from './source-settings.js';

/** @throws OnefoldError KEY_INVALID, KEY_TAKEN, REQUIRED, TOO_LONG, INVALID_VALUE */
export async function createSource(
  tx: Transaction,
  input: { key: string; name: string; now: Date } & SourceSettingsInput,
): Promise<Source> {
  checkDefinitionKey(input.key);
  checkName(input.name);
  await changeCatalogue(tx);
  if (await sourceByKey(tx, input.key)) throw new OnefoldError('KEY_TAKEN', { path: ['key'] });
  const source = {
    id: newId(),
    workspaceId: tx.workspaceId,
    key: input.key,
    name: input.name,
    ...(await changeSettings(tx, NEW_SOURCE, input)),
    createdAt: input.now,
    updatedAt: input.now,
  };
  await tx.em.insert(Source, source);
  return source;
}
