import { personalForbidden } from '../access/index.js';
import { bucketOf, canonicalKey, OnefoldError, shardOf } from '../platform/index.js';
import type { Whereabouts } from '../platform/index.js';
import type { Namespace, Namespaces } from './namespaces.js';

const CONTROL_CHARACTERS = /\p{Cc}/u;

/** An identifier, mostly in its canonical form. */
export interface Identifier {
  namespace: string;
  value: string;
}

/**
 * @param whereabouts what local phone numbers are read by
 * @throws OnefoldError NAMESPACE_UNKNOWN, IDENTIFIER_INVALID
 */
export function parseIdentifier(
  namespaces: Namespaces,
  asked: Identifier,
  whereabouts?: Whereabouts,
): Identifier {
  const namespace = canonicalKey(asked.namespace);
  const definition = namespaces.get(namespace);
  if (!definition) throw new OnefoldError('NAMESPACE_UNKNOWN', { path: ['namespace'] });
  const normalized = asked.value.isWellFormed() ? definition.normalize(asked.value, whereabouts) : null;
  if (normalized === null || CONTROL_CHARACTERS.test(normalized)) {
    throw new OnefoldError('IDENTIFIER_INVALID', {
      path: ['value'],
      message: `This is not an identifier of the namespace ${namespace}: it takes ${definition.expects}.`,
    });
  }
  return new ParsedIdentifier(namespace, normalized);
}

/** It remembers whether it is blocked: a pattern can take a millisecond, and a batch asks several times. */
class ParsedIdentifier implements Identifier {
  #askedOf: Namespace | undefined;
  #answer = false;

  constructor(
    readonly namespace: string,
    readonly value: string,
  ) {}

  isBlockedBy(namespace: Namespace): boolean {
    if (this.#askedOf !== namespace) {
      this.#answer = namespace.isBlocked(this.value);
      this.#askedOf = namespace;
    }
    return this.#answer;
  }
}

/** Whether an identifier in its canonical form stands for nobody in particular. */
export function isBlocked(namespaces: Namespaces, identifier: Identifier): boolean {
  const namespace = namespaces.get(identifier.namespace);
  if (!namespace) return false;
  return identifier instanceof ParsedIdentifier
    ? identifier.isBlockedBy(namespace)
    : namespace.isBlocked(identifier.value);
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
  if (!seesPersonal && namespaces.get(canonicalKey(namespace))?.isPersonal) throw personalForbidden(path);
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
