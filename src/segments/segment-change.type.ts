import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { connectionOf, DateTime } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';
import { SegmentType } from './segment.type.js';

export enum SegmentChangeKind {
  ENTERED = 'ENTERED',
  EXITED = 'EXITED',
}
registerEnumType(SegmentChangeKind, {
  name: 'SegmentChangeKind',
  description: 'Whether somebody entered or left.',
  valuesConfig: {
    ENTERED: { description: 'The person belongs to the segment from now on.' },
    EXITED: { description: 'The person no longer belongs to the segment.' },
  },
});

export enum SegmentChangeCause {
  INGEST = 'INGEST',
  TIME = 'TIME',
  BUILD = 'BUILD',
  MERGE = 'MERGE',
  UNMERGE = 'UNMERGE',
  ERASURE = 'ERASURE',
}
registerEnumType(SegmentChangeCause, {
  name: 'SegmentChangeCause',
  description: 'Why somebody entered or left a segment.',
  valuesConfig: {
    INGEST: { description: 'An item about the person was accepted.' },
    TIME: { description: 'Time passed.' },
    BUILD: {
      description: 'The rule is new or has changed, or the segment was deleted, archived or made a draft.',
    },
    MERGE: { description: 'Two profiles proved to be one person.' },
    UNMERGE: { description: 'A merge was undone.' },
    ERASURE: { description: 'The person was erased.' },
  },
});

@ObjectType('SegmentChange', {
  simpleResolvers: true,
  description: 'One entry into a segment or exit from it, as the durable log keeps it.',
})
export class SegmentChange {
  @Field(() => String, {
    description:
      'The place in the log. Pass the last one seen as `after`, and nothing is missed or repeated.',
  })
  cursor!: string;

  @Field(() => SegmentChangeKind, { description: 'Whether the person entered or left.' })
  kind!: SegmentChangeKind;

  @Field(() => SegmentType, { description: 'The segment, with its definition as it is now.' })
  segment!: SegmentType;

  @Field(() => Profile, { description: 'The profile as it is now.' })
  profile!: Profile;

  @Field(() => DateTime, { description: 'When the change was detected, which may be later than its cause.' })
  at!: Date;

  @Field(() => SegmentChangeCause, { description: 'Why it happened.' })
  cause!: SegmentChangeCause;
}

export const SegmentChangeConnection = connectionOf('SegmentChange', () => SegmentChange);
