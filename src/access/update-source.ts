import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { sourceByKey } from './access.reads.js';
import { changeCatalogue } from './catalogue.js';
import { checkName } from './definition-key.js';
import { Source } from './source.entity.js';

/** What becomes of attributes, and of event types and their properties, that nobody has defined. */
export type UnknownPolicies = Pick<Source, 'unknownAttributes' | 'unknownEvents'>;

type UpdateSource = { key: string; name?: string | null } & {
  [Policy in keyof UnknownPolicies]?: UnknownPolicies[Policy] | null;
};

/**
 * Changes a source; what is absent stays as it is.
 * @throws OnefoldError SOURCE_UNKNOWN, REQUIRED, TOO_LONG
 */
export async function updateSource(tx: Transaction, input: UpdateSource): Promise<Source> {
  if (input.name != null) checkName(input.name);
  await changeCatalogue(tx);
  const source = await sourceByKey(tx, input.key);
  if (!source) throw new OnefoldError('SOURCE_UNKNOWN', { path: ['key'] });
  const changes = {
    name: input.name ?? source.name,
    unknownAttributes: input.unknownAttributes ?? source.unknownAttributes,
    unknownEvents: input.unknownEvents ?? source.unknownEvents,
  };
  await tx.em.nativeUpdate(Source, { id: source.id, workspaceId: tx.workspaceId }, changes);
  return { ...source, ...changes };
}
