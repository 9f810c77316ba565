import { Field, InputType, ObjectType } from 'type-graphql';
import { DateTime, UserError } from '../platform/graphql/index.js';
import { ALLOW_UNDEFINED, RuleInput } from '../rules/rule-input.type.js';
import { SegmentState, SegmentType } from './segment.type.js';

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

  @Field(() => RuleInput, {
    nullable: true,
    description:
      'A rule for leaving. Members stay until they fit it, even when they no longer fit `rule`. Absent = members leave when they no longer fit `rule`.',
  })
  exitRule?: RuleInput | null;

  @Field(() => SegmentState, {
    defaultValue: SegmentState.LIVE,
    description: 'LIVE, or DRAFT for one that nobody belongs to yet.',
  })
  state!: SegmentState;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it is archived by itself; absent = never.',
  })
  expiresAt?: Date | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: `${ALLOW_UNDEFINED} The summary says which they are.`,
  })
  allowUndefined!: boolean;
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

  @Field(() => RuleInput, {
    nullable: true,
    description: 'A new rule by which people leave; null removes it. A build follows, too.',
  })
  exitRule?: RuleInput | null;

  @Field(() => SegmentState, {
    nullable: true,
    description:
      'LIVE rebuilds it. PAUSED: from now on nobody enters or leaves. ARCHIVED and DRAFT: everybody leaves.',
  })
  state?: SegmentState | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it is archived by itself; null = never.',
  })
  expiresAt?: Date | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: `${ALLOW_UNDEFINED} The summary says which they are.`,
  })
  allowUndefined!: boolean;
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
