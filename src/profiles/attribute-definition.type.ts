import { Field, InputType, Int, ObjectType } from 'type-graphql';
import type { Standing } from '../definitions/index.js';
import { DateTime, Json } from '../platform/graphql/index.js';
import { attributeDefinitions } from './attribute-definitions.js';
import type { AttributeDefinition } from './attribute-definitions.js';
import { isPersonal } from './privacy.js';
import type { ValueType } from './value-type.js';
import { ValueTypeEnum } from './value-type.type.js';

@ObjectType('AttributeDefinition', {
  simpleResolvers: true,
  description: 'What the workspace says of one attribute of people.',
})
export class AttributeDefinitionType {
  @Field(() => String, {
    description: 'The key in items, such as `city`; `member.startDate` is one of a profile schema.',
  })
  key!: string;

  @Field(() => ValueTypeEnum, { description: 'What its values must be.' })
  type!: ValueType;

  @Field(() => String, { nullable: true, description: 'The name for people; null when none was given.' })
  label!: string | null;

  @Field(() => String, { nullable: true, description: 'What it is, for people; null when nothing was said.' })
  help!: string | null;

  @Field(() => [Json], {
    nullable: true,
    description: 'The only values that it, or the elements of its lists, may have; null = any of its type.',
  })
  allowedValues!: readonly unknown[] | null;

  @Field(() => Boolean, { description: 'Whether a profile without it is incomplete. Items may lack it.' })
  isRequired!: boolean;

  @Field(() => Boolean, {
    description:
      'Whether it is personal: keys without READ_PII see `***` for its values, and cannot use it in rules. Where nobody has said, its name decides.',
  })
  isPersonal!: boolean;

  @Field(() => Boolean, { description: 'For front ends: whether to offer it for search.' })
  isSearchable!: boolean;

  @Field(() => Boolean, { description: 'For front ends: whether to show it in lists of people.' })
  isShownInLists!: boolean;

  @Field(() => Boolean, {
    description: 'Whether all that is said of it is kept: see `Profile.attributeHistory`.',
  })
  isAudited!: boolean;

  @Field(() => [String], {
    description:
      'Its source of truth: keys of sources, the best first. A better one’s value stands however late a lesser one writes; those that are not listed come last, alike.',
  })
  sources!: readonly string[];

  @Field(() => Int, {
    nullable: true,
    description: 'How often a source is expected to send it again, in seconds; null = nothing is expected.',
  })
  expectedEverySeconds!: number | null;

  @Field(() => Boolean, { description: 'Whether every workspace has it from the start.' })
  shipped!: boolean;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was last defined or updated here; null when it is as shipped.',
  })
  updatedAt!: Date | null;

  constructor(standing: Standing<AttributeDefinition>) {
    Object.assign(this, standing, {
      isPersonal: isPersonal(standing),
      shipped: attributeDefinitions.isShipped(standing.key),
    });
  }
}

@InputType()
abstract class AttributeInput {
  @Field(() => String, { nullable: true, description: 'The name for people; at most 200 characters.' })
  label?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is, for people; at most 2,000 characters.' })
  help?: string | null;

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
    description: 'Whether all that is said of it from now on is kept.',
  })
  isAudited?: boolean | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Keys of the sources that are believed more than others, the best first; at most 50.',
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
  @Field(() => String, { description: 'The key in items; at most 100 characters. Cannot be changed.' })
  key!: string;

  @Field(() => ValueTypeEnum, { description: 'What its values must be. Cannot be changed.' })
  type!: ValueType;
}

@InputType({
  description:
    'Changes to an attribute; what is absent stays as it is. It counts for what comes from now on: values that stand were chosen before.',
})
export class UpdateAttributeInput extends AttributeInput {
  @Field(() => String, { description: 'The key of the attribute; it may be a shipped one.' })
  key!: string;
}
