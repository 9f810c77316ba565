import { Field, InputType, ObjectType } from 'type-graphql';
import { DefinitionInput, DefinitionType, KnownKey, NewKey } from '../../definitions/index.js';
import type { Standing } from '../../definitions/index.js';
import { IfUnchangedSince } from '../../platform/graphql/index.js';
import { profileSchemas } from './profile-schemas.js';
import type { ProfileSchemaDefinition } from './profile-schemas.js';
import { TermNameInput } from './taxonomy.type.js';

@ObjectType('ProfileSchema', {
  implements: DefinitionType,
  simpleResolvers: true,
  description: 'A kind of facet, such as `member`, with its attributes, tags and terms.',
})
export class ProfileSchemaType extends DefinitionType {
  readonly typeName = 'ProfileSchema';

  @Field(() => String, {
    nullable: true,
    description: 'A few characters to show beside a name; null = none.',
  })
  readonly badge: string | null;

  @Field(() => Boolean, { description: 'Whether everybody has it by default, unless they dropped it.' })
  readonly isDefault: boolean;

  @Field(() => [String], { description: 'The keys of its attributes: at most 200.' })
  readonly attributeKeys: readonly string[];

  @Field(() => [String], {
    description: 'The keys of the tags that each person who adopts it gets: at most 200.',
  })
  readonly tagKeys: readonly string[];

  constructor(readonly definition: Standing<ProfileSchemaDefinition>) {
    super(profileSchemas.prefix, definition);
    this.badge = definition.badge;
    this.isDefault = definition.isDefault;
    this.attributeKeys = definition.attributes;
    this.tagKeys = definition.tags;
  }
}

@InputType()
abstract class ProfileSchemaInput extends DefinitionInput {
  @Field(() => String, {
    nullable: true,
    description: 'A few characters to show beside a name; null = none.',
  })
  badge?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether everybody has it by default, unless they dropped it.',
  })
  isDefault?: boolean | null;

  @Field(() => [String], { nullable: true, description: 'Keys of its attributes; at most 200.' })
  attributes?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Keys of the tags that each person who adopts it gets; at most 200.',
  })
  tags?: string[] | null;

  @Field(() => [TermNameInput], {
    nullable: true,
    description: 'The terms that each person who adopts it gets; at most 200.',
  })
  terms?: TermNameInput[] | null;
}

@InputType({ description: 'A new profile schema.' })
export class DefineProfileSchemaInput extends ProfileSchemaInput {
  @NewKey()
  key!: string;
}

@InputType({
  description: 'Changes to a profile schema. Absent = unchanged; null = cleared.',
})
export class UpdateProfileSchemaInput extends ProfileSchemaInput {
  @KnownKey()
  key!: string;

  @IfUnchangedSince()
  ifUnchangedSince?: Date | null;
}
