import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { sourceByKey } from './access.reads.js';
import { changeCatalogue, checkName } from '../definitions/index.js';
import { Source } from './source.entity.js';
import { changeSettings } from './source-settings.js';
import type { SourceSettingsInput } from './source-settings.js';

type UpdateSource = { key: string; name?: string | null } & SourceSettingsInput;

/**
 * Changes a source; what is absent stays as it is.
 * @throws OnefoldError SOURCE_UNKNOWN, REQUIRED, TOO_LONG, INVALID_VALUE
 */
export async function updateSource(tx: Transaction, input: UpdateSource): Promise<Source> {
  if (input.name != null) checkName(input.name);
  await changeCatalogue(tx);
  const source = await sourceByKey(tx, input.key);
  if (!source) throw new OnefoldError('SOURCE_UNKNOWN', { path: ['key'] });
  const changes = {
    name: input.name ?? source.name,
    ...(await changeSettings(tx, source, input)),
  };
  await tx.em.nativeUpdate(Source, { id: source.id, workspaceId: tx.workspaceId }, changes);
  return { ...source, ...changes };
}
