import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { IfUnchangedSince, Json } from '../platform/graphql/index.js';
import { DefinitionInput, DefinitionType, KnownKey, NewKey } from '../definitions/index.js';
import type { Standing } from '../definitions/index.js';
import { isPersonal } from '../profiles/index.js';
import type { ValueType } from '../profiles/index.js';
import { ValueTypeEnum } from '../profiles/value-type.type.js';
import { eventTypes } from './event-types.js';
import type { EventTypeDefinition } from './event-types.js';

@ObjectType('EventProperty', {
  simpleResolvers: true,
  description: 'The definition of one property of an event type.',
})
export class EventPropertyType {
  @Field(() => String, { description: 'The name of the property in an item.' })
  key!: string;

  @Field(() => ValueTypeEnum, { description: 'The type of its values.' })
  type!: ValueType;

  @Field(() => String, { description: 'The display name. It defaults to the key.' })
  label!: string;

  @Field(() => String, { nullable: true, description: 'A longer text for people. Null if none was given.' })
  description!: string | null;

  @Field(() => Boolean, { description: 'Whether every event must have a value for it. Null is not a value.' })
  isRequired!: boolean;

  @Field(() => [Json], {
    nullable: true,
    description:
      'The only values that are allowed, or that elements of its lists may have: at most 1,000. Null = any value of its type.',
  })
  allowedValues!: readonly unknown[] | null;

  @Field(() => Boolean, { description: 'Whether rules may use it.' })
  isUsableInSegments!: boolean;

  @Field(() => Boolean, {
    description:
      'Whether it is personal: API keys without READ_PII can neither see its values nor use it in rules. Guessed from its name unless it was set.',
  })
  isPersonal!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'For an amount of money: the key of the property that names its currency (an ISO 4217 code, in any case). Figures over it never mix currencies. Null = it is not an amount of money.',
  })
  currencyKey!: string | null;
}

@ObjectType('EventType', {
  implements: DefinitionType,
  simpleResolvers: true,
  description:
    'A type of event, and what its events must look like. Its key is the `type` of the items, such as `purchase`.',
})
export class EventTypeDefinitionType extends DefinitionType {
  readonly typeName = 'EventType';

  @Field(() => Int, {
    description: 'The version of its properties: 1 at first, and one more with every change of them.',
  })
  version!: number;

  @Field(() => [EventPropertyType], {
    description: 'Its properties, in the order in which they were given: at most 200.',
  })
  properties!: readonly EventPropertyType[];

  constructor(standing: Standing<EventTypeDefinition>) {
    super(eventTypes.prefix, standing);
    this.version = standing.version;
    this.properties = standing.properties.map((one) => ({
      ...one,
      label: one.label ?? one.key,
      isPersonal: isPersonal(one),
      currencyKey: one.currencyKey ?? null,
    }));
  }
}

@InputType({ description: 'The definition of one property of an event type.' })
export class EventPropertyInput {
  @Field(() => String, { description: 'The name of the property in an item; at most 100 characters.' })
  key!: string;

  @Field(() => ValueTypeEnum, {
    description: 'The type of its values. It can only be changed to JSON later.',
  })
  type!: ValueType;

  @Field(() => String, {
    nullable: true,
    description: 'The display name; at most 200 characters. Absent or null = the key.',
  })
  label?: string | null;

  @Field(() => String, { nullable: true, description: 'A longer text for people; at most 2,000 characters.' })
  description?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Whether every event must have it.' })
  isRequired!: boolean;

  @Field(() => [Json], {
    nullable: true,
    description:
      'The only values that are allowed, or that elements of its lists may have; at most 1,000. Absent or null = any value of its type.',
  })
  allowedValues?: unknown[] | null;

  @Field(() => Boolean, { defaultValue: true, description: 'Whether rules may use it.' })
  isUsableInSegments!: boolean;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether it is personal, with everything inside it. Null = guessed from its name and the names inside it: `email` and `street` are personal. Absent = as it was. Revealing more than before also needs READ_PII.',
  })
  isPersonal?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description:
      'For an amount of money (a NUMBER, in major units: 49.99): the key of the property of the same event type that names its currency. From then on that property accepts only ISO 4217 codes. Null = it is not an amount of money. Absent = as it was.',
  })
  currencyKey?: string | null;
}

@InputType({ description: 'A new event type.' })
export class DefineEventTypeInput extends DefinitionInput {
  @NewKey('Any text of at most 100 characters: the `type` of the items, such as `purchase`.')
  key!: string;

  @Field(() => [EventPropertyInput], { defaultValue: [], description: 'Its properties; at most 200.' })
  properties!: EventPropertyInput[];
}

@InputType({ description: 'Changes to an event type. Absent = unchanged; null = cleared.' })
export class UpdateEventTypeInput extends DefinitionInput {
  @KnownKey()
  key!: string;

  @IfUnchangedSince()
  ifUnchangedSince?: Date | null;

  @Field(() => [EventPropertyInput], {
    nullable: true,
    description:
      'All its properties from now on; at most 200. The existing ones must be among them, and accept at least the values that they accepted; only the first change of a built-in event type may narrow it. Null = no properties.',
  })
  properties?: EventPropertyInput[] | null;
}
