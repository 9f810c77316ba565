import { compileContract, eventTypes, recordEvents } from '../../../events/index.js';
import type { Contract } from '../../../events/index.js';
import { anything } from '../../readers.js';
import type { ItemPart, Piece } from '../item-part.js';
import { eventInput } from './event.input.js';
import { parseEvent } from './parse-event.js';
import type { ItemEvent } from './parse-event.js';

type Value = ItemEvent | null;

export const eventOfItem: ItemPart<'event', Value, ReadonlyMap<string, Contract>> = {
  name: 'event',
  input: eventInput,
  fields: { type: anything, properties: anything },
  nothing: null,
  /** By the type of event. */
  async definitions(tx) {
    const types = await eventTypes.read(tx);
    return new Map([...types].map(([type, definition]) => [type, compileContract(definition)]));
  },
  parse: parseEvent,
  isHistory: true,
  record: (tx, pieces) => recordEvents(tx, pieces.flatMap(toEvent)),
  touch({ value, item }, { events }) {
    if (value) events.push({ ...value, occurredAt: item.occurredAt });
  },
  // The event itself is recorded already. `takeDue` reads it from there, by the id in the waiting item.
  waiting: { keep: () => undefined, revive: () => null },
};

function toEvent({ value, profile, side, item }: Piece<Value>): Parameters<typeof recordEvents>[1][number][] {
  const { occurredAt, requestedAt: receivedAt, sourceId } = item;
  return value ? [{ ...value, profile, side, occurredAt, receivedAt, sourceId }] : [];
}
