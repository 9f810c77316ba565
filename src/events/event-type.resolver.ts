import { definitionKind, saving } from '../definitions/index.js';
import { canonicalKey, composedTexts } from '../platform/index.js';
import { property } from './event-types.js';
import type { PropertyDefinition } from './event-types.js';
import { eventTypeVerbs } from './event-type-verbs.js';
import { DefineEventTypeInput, EventTypeDefinitionType, UpdateEventTypeInput } from './event-type.type.js';
import type { EventPropertyInput } from './event-type.type.js';

export const eventTypeKind = definitionKind(eventTypeVerbs, {
  name: 'EventType',
  field: 'eventType',
  noun: 'event type',
  type: EventTypeDefinitionType,
  show: (standing) => new EventTypeDefinitionType(standing),
  one: 'eventType',
  list: { name: 'eventTypes', gives: 'event types' },
  define: saving(
    DefineEventTypeInput,
    'Defines an event type. Events received from now on are checked against it.',
    withProperties,
  ),
  update: saving(
    UpdateEventTypeInput,
    'Changes an event type. The change applies to items received from now on; items in quarantine can be replayed.',
    withProperties,
  ),
  remove:
    'Deletes an event type. Existing events are kept. New ones are treated as an unknown type, following their source’s setting.',
});

function withProperties<Said extends Pick<UpdateEventTypeInput, 'properties'>>({
  properties,
  ...said
}: Said) {
  return { ...said, properties: properties && properties.map(toProperty) };
}

function toProperty({
  key,
  type,
  label,
  description,
  allowedValues,
  ...flags
}: EventPropertyInput): PropertyDefinition {
  return property(canonicalKey(key), type, {
    label: label ?? null,
    description: description ?? null,
    allowedValues: allowedValues ? composedTexts(allowedValues) : null,
    isRequired: flags.isRequired,
    isUsableInSegments: flags.isUsableInSegments,
    isPersonal: flags.isPersonal,
    currencyKey: flags.currencyKey,
  });
}
