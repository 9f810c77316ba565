import { Field, ObjectType } from 'type-graphql';
import { connectionOf, DateTime } from '../platform/graphql/index.js';
import type { Connection } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';
import { SegmentType } from './segment.type.js';

/** What edges of memberships and of members say besides. */
export interface Entered {
  enteredAt: Date;
}

const enteredAt = { type: () => DateTime, description: 'When the person last entered the segment.' };

@ObjectType({ simpleResolvers: true, description: 'A segment that a person belongs to, and since when.' })
export class SegmentMembership {
  @Field(() => SegmentType, { description: 'The segment.' })
  segment!: SegmentType;

  @Field(() => DateTime, { description: enteredAt.description })
  enteredAt!: Date;
}

export const SegmentMembershipConnection = connectionOf<SegmentMembership, Entered>(
  'SegmentMembership',
  () => SegmentMembership,
  { edge: { enteredAt } },
);
export type SegmentMembershipConnection = Connection<SegmentMembership, Entered>;

export const SegmentMemberConnection = connectionOf<Profile, Entered>(
  'SegmentMember',
  () => Profile as never,
  {
    edge: { enteredAt },
  },
);
export type SegmentMemberConnection = Connection<Profile, Entered>;
