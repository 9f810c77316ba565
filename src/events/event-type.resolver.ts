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
  noun: 'contract',
  type: EventTypeDefinitionType,
  show: (standing) => new EventTypeDefinitionType(standing),
  one: 'eventType',
  list: { name: 'eventTypes', gives: 'contracts of types of events' },
  define: saving(
    DefineEventTypeInput,
    'Adds a contract: events of the type that come from now on are held against it.',
    withProperties,
  ),
  update: saving(
    UpdateEventTypeInput,
    'Lets a contract grow, never shrink. It counts for what comes from now on; items in quarantine can be replayed then.',
    withProperties,
  ),
  remove:
    'Deletes a contract. Existing events are kept. New ones are treated as an unknown type, following their source’s setting. Deleting a built-in definition restores its defaults.',
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
