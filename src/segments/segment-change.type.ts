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
  description: 'Which way somebody went.',
  valuesConfig: {
    ENTERED: { description: 'Belongs to it from now on.' },
    EXITED: { description: 'Belongs to it no longer.' },
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
    INGEST: { description: 'Something was sent about the person.' },
    TIME: { description: 'Time passed.' },
    BUILD: { description: 'The rule is new, changed, or its segment was deleted.' },
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
      'The place in the log: give the last one seen as `after`, and nothing is missed or told twice.',
  })
  cursor!: string;

  @Field(() => SegmentChangeKind, { description: 'Which way.' })
  kind!: SegmentChangeKind;

  @Field(() => SegmentType, { description: 'Which segment; its definition as it is now.' })
  segment!: SegmentType;

  @Field(() => Profile, { description: 'Who; the profile as it is now.' })
  profile!: Profile;

  @Field(() => DateTime, { description: 'When it was found out.' })
  at!: Date;

  @Field(() => SegmentChangeCause, { description: 'Why.' })
  cause!: SegmentChangeCause;
}

export const SegmentChangeConnection = connectionOf('SegmentChange', () => SegmentChange);
