import type { OnefoldError } from '../platform/index.js';
import type { Identifier } from '../identity/index.js';
import type { ParsedChannels, RawChannel } from '../consent/index.js';
import type { Discovery, LabelNews, RawLabels } from '../profiles/index.js';
import type { ItemDefinitions } from './item-definitions.js';

/** An item as it was sent, before anything of it is believed. */
export interface RawItem {
  externalId: string;
  occurredAt?: Date | null;
  identifiers: readonly { namespace: string; value: string }[];
  type?: string | null;
  properties?: unknown;
  attributes?: unknown;
  channels?: readonly RawChannel[] | null;
  tags?: RawLabels | null;
}

/** An item that has been read. Without errors, everything in it is of the right kind and in its canonical form. */
export interface Item {
  sourceId: string;
  /** The key that sent it. Reading the item again counts towards that key's turns. */
  keyId: string;
  externalId: string;
  /** Of the body as it was sent: tells a repetition from another fact under the same externalId. */
  digest: Buffer;
  /** Roughly, in bytes. */
  size: number;
  occurredAt: Date;
  identifiers: readonly Identifier[];
  /** As it was sent, when, and what it was read by. */
  raw: RawItem;
  receivedAt: Date;
  definitions: ItemDefinitions;
  /** Null when the item tells no event. */
  event: { id: string; type: string; properties: Record<string, unknown> } | null;
  attributes: ReadonlyMap<string, unknown>;
  channels: ParsedChannels;
  labels: readonly LabelNews[];
  /** Names in it that nobody has defined, where its source may bring new ones. */
  discoveries: readonly Discovery[];
  /** Why it cannot be applied, with paths from the item inwards; empty when it can. */
  errors: readonly OnefoldError[];
}

/** What an item says, and from when on it is so: all that is left to do once it is known who it is about. */
export type Told = Pick<
  Item,
  'sourceId' | 'externalId' | 'occurredAt' | 'event' | 'attributes' | 'labels' | 'channels'
>;

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
