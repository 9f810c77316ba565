import { checkUnchanged, keptOr, nextUpdate, OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { sourceByKey } from './access.reads.js';
import { changeCatalogue, checkName } from '../definitions/index.js';
import { Source } from './source.entity.js';
import { changeSettings } from './source-settings.js';
import type { SourceSettingsInput } from './source-settings.js';

type UpdateSource = {
  key: string;
  name?: string | null;
  ifUnchangedSince?: Date | null;
  now: Date;
} & SourceSettingsInput;

/**
 * Changes a source; what is absent stays as it is.
 * @throws OnefoldError SOURCE_UNKNOWN, CHANGED_SINCE, REQUIRED, TOO_LONG, INVALID_VALUE
 */
export async function updateSource(tx: Transaction, input: UpdateSource): Promise<Source> {
  if (input.name != null) checkName(input.name);
  await changeCatalogue(tx);
  const source = await sourceByKey(tx, input.key);
  if (!source) throw new OnefoldError('SOURCE_UNKNOWN', { path: ['key'] });
  checkUnchanged(source.updatedAt, input.ifUnchangedSince);
  const changes = {
    name: keptOr(source.name, input.name, 'name'),
    ...(await changeSettings(tx, source, input)),
    updatedAt: nextUpdate(source.updatedAt, input.now),
  };
  await tx.em.nativeUpdate(Source, { id: source.id, workspaceId: tx.workspaceId }, changes);
  return { ...source, ...changes };
}
