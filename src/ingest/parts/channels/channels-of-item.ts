import { channelDependency, parseChannels, purposes, recordChannels } from '../../../consent/index.js';
import type { ParsedChannels, RawChannel } from '../../../consent/index.js';
import type { ItemPart, ItemReading, RawFields } from '../item-part.js';
import { channelsForm } from './channels-form.js';
import { channelsInput } from './channels.input.js';
import { channelsWaiting, NO_CHANNELS } from './channels-waiting.js';

/** Purposes of consent, by key. */
type Purposes = ReadonlyMap<string, unknown>;

/** Ways to reach the person, and what they say to being addressed there. */
export const channelsOfItem: ItemPart<'channels', ParsedChannels, Purposes> = {
  name: 'channels',
  input: channelsInput,
  fields: { channels: channelsForm },
  nothing: NO_CHANNELS,
  digested: (field) => (Array.isArray(field) && field.length === 0 ? undefined : field),
  definitions: (tx) => purposes.read(tx),
  parse,
  record: (tx, pieces) =>
    recordChannels(
      tx,
      pieces.map(({ value, profile, side, item: { sourceId, requestedAt: receivedAt, arrival } }) => ({
        ...value,
        ...{ profile, side, sourceId, receivedAt, arrival },
      })),
    ),
  touch({ value: { channels, consents } }, { dependencies }) {
    for (const { type } of [...channels, ...consents]) dependencies.add(channelDependency(type));
  },
  waiting: channelsWaiting,
};

function parse(
  { channels, occurredAt, type }: RawFields,
  reading: ItemReading,
  known: Purposes,
): ParsedChannels {
  const told = channels as readonly RawChannel[] | null | undefined;
  if (!told?.length) return NO_CHANNELS;
  const dated = { isDated: occurredAt != null, isEvent: type != null };
  const parsed = parseChannels(told, { ...reading, ...dated, purposes: known }, reading.warnings);
  return parsed.channels.length + parsed.consents.length > 0 ? parsed : NO_CHANNELS;
}
