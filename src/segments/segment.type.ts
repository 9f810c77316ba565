import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionOf, DateTime, Json, Node } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';
import { describeRule } from './rule/compile-rule.js';
import type { Rule } from './rule/rule.js';
import type { BuildRow } from './segment-build.js';
import type { LiveSegment } from './segment-catalogue.js';

export enum SegmentState {
  BUILDING = 'BUILDING',
  LIVE = 'LIVE',
  PAUSED = 'PAUSED',
  FAILED = 'FAILED',
}
registerEnumType(SegmentState, {
  name: 'SegmentState',
  description: 'How far a segment is to be relied on.',
  valuesConfig: {
    BUILDING: {
      description:
        'The rule is new or changed: everybody is being tried. What ingest touches is exact already.',
    },
    LIVE: { description: 'Membership is exact.' },
    PAUSED: { description: 'Not kept at present.' },
    FAILED: { description: 'The build was given up; `build.error` says what to do.' },
  },
});

export enum BuildStateType {
  WAITING = 'WAITING',
  RUNNING = 'RUNNING',
  DONE = 'DONE',
  FAILED = 'FAILED',
}
registerEnumType(BuildStateType, {
  name: 'SegmentBuildState',
  description: 'How far a build has come.',
  valuesConfig: {
    WAITING: { description: 'No server has taken it up yet.' },
    RUNNING: { description: 'Under way.' },
    DONE: { description: 'Everybody has been tried.' },
    FAILED: { description: 'Given up after several failures.' },
  },
});

@ObjectType('SegmentBuild', {
  simpleResolvers: true,
  description: 'The work of trying everybody against a new or changed rule.',
})
export class SegmentBuild {
  @Field(() => BuildStateType, { description: 'How far it has come.' })
  state!: BuildStateType;

  @Field(() => Int, { description: 'How many of `shardsTotal` parts of the people have been tried.' })
  shardsDone!: number;

  @Field(() => Int, { description: 'How many parts there are: always 256.' })
  shardsTotal!: number;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  startedAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was done or given up; null while it is under way.',
  })
  finishedAt!: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'What went wrong last, and what to do; null when nothing did.',
  })
  error!: string | null;
}

export function toSegmentBuild(row: BuildRow): SegmentBuild {
  return {
    state: BuildStateType[row.state],
    shardsDone: row.shardsDone,
    shardsTotal: 256,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    error: row.error,
  };
}

@ObjectType('Segment', {
  implements: Node,
  simpleResolvers: true,
  description: 'A saved rule, and everybody who fits it right now.',
})
export class SegmentType extends Node {
  readonly typeName = 'Segment';
  private readonly parsedRule: Rule;

  @Field(() => String, { description: 'The name under which rules and programs refer to it; never changes.' })
  key!: string;

  @Field(() => String, { description: 'The name for people.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for; null when nobody said.' })
  description!: string | null;

  @Field(() => Json, { description: 'The rule, in the form of a RuleInput.' })
  rule!: unknown;

  @Field(() => String, { description: 'The rule in plain English.' })
  get summary(): string {
    return describeRule(this.parsedRule);
  }

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

  constructor({ definition, rule }: Pick<LiveSegment, 'definition' | 'rule'>) {
    super('segment', definition.id);
    this.key = definition.key;
    this.name = definition.name;
    this.description = definition.description;
    this.rule = definition.rule;
    this.parsedRule = rule;
    this.createdAt = definition.createdAt;
    this.updatedAt = definition.updatedAt;
    this.deletedAt = definition.deletedAt;
  }
}

export const SegmentConnection = connectionOf('Segment', () => SegmentType as never);

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
  @Field(() => Int, { description: 'How many fit, exactly.' })
  count!: number;

  @Field(() => [Profile], { description: 'Some of them.' })
  sample!: Profile[];

  @Field(() => Int, { description: 'How long the answer took, in milliseconds.' })
  tookMs!: number;

  @Field(() => String, { description: 'The rule in plain English.' })
  summary!: string;
}
