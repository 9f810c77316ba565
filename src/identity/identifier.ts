import { personalForbidden } from '../access/index.js';
import { bucketOf, OnefoldError, shardOf } from '../platform/index.js';
import type { Namespaces } from './namespaces.js';

const CONTROL_CHARACTERS = /\p{Cc}/u;

/** An identifier in its canonical form. */
export interface Identifier {
  namespace: string;
  value: string;
}

/** @throws OnefoldError NAMESPACE_UNKNOWN, IDENTIFIER_INVALID */
export function parseIdentifier(namespaces: Namespaces, namespace: string, value: string): Identifier {
  const definition = namespaces.get(namespace);
  if (!definition) throw new OnefoldError('NAMESPACE_UNKNOWN', { path: ['namespace'] });
  const normalised =
    CONTROL_CHARACTERS.test(value) || !value.isWellFormed() ? null : definition.normalise(value);
  if (normalised === null) {
    throw new OnefoldError('IDENTIFIER_INVALID', {
      path: ['value'],
      message: `This is not an identifier of the namespace ${namespace}: it takes ${definition.expects}.`,
    });
  }
  return { namespace, value: normalised };
}

/**
 * Refuses to look somebody up by a personal identifier without READ_PII. The ids of your own systems are in many hands;
 * that an address is on record is itself personal.
 * @param path of the namespace
 * @throws OnefoldError FORBIDDEN
 */
export function checkSought(
  namespaces: Namespaces,
  namespace: string,
  { seesPersonal, path }: { seesPersonal: boolean; path: readonly (string | number)[] },
): void {
  if (!seesPersonal && namespaces.get(namespace)?.isPersonal) throw personalForbidden(path);
}

/** The bucket of an identifier; a profile takes the bucket of the identifier that created it. */
export function bucketOfIdentifier(identifier: Identifier): number {
  return bucketOf(identifierName(identifier));
}

export function shardOfIdentifier(workspaceId: number, identifier: Identifier): number {
  return shardOf(workspaceId, bucketOfIdentifier(identifier));
}

/** One string for one identifier, for maps; within a shard identifiers are taken in the order of these. */
export function identifierName({ namespace, value }: Identifier): string {
  return `${namespace}\0${value}`;
}
