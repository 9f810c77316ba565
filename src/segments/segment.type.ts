import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionOf, DateTime, Json, Node, UserError } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';
import { WARNINGS } from '../rules/rule-input.type.js';
import type { LiveSegment } from './live-segment.js';
import type { SegmentStatus } from './segment.entity.js';

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
  description: 'How far a segment is to be relied on.',
  valuesConfig: {
    DRAFT: { description: 'Not kept yet: nobody belongs to it.' },
    BUILDING: {
      description:
        'The rule is new or changed: everybody is being tried. What ingest touches is exact already.',
    },
    LIVE: { description: 'Membership is exact.' },
    PAUSED: { description: 'Not kept at present: membership stays as it was.' },
    ARCHIVED: { description: 'Not kept any more: everybody has left, or is about to.' },
    FAILED: { description: 'The build was given up; `failure` says what to do.' },
  },
});

@ObjectType('Segment', {
  implements: Node,
  simpleResolvers: true,
  description: 'A saved rule, and everybody who fits it right now.',
})
export class SegmentType extends Node {
  readonly typeName = 'Segment';
  readonly status: SegmentStatus;

  @Field(() => String, { description: 'The name under which rules and programs refer to it; never changes.' })
  key!: string;

  @Field(() => String, { description: 'The name for people.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for; null when nobody said.' })
  description!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it is archived by itself, everybody leaving; null = never.',
  })
  expiresAt!: Date | null;

  @Field(() => DateTime, { description: 'When it was created.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When its definition last changed.' })
  updatedAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When it was deleted; null while it lives. A deleted one is only met in the history of changes.',
  })
  deletedAt!: Date | null;

  constructor(readonly live: Pick<LiveSegment, 'definition' | 'rule'>) {
    const { definition } = live;
    super('segment', definition.id);
    this.key = definition.key;
    this.name = definition.name;
    this.description = definition.description;
    this.expiresAt = definition.expiresAt;
    this.status = definition.status;
    this.createdAt = definition.createdAt;
    this.updatedAt = definition.updatedAt;
    this.deletedAt = definition.deletedAt;
  }
}

export const SegmentConnection = connectionOf('Segment', () => SegmentType as never);

@ObjectType('SegmentVersion', {
  simpleResolvers: true,
  description: 'What the rules of a segment said from an instant on, until the next version.',
})
export class SegmentVersion {
  @Field(() => Int, { description: 'Which version it is, from 1.' })
  number!: number;

  @Field(() => Json, {
    description:
      'The rule, in the form of a RuleInput. What personal values are compared with is `***` without the scope READ_PII.',
  })
  rule!: unknown;

  @Field(() => Json, {
    nullable: true,
    description: 'The rule by which people left, hidden as `rule` is; null = none of its own.',
  })
  exitRule!: unknown;

  @Field(() => DateTime, { description: 'When it was saved.' })
  savedAt!: Date;

  @Field(() => String, {
    nullable: true,
    description: 'The name of the API key that saved it; null where it is not on record.',
  })
  savedBy!: string | null;
}

export const SegmentVersionConnection = connectionOf('SegmentVersion', () => SegmentVersion);

@ObjectType('Membership', { simpleResolvers: true, description: 'That a person belongs to a segment.' })
export class Membership {
  @Field(() => SegmentType, { description: 'The segment.' })
  segment!: SegmentType;

  @Field(() => DateTime, { description: 'Since when, this time.' })
  enteredAt!: Date;
}

@ObjectType('SegmentPreview', {
  simpleResolvers: true,
  description: 'Who would belong to a segment with this rule.',
})
export class SegmentPreview {
  @Field(() => Int, { description: 'How many fit: exactly, unless `isExact` says otherwise.' })
  count!: number;

  @Field(() => Boolean, {
    description:
      'Whether everybody has been tried. False only where `answerWithinMs` was too short for that.',
  })
  isExact!: boolean;

  @Field(() => Int, {
    description: 'By how much the count may be off, in 19 cases of 20; 0 when it is exact.',
  })
  margin!: number;

  @Field(() => [Profile], { description: 'Some of them.' })
  sample!: Profile[];

  @Field(() => Int, { description: 'How long the answer took, in milliseconds.' })
  tookMs!: number;

  @Field(() => String, { description: 'The rule in plain English.' })
  summary!: string;

  @Field(() => [UserError], { description: WARNINGS })
  warnings!: UserError[];
}
