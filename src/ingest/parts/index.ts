import { attributesOfItem } from './attributes/attributes-of-item.js';
import { channelsOfItem } from './channels/channels-of-item.js';
import { eventOfItem } from './event/event-of-item.js';
import type { ItemPart } from './item-part.js';
import { labelsOfItem } from './labels/labels-of-item.js';

const parts = [eventOfItem, attributesOfItem, channelsOfItem, labelsOfItem] as const;

/** What an item may say of a person, in the order in which it is read and written down. */
export const ITEM_PARTS: readonly ItemPart[] = parts;

/** What an item says, by the names of the parts. */
export type Said = { [Part in (typeof parts)[number] as Part['name']]: Part['nothing'] };

/** Of an item that says nothing. */
export const NOTHING_SAID = valuesBy(({ nothing }) => nothing);

/** A value for each part. */
export function valuesBy(valueOf: (part: ItemPart) => unknown): Said {
  const values: Record<string, unknown> = {};
  for (const part of ITEM_PARTS) values[part.name] = valueOf(part);
  return values as Said;
}

/** What an item says of one part. */
export function saidOf(said: Said, part: ItemPart): unknown {
  return said[part.name as keyof Said];
}
