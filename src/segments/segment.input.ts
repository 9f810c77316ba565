import { Field, InputType } from 'type-graphql';
import { DateTime, deletePayloadOf, IfUnchangedSince, payloadOf } from '../platform/graphql/index.js';
import { ALLOW_UNDEFINED, RuleInput } from '../rules/rule-input.type.js';
import type { TargetState } from './segment.entity.js';
import { SegmentTargetState, SegmentType } from './segment.type.js';

@InputType({ description: 'A new segment.' })
export class CreateSegmentInput {
  @Field(() => String, {
    description:
      'The name by which rules and programs refer to it: lower-case letters, digits, `-`, `.`, `_`; at most 100 characters. It cannot be changed.',
  })
  key!: string;

  @Field(() => String, { description: 'The display name: at most 200 characters.' })
  name!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What the segment is for: at most 2,000 characters.',
  })
  description?: string | null;

  @Field(() => RuleInput, { description: 'The rule: everybody who matches it belongs to the segment.' })
  rule!: RuleInput;

  @Field(() => RuleInput, {
    nullable: true,
    description:
      'A rule for leaving. Members stay until they match it, even when they no longer match `rule`. Absent = members leave when they no longer match `rule`.',
  })
  exitRule?: RuleInput | null;

  @Field(() => SegmentTargetState, {
    defaultValue: 'LIVE',
    description: 'LIVE, or DRAFT for a segment that nobody belongs to yet.',
  })
  targetState!: TargetState;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it is archived by itself. Absent = never.',
  })
  expiresAt?: Date | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: `${ALLOW_UNDEFINED} The summary marks such names.`,
  })
  allowUndefined!: boolean;
}

@InputType({
  description: 'Changes to a segment. Absent = unchanged; null = cleared, or refused with `REQUIRED`.',
})
export class UpdateSegmentInput {
  @Field(() => String, { description: 'The key of the segment.' })
  key!: string;

  @Field(() => String, {
    nullable: true,
    description: 'A new display name: at most 200 characters. Null is refused.',
  })
  name?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'A new description: at most 2,000 characters. Null removes it.',
  })
  description?: string | null;

  @Field(() => RuleInput, {
    nullable: true,
    description: 'A new rule. A build then brings membership in line. Null is refused.',
  })
  rule?: RuleInput | null;

  @Field(() => RuleInput, {
    nullable: true,
    description: 'A new rule for leaving. A build follows, too. Null removes it.',
  })
  exitRule?: RuleInput | null;

  @Field(() => SegmentTargetState, {
    nullable: true,
    description: 'The state that it is to be in. A segment that becomes LIVE is built. Null is refused.',
  })
  targetState?: TargetState | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it is archived by itself. Null = never.',
  })
  expiresAt?: Date | null;

  @IfUnchangedSince()
  ifUnchangedSince?: Date | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: `${ALLOW_UNDEFINED} The summary marks such names.`,
  })
  allowUndefined!: boolean;
}

@InputType({ description: 'The segment to delete.' })
export class DeleteSegmentInput {
  @Field(() => String, { description: 'The key of the segment.' })
  key!: string;
}

const SEGMENT = { name: 'Segment', noun: 'segment', field: 'segment', type: () => SegmentType } as const;

export const SegmentPayload = payloadOf(SEGMENT);

export const DeleteSegmentPayload = deletePayloadOf({
  ...SEGMENT,
  description: 'Always null: no segment is built in, so none is restored.',
});
