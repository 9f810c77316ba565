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
    'What the workspace says of one attribute of people. Its key is the one in items, such as `city`; `member.startDate` is one of a profile schema.',
})
export class AttributeDefinitionType extends DefinitionType {
  readonly typeName = 'AttributeDefinition';

  @Field(() => ValueTypeEnum, { description: 'What its values must be.' })
  type!: ValueType;

  @Field(() => [Json], {
    nullable: true,
    description:
      'The only values that it, or the elements of its lists, may have: at most 1,000. Null = any of its type.',
  })
  allowedValues!: readonly unknown[] | null;

  @Field(() => Boolean, { description: 'Whether a profile without it is incomplete. Items may lack it.' })
  isRequired!: boolean;

  @Field(() => Boolean, {
    description:
      'Whether it is personal: keys without READ_PII see `***` for its values, and cannot use it in rules. Unless somebody decides it, its name does.',
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
    description: 'How often a source is expected to send it again, in seconds; null = nothing is expected.',
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
      'The only values that it, or the elements of its lists, may have; at most 1,000. Null = any.',
  })
  allowedValues?: unknown[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether a profile without it is incomplete.' })
  isRequired?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether it is personal. Null = as its name looks; `email` and `street` look personal. To show more than before needs READ_PII as well.',
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
    description: 'Source keys in order of trust, best first; at most 50. Null = all alike.',
  })
  sources?: string[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How often a source is expected to send it again, in seconds; null = nothing is expected.',
  })
  expectedEverySeconds?: number | null;
}

@InputType({ description: 'A new attribute.' })
export class DefineAttributeInput extends AttributeInput {
  @NewKey('as in items; at most 100 characters')
  key!: string;

  @Field(() => ValueTypeEnum, { description: 'What its values must be. Cannot be changed.' })
  type!: ValueType;
}

@InputType({
  description:
    'Changes to an attribute; what is absent stays as it is, null clears. It counts for values that come from now on: those that stand were chosen before.',
})
export class UpdateAttributeInput extends AttributeInput {
  @KnownKey()
  key!: string;

  @IfUnchangedSince()
  ifUnchangedSince?: Date | null;
}
