import { Field, InputType, ObjectType } from 'type-graphql';
import { UserError } from '../platform/graphql/index.js';
import { RuleInput } from './rule.input.js';
import { SegmentType } from './segment.type.js';

@InputType({ description: 'A new segment.' })
export class CreateSegmentInput {
  @Field(() => String, {
    description:
      'The name under which rules and programs refer to it: lower-case letters, digits, `-`, `.`, `_`; at most 100. Cannot be changed.',
  })
  key!: string;

  @Field(() => String, { description: 'The name for people; at most 200 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string | null;

  @Field(() => RuleInput, { description: 'Who belongs to it.' })
  rule!: RuleInput;
}

@InputType({ description: 'Changes to a segment; what is absent stays as it is.' })
export class UpdateSegmentInput {
  @Field(() => String, { description: 'Which segment.' })
  key!: string;

  @Field(() => String, { nullable: true, description: 'A new name for people.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'A new description; null removes it.' })
  description?: string | null;

  @Field(() => RuleInput, {
    nullable: true,
    description: 'A new rule; a build then brings everybody in line.',
  })
  rule?: RuleInput | null;
}

@InputType({ description: 'Which segment to delete.' })
export class DeleteSegmentInput {
  @Field(() => String, { description: 'Its key.' })
  key!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What became of the segment.' })
export class SegmentPayload {
  @Field(() => SegmentType, {
    nullable: true,
    description: 'The segment as it is now; null when the change was refused.',
  })
  segment?: SegmentType | null;

  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: 'What became of the segment.' })
export class DeleteSegmentPayload {
  @Field(() => String, {
    nullable: true,
    description: 'The key of the deleted segment; null when it was refused.',
  })
  deletedKey?: string | null;

  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserError[];
}
