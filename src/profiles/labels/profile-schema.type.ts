import { Field, InputType, ObjectType } from 'type-graphql';
import { TermName, TermNameInput } from './taxonomy.type.js';

@ObjectType('ProfileSchema', {
  simpleResolvers: true,
  description: 'A kind of facet, such as `member`, with its attributes, tags and terms.',
})
export class ProfileSchemaType {
  @Field(() => String, { description: 'The name under which items and rules refer to it.' })
  key!: string;

  @Field(() => String, { description: 'The name for people.' })
  label!: string;

  @Field(() => String, {
    nullable: true,
    description: 'A few characters to show beside a name; null = none.',
  })
  badge!: string | null;

  @Field(() => Boolean, { description: 'Whether everybody has it who did not drop it.' })
  isDefault!: boolean;

  @Field(() => [String], { description: 'Keys of its attributes.' })
  attributes!: readonly string[];

  @Field(() => [String], { description: 'Keys of the tags that each person who adopts it gets.' })
  tags!: readonly string[];

  @Field(() => [TermName], { description: 'The terms that each person who adopts it gets.' })
  terms!: readonly TermName[];

  @Field(() => Boolean, { description: 'Whether every workspace has it from the start.' })
  shipped!: boolean;
}

@InputType()
abstract class ProfileSchemaInput {
  @Field(() => String, {
    nullable: true,
    description: 'A few characters to show beside a name; null = none.',
  })
  badge?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether everybody has it who did not drop it.' })
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
  @Field(() => String, {
    description: 'Its key: lower-case letters, digits, `-`, `.`, `_`; at most 100. Cannot be changed.',
  })
  key!: string;

  @Field(() => String, { description: 'The name for people; at most 200 characters.' })
  label!: string;
}

@InputType({ description: 'Changes to a profile schema; what is absent stays as it is. Segments follow.' })
export class UpdateProfileSchemaInput extends ProfileSchemaInput {
  @Field(() => String, { description: 'The key of the schema; it may be a shipped one.' })
  key!: string;

  @Field(() => String, { nullable: true, description: 'The name for people; at most 200 characters.' })
  label?: string | null;
}
