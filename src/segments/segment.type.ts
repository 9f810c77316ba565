import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionOf, DateTime, Node, Rule, UserError } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';
import { WARNINGS } from '../rules/rule-input.type.js';
import type { LiveSegment } from './live-segment.js';
import type { TargetState } from './segment.entity.js';

export enum SegmentState {
  DRAFT = 'DRAFT',
  BUILDING = 'BUILDING',
  LIVE = 'LIVE',
  PAUSED = 'PAUSED',
  ARCHIVED = 'ARCHIVED',
  FAILED = 'FAILED',
}
registerEnumType(SegmentState, {
  name: 'SegmentState',
  description: 'The state that a segment is in: how far its membership can be relied on.',
  valuesConfig: {
    DRAFT: { description: 'Not maintained yet: nobody belongs to it.' },
    BUILDING: {
      description:
        'The rule is new or changed, and is being evaluated for everybody. Membership is already exact for people about whom items arrive.',
    },
    LIVE: { description: 'Membership is exact.' },
    PAUSED: { description: 'Not maintained at present: membership stays as it was.' },
    ARCHIVED: { description: 'No longer maintained, or deleted: everybody has left, or is about to.' },
    FAILED: { description: 'The build was given up. `failure` says why; `retryRun` continues it.' },
  },
});

export const SegmentTargetState = { DRAFT: 'DRAFT', LIVE: 'LIVE', PAUSED: 'PAUSED', ARCHIVED: 'ARCHIVED' };
registerEnumType(SegmentTargetState, {
  name: 'SegmentTargetState',
  description: 'The state that somebody wants a segment to be in. `SegmentState` says what it is in.',
  valuesConfig: {
    DRAFT: { description: 'Nobody belongs to it.' },
    LIVE: { description: 'Everybody who matches the rule belongs to it. A build brings them in.' },
    PAUSED: { description: 'From now on nobody enters or leaves.' },
    ARCHIVED: { description: 'Everybody leaves. The definition and its history stay.' },
  },
});

@ObjectType('Segment', {
  implements: Node,
  simpleResolvers: true,
  description: 'A saved rule, and everybody who matches it now.',
})
export class SegmentType extends Node {
  readonly typeName = 'Segment';

  @Field(() => String, { description: 'The name by which rules and programs refer to it. It never changes.' })
  key!: string;

  @Field(() => String, { description: 'The display name.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What the segment is for. Null if none was given.' })
  description!: string | null;

  @Field(() => SegmentTargetState, {
    description: 'The state that somebody wants it to be in. `state` says what it is in.',
  })
  targetState!: TargetState;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it is archived by itself, and everybody leaves. Null = never.',
  })
  expiresAt!: Date | null;

  @Field(() => DateTime, { description: 'When it was created.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When its definition last changed.' })
  updatedAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When it was deleted. Null while it exists: a deleted segment is only met in the history of changes, and in runs.',
  })
  deletedAt!: Date | null;

  constructor(readonly live: Pick<LiveSegment, 'definition' | 'rule'>) {
    const { definition } = live;
    super('segment', definition.id);
    this.key = definition.key;
    this.name = definition.name;
    this.description = definition.description;
    this.expiresAt = definition.expiresAt;
    // Of a deleted one everybody leaves, as of one that is archived.
    this.targetState = definition.deletedAt ? 'ARCHIVED' : definition.targetState;
    this.createdAt = definition.createdAt;
    this.updatedAt = definition.updatedAt;
    this.deletedAt = definition.deletedAt;
  }
}

export const SegmentConnection = connectionOf('Segment', () => SegmentType as never);

@ObjectType('SegmentVersion', {
  simpleResolvers: true,
  description: 'The rules of a segment from an instant on, until the next version.',
})
export class SegmentVersion {
  @Field(() => Int, { description: 'The number of the version, from 1.' })
  number!: number;

  @Field(() => Rule, {
    description: 'The rule. Without the scope READ_PII, personal values in it are shown as `***`.',
  })
  rule!: unknown;

  @Field(() => Rule, {
    nullable: true,
    description:
      'The rule by which people left, with personal values hidden as in `rule`. Null = none of its own.',
  })
  exitRule!: unknown;

  @Field(() => DateTime, { description: 'When it was saved.' })
  savedAt!: Date;

  /** Of an API key; null where it is not on record. */
  savedById!: string | null;
}

export const SegmentVersionConnection = connectionOf('SegmentVersion', () => SegmentVersion);

@ObjectType('SegmentPreview', {
  simpleResolvers: true,
  description: 'The people who would belong to a segment with this rule.',
})
export class SegmentPreview {
  @Field(() => Int, { description: 'How many people match: exactly, unless `isExact` is false.' })
  count!: number;

  @Field(() => Boolean, {
    description:
      'Whether the rule was evaluated for everybody. False only if `answerWithinMs` was too short for that.',
  })
  isExact!: boolean;

  @Field(() => Int, {
    description: 'By how much `count` may be off, in 19 cases of 20. 0 when it is exact.',
  })
  margin!: number;

  @Field(() => [Profile], { description: 'Some of them: at most 100, as many as `sample` asks for.' })
  sample!: Profile[];

  @Field(() => Int, { description: 'How long the answer took, in milliseconds.' })
  tookMs!: number;

  @Field(() => String, { description: 'The rule in plain English.' })
  summary!: string;

  @Field(() => [UserError], { description: WARNINGS })
  warnings!: UserError[];
}
