import type { OnefoldError } from '../platform/index.js';
import type { Identifier, Verification } from '../identity/index.js';
import type { Discovery } from '../profiles/index.js';
import type { ItemDefinitions } from './item-definitions.js';
import type { Said } from './parts/index.js';
import type { RawFields, Saying } from './parts/item-part.js';

/** An item whose form has been read. What its fields hold is still to be looked at. */
export interface RawItem extends RawFields {
  identifiers?: readonly unknown[] | null;
}

/** An item that has been read. Without errors, everything in it is of the right kind and in its canonical form. */
export interface Item extends Omit<Saying, 'externalId'>, Said {
  /** The key that sent it. Reading the item again counts towards that key's turns. */
  keyId: string;
  /** Null when it has none that can be used. It is then rejected. */
  externalId: string | null;
  /** Of the body as it was understood: tells a repetition from another fact under the same externalId. */
  digest: Buffer;
  /** Roughly, in bytes. */
  size: number;
  identifiers: readonly Identifier[];
  /** Which of these it says were verified. */
  verifications: readonly Verification[];
  /** As it was sent; undefined when it is too large to be kept. */
  raw: unknown;
  receivedAt: Date;
  /** What it was read by. */
  definitions: ItemDefinitions;
  /** Of a replay: what lay in quarantine when it was read. */
  replayed?: Quarantined | undefined;
  /** Names in it that nobody has defined, where its source may bring new ones. */
  discoveries: readonly Discovery[];
  /** Why it cannot be applied, with paths from the item inwards; empty when it can. */
  errors: readonly OnefoldError[];
  /** What was left out of it, with paths from the item inwards. */
  warnings: readonly OnefoldError[];
}

/** An item in quarantine, in one state: whoever changes it changes its digest. */
export interface Quarantined {
  id: string;
  digest: Buffer;
}

/** One that can be told from others. All items without errors are. */
export type NamedItem = Item & { externalId: string };

export function isNamed(item: Item): item is NamedItem {
  return item.externalId !== null;
}

/** What an item says, and from when on it is so: all that is left to do once it is known who it is about. */
export interface Told extends Saying, Said {
  verifications: readonly Verification[];
}

/** The answer to one item. */
export interface Outcome {
  status: 'ACCEPTED' | 'DUPLICATE' | 'CONFLICT' | 'REJECTED';
  externalId: string | null;
  eventId: string | null;
  profileId: string | null;
  errors: readonly OnefoldError[];
  warnings: readonly OnefoldError[];
}

export function rejected({
  externalId,
  errors,
  warnings,
}: Pick<Item, 'externalId' | 'errors' | 'warnings'>): Outcome {
  return { status: 'REJECTED', externalId, eventId: null, profileId: null, errors, warnings };
}
