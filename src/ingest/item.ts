import type { OnefoldError } from '../platform/index.js';
import type { Identifier, Namespaces } from '../identity/index.js';

/** An item as it was sent, before anything of it is believed. */
export interface RawItem {
  externalId: string;
  occurredAt?: Date | null;
  identifiers: readonly { namespace: string; value: string }[];
  type?: string | null;
  properties?: unknown;
  attributes?: unknown;
}

/** An item that can be applied: everything in it is of the right kind and in its canonical form. */
export interface Item {
  sourceId: string;
  externalId: string;
  /** Of the body as it was sent: tells a repetition from another fact under the same externalId. */
  digest: Buffer;
  /** Roughly, in bytes. */
  size: number;
  occurredAt: Date;
  identifiers: readonly Identifier[];
  /** The identifiers as they were sent, and the namespaces that they were read by. */
  rawIdentifiers: RawItem['identifiers'];
  namespaces: Namespaces;
  /** Null when the item tells no event. */
  event: { id: string; type: string; properties: object } | null;
  attributes: ReadonlyMap<string, unknown>;
}

/** The answer to one item. */
export interface Outcome {
  status: 'ACCEPTED' | 'DUPLICATE' | 'CONFLICT' | 'REJECTED';
  externalId: string;
  eventId: string | null;
  profileId: string | null;
  errors: readonly OnefoldError[];
}

export function rejected(externalId: string, errors: readonly OnefoldError[]): Outcome {
  return { status: 'REJECTED', externalId, eventId: null, profileId: null, errors };
}
