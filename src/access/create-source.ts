import { newId, OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { sourceByKey } from './access.reads.js';
import { changeCatalogue } from './catalogue.js';
import { checkDefinitionKey, checkName } from './definition-key.js';
import { Source } from './source.entity.js';
import type { UnknownPolicies } from './update-source.js';

/** @throws OnefoldError KEY_INVALID, KEY_TAKEN, REQUIRED, TOO_LONG */
export async function createSource(
  tx: Transaction,
  input: { key: string; name: string; now: Date } & {
    [Policy in keyof UnknownPolicies]?: UnknownPolicies[Policy] | null;
  },
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
    unknownAttributes: input.unknownAttributes ?? 'DISCOVER',
    unknownEvents: input.unknownEvents ?? 'DISCOVER',
    createdAt: input.now,
  };
  await tx.em.insert(Source, source);
  return source;
}
