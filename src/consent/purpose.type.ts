import { Field, InputType, ObjectType } from 'type-graphql';
import type { Standing } from '../definitions/index.js';
import { purposes } from './purposes.js';
import type { PurposeDefinition } from './purposes.js';

@ObjectType('Purpose', {
  simpleResolvers: true,
  description: 'What people are addressed for; consent is given for one at a time.',
})
export class PurposeType {
  @Field(() => String, { description: 'The name under which items and rules refer to it.' })
  key!: string;

  @Field(() => String, { description: 'The name for people.' })
  label!: string;

  @Field(() => String, { nullable: true, description: 'What it covers; null when nothing was said.' })
  description!: string | null;

  @Field(() => Boolean, { description: 'Whether every workspace has it from the start.' })
  shipped!: boolean;

  constructor(standing: Standing<PurposeDefinition>) {
    this.key = standing.key;
    this.label = standing.label;
    this.description = standing.description;
    this.shipped = purposes.isShipped(standing.key);
  }
}

@InputType({ description: 'A new purpose.' })
export class DefinePurposeInput {
  @Field(() => String, {
    description:
      'The name under which items and rules refer to it: lower-case letters, digits, `-`, `.`, `_`; at most 100. Cannot be changed.',
  })
  key!: string;

  @Field(() => String, { description: 'The name for people; at most 200 characters.' })
  label!: string;

  @Field(() => String, { nullable: true, description: 'What it covers; at most 2,000 characters.' })
  description?: string | null;
}

@InputType({ description: 'Changes to a purpose; what is absent stays as it is.' })
export class UpdatePurposeInput {
  @Field(() => String, { description: 'The key of the purpose; it may be a shipped one.' })
  key!: string;

  @Field(() => String, { nullable: true, description: 'The name for people; at most 200 characters.' })
  label?: string | null;

  @Field(() => String, { nullable: true, description: 'What it covers; at most 2,000 characters.' })
  description?: string | null;
}
