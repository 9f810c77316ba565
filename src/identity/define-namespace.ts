import { isDeepStrictEqual } from 'node:util';
import { changeCatalogue } from '../definitions/index.js';
import { newId, OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { checkNamespace } from './check-namespace.js';
import { namespaces } from './namespace-catalogue.js';
import { IdentifierNamespace } from './namespace.entity.js';
import { newNamespace } from './namespaces.js';
import type { NamespaceDefinition } from './namespaces.js';
import { SEMANTIC_DEFAULTS } from './semantic-types.js';
import { withChanges } from './with-changes.js';
import type { NamespaceChanges } from './with-changes.js';

type DefineNamespace = NamespaceChanges & Pick<NamespaceDefinition, 'key' | 'semanticType'> & { now: Date };

export const MAX_NAMESPACES = 100;

/**
 * Adds a kind of identifier: from the commit on items may hold them. What is not said is as for its semantic type.
 * The key has passed `checkDefinitionKey`.
 * @throws OnefoldError KEY_TAKEN, TOO_MANY, and those of `checkNamespace`
 */
export async function defineNamespace(
  tx: Transaction,
  { key, semanticType, now, ...changes }: DefineNamespace,
): Promise<void> {
  const definition = withChanges(newNamespace(key, semanticType), changes);
  checkNamespace(definition);
  await changeCatalogue(tx);
  const known = await namespaces.read(tx);
  if (known.has(key)) throw new OnefoldError('KEY_TAKEN', { path: ['key'] });
  if (known.size >= MAX_NAMESPACES) {
    throw new OnefoldError('TOO_MANY', {
      path: ['key'],
      message: `A workspace has at most ${MAX_NAMESPACES} namespaces. Delete one that is not used.`,
    });
  }
  await insertNamespace(tx, definition, now);
}

/** Writes the workspace's own row of a namespace that has none yet. */
export async function insertNamespace(
  tx: Transaction,
  definition: NamespaceDefinition,
  now: Date,
): Promise<void> {
  await tx.em.insert(IdentifierNamespace, {
    ...definition,
    id: newId(),
    workspaceId: tx.workspaceId,
    ...ownLists(definition),
    createdAt: now,
    updatedAt: now,
  });
}

/** What a workspace blocks of its own accord. A list that is as shipped is not kept: it grows with what is shipped. */
export function ownLists({
  semanticType,
  blockedValues,
  blockedPatterns,
}: NamespaceDefinition): Pick<IdentifierNamespace, 'blockedValues' | 'blockedPatterns'> {
  const defaults = SEMANTIC_DEFAULTS[semanticType];
  return {
    blockedValues: isDeepStrictEqual(blockedValues, defaults.blockedValues)
      ? null
      : [...new Set(blockedValues)],
    blockedPatterns: isDeepStrictEqual(blockedPatterns, defaults.blockedPatterns)
      ? null
      : [...new Set(blockedPatterns)],
  };
}
