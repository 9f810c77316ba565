import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { DefinitionInput, DefinitionType, KnownKey, NewKey } from '../definitions/index.js';
import type { Standing } from '../definitions/index.js';
import { IfUnchangedSince, Json } from '../platform/graphql/index.js';
import { attributeDefinitions } from './attribute-definitions.js';
import type { AttributeDefinition } from './attribute-definitions.js';
import { isPersonal } from './privacy.js';
import type { ValueType } from './value-type.js';
import { ValueTypeEnum } from './value-type.type.js';

@ObjectType('AttributeDefinition', {
  implements: DefinitionType,
  simpleResolvers: true,
  description:
    'The definition of an attribute of people. Its key is the name that items use, such as `city`; `member.startDate` belongs to the profile schema `member`.',
})
export class AttributeDefinitionType extends DefinitionType {
  readonly typeName = 'AttributeDefinition';

  @Field(() => ValueTypeEnum, { description: 'The type of its values.' })
  type!: ValueType;

  @Field(() => [Json], {
    nullable: true,
    description:
      'The only values that are allowed, or that elements of its lists may have: at most 1,000. Null = any value of its type.',
  })
  allowedValues!: readonly unknown[] | null;

  @Field(() => Boolean, {
    description: 'Whether a profile is incomplete without it. Items may leave it out.',
  })
  isRequired!: boolean;

  @Field(() => Boolean, {
    description:
      'Whether it is personal: API keys without READ_PII can neither see its values nor use it in rules. Guessed from its name unless it was set.',
  })
  isPersonal!: boolean;

  @Field(() => Boolean, { description: 'For front ends: whether to offer it for search.' })
  isSearchable!: boolean;

  @Field(() => Boolean, { description: 'For front ends: whether to show it in lists of people.' })
  isShownInLists!: boolean;

  @Field(() => Boolean, {
    description: 'Whether every value that a source sends is kept: see `Profile.attributeHistory`.',
  })
  isAudited!: boolean;

  @Field(() => [String], {
    description:
      'Source keys in order of trust, best first: at most 50. A more trusted source wins even over newer values. Unlisted sources rank last, equally.',
  })
  sourceKeys!: readonly string[];

  @Field(() => Int, {
    nullable: true,
    description: 'How often a source is expected to send it again, in seconds. Null = no expectation.',
  })
  expectedEverySeconds!: number | null;

  constructor(standing: Standing<AttributeDefinition>) {
    super(attributeDefinitions.prefix, standing);
    this.type = standing.type;
    this.allowedValues = standing.allowedValues;
    this.isRequired = standing.isRequired;
    this.isPersonal = isPersonal(standing);
    this.isSearchable = standing.isSearchable;
    this.isShownInLists = standing.isShownInLists;
    this.isAudited = standing.isAudited;
    this.sourceKeys = standing.sources;
    this.expectedEverySeconds = standing.expectedEverySeconds;
  }
}

@InputType()
abstract class AttributeInput extends DefinitionInput {
  @Field(() => [Json], {
    nullable: true,
    description:
      'The only values that are allowed, or that elements of its lists may have; at most 1,000. Null = any value of its type.',
  })
  allowedValues?: unknown[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether a profile is incomplete without it.' })
  isRequired?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether it is personal. Null = guessed from its name: `email` and `street` are personal. Revealing more than before also needs READ_PII.',
  })
  isPersonal?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether front ends should offer it for search.' })
  isSearchable?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether front ends should show it in lists.' })
  isShownInLists?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether every value that a source sends from now on is kept.',
  })
  isAudited?: boolean | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Source keys in order of trust, best first; at most 50. Null = all sources rank equally.',
  })
  sources?: string[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How often a source is expected to send it again, in seconds. Null = no expectation.',
  })
  expectedEverySeconds?: number | null;
}

@InputType({ description: 'A new attribute.' })
export class DefineAttributeInput extends AttributeInput {
  @NewKey('Any text of at most 100 characters: the name in the items, such as `city`.')
  key!: string;

  @Field(() => ValueTypeEnum, { description: 'The type of its values. It cannot be changed.' })
  type!: ValueType;
}

@InputType({
  description:
    'Changes to an attribute. Absent = unchanged; null = cleared. They apply to values received from now on; current values stay.',
})
export class UpdateAttributeInput extends AttributeInput {
  @KnownKey()
  key!: string;

  @IfUnchangedSince()
  ifUnchangedSince?: Date | null;
}
