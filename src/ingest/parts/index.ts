import { attributesOfItem } from './attributes/attributes-of-item.js';
import { channelsOfItem } from './channels/channels-of-item.js';
import { eventOfItem } from './event/event-of-item.js';
import type { ItemPart } from './item-part.js';
import { labelsOfItem } from './labels/labels-of-item.js';

const parts = [eventOfItem, attributesOfItem, channelsOfItem, labelsOfItem] as const;

/** All parts of an item, in the order in which they are read and recorded. */
export const ITEM_PARTS: readonly ItemPart[] = parts;

/** The values of an item's parts, by the names of the parts. */
export type Said = { [Part in (typeof parts)[number] as Part['name']]: Part['nothing'] };

/** The values of an item that says nothing. */
export const NOTHING_SAID = valuesBy(({ nothing }) => nothing);

/** A value for each part. */
export function valuesBy(valueOf: (part: ItemPart) => unknown): Said {
  const values: Record<string, unknown> = {};
  for (const part of ITEM_PARTS) values[part.name] = valueOf(part);
  return values as Said;
}

/** The value of one part in an item. */
export function saidOf(said: Said, part: ItemPart): unknown {
  return said[part.name as keyof Said];
}
