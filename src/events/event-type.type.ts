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
  description: 'What the contract of a type of event says of one property.',
})
export class EventPropertyType {
  @Field(() => String, { description: 'The name of the property in an item.' })
  key!: string;

  @Field(() => ValueTypeEnum, { description: 'What its values must be.' })
  type!: ValueType;

  @Field(() => String, { description: 'The name for people: the key, where no other was given.' })
  label!: string;

  @Field(() => String, { nullable: true, description: 'What it is, for people; null when nothing was said.' })
  description!: string | null;

  @Field(() => Boolean, { description: 'Whether every event must have it; null does not count.' })
  isRequired!: boolean;

  @Field(() => [Json], {
    nullable: true,
    description:
      'The only values that it may have, or that its elements may have: at most 1,000. Null = any of its type.',
  })
  allowedValues!: readonly unknown[] | null;

  @Field(() => Boolean, { description: 'Whether rules of segments may ask for it.' })
  isUsableInSegments!: boolean;

  @Field(() => Boolean, {
    description:
      'Whether it is personal: keys without READ_PII see `***` for its values, and cannot use it in rules. Unless somebody decides it, its name does.',
  })
  isPersonal!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'For an amount of money: the key of the property that names its currency (ISO 4217, in any case). Figures over it then never add up currencies. Null = it is no amount of money.',
  })
  currencyKey!: string | null;
}

@ObjectType('EventType', {
  implements: DefinitionType,
  simpleResolvers: true,
  description:
    'The contract of a type of event: what its events must look like. Its key is the `type` of the items, such as `purchase`.',
})
export class EventTypeDefinitionType extends DefinitionType {
  readonly typeName = 'EventType';

  @Field(() => Int, { description: 'From 1; one more with every change of the properties.' })
  version!: number;

  @Field(() => [EventPropertyType], { description: 'Its properties, as they were given: at most 200.' })
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

@InputType({ description: 'What a contract says of one property.' })
export class EventPropertyInput {
  @Field(() => String, { description: 'The name of the property in an item; at most 100 characters.' })
  key!: string;

  @Field(() => ValueTypeEnum, { description: 'What its values must be. It can only change to JSON later.' })
  type!: ValueType;

  @Field(() => String, {
    nullable: true,
    description: 'The name for people; at most 200 characters. Null = its key.',
  })
  label?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is, for people; at most 2,000 characters.' })
  description?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Whether every event must have it.' })
  isRequired!: boolean;

  @Field(() => [Json], {
    nullable: true,
    description:
      'The only values that it, or the elements of its lists, may have; at most 1,000. Absent = any.',
  })
  allowedValues?: unknown[] | null;

  @Field(() => Boolean, { defaultValue: true, description: 'Whether rules of segments may ask for it.' })
  isUsableInSegments!: boolean;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether it is personal, with all that is inside it. Null = as its name looks, and the names inside it; `email` and `street` look personal. Absent = as it was. To show more than before needs READ_PII as well.',
  })
  isPersonal?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description:
      'For an amount of money (a NUMBER, in major units: 49.99): the key of the property of this contract that names its currency. From then on only ISO 4217 codes are taken there. Null = it is no amount of money; absent = as it was.',
  })
  currencyKey?: string | null;
}

@InputType({ description: 'A new contract of a type of event.' })
export class DefineEventTypeInput extends DefinitionInput {
  @NewKey('the `type` of the items; at most 100 characters')
  key!: string;

  @Field(() => [EventPropertyInput], { defaultValue: [], description: 'Its properties; at most 200.' })
  properties!: EventPropertyInput[];
}

@InputType({ description: 'Changes to a contract; what is absent stays as it is, null clears.' })
export class UpdateEventTypeInput extends DefinitionInput {
  @KnownKey()
  key!: string;

  @IfUnchangedSince()
  ifUnchangedSince?: Date | null;

  @Field(() => [EventPropertyInput], {
    nullable: true,
    description:
      'All its properties from now on. Those there were must still be among them, and take at least the values that they took.',
  })
  properties?: EventPropertyInput[] | null;
}
