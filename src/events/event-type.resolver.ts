import { definitionResolver } from '../definitions/index.js';
import { canonicalKey, composedTexts } from '../platform/index.js';
import { property } from './event-types.js';
import type { PropertyDefinition } from './event-types.js';
import { eventTypeVerbs } from './event-type-verbs.js';
import {
  DefineEventTypeInput,
  DeleteEventTypePayload,
  EventTypeDefinitionType,
  UpdateEventTypeInput,
} from './event-type.type.js';
import type { EventPropertyInput } from './event-type.type.js';

export const EventTypeResolver = definitionResolver(eventTypeVerbs, {
  name: 'EventType',
  field: 'eventType',
  noun: 'contract',
  type: EventTypeDefinitionType,
  show: (standing) => new EventTypeDefinitionType(standing),
  list: { name: 'eventTypes', gives: 'contracts of types of events' },
  define: {
    input: DefineEventTypeInput,
    read: withProperties,
    description: 'Adds a contract: events of the type that come from now on are held against it.',
  },
  update: {
    input: UpdateEventTypeInput,
    read: withProperties,
    description:
      'Lets a contract grow, never shrink. It counts for what comes from now on; items in quarantine can be replayed then.',
  },
  remove: {
    payload: DeleteEventTypePayload,
    description:
      'Deletes a contract; a shipped one is as shipped again. Events of the type stay, and more of them are taken as their source says of unknown types.',
  },
});

function withProperties<Said extends Pick<UpdateEventTypeInput, 'properties'>>({
  properties,
  ...said
}: Said) {
  return { ...said, properties: properties?.map(toProperty) };
}

function toProperty({
  key,
  type,
  label,
  help,
  allowedValues,
  ...flags
}: EventPropertyInput): PropertyDefinition {
  return property(canonicalKey(key), type, {
    label: label ?? null,
    help: help ?? null,
    allowedValues: allowedValues ? composedTexts(allowedValues) : null,
    isRequired: flags.isRequired,
    isUsableInSegments: flags.isUsableInSegments,
    isPersonal: flags.isPersonal,
    currencyKey: flags.currencyKey,
  });
}
