import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { SourceType } from '../access/source.type.js';
import { connectionOf, DateTime, Node, payloadOf } from '../platform/graphql/index.js';
import type { Connection, Payload } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';

export enum MergeCause {
  INGEST = 'INGEST',
  MANUAL = 'MANUAL',
}
registerEnumType(MergeCause, {
  name: 'MergeCause',
  description: 'Why two profiles became one.',
  valuesConfig: {
    INGEST: { description: 'The identifiers of an item proved that the profiles are one person.' },
    MANUAL: { description: 'Somebody merged the profiles with `mergeProfiles`.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'How many records of one kind moved in a merge.' })
export class MovedCount {
  @Field(() => String, {
    description: 'What moved, such as `identifiers`, `events`, `channels` or `labels`.',
  })
  kind!: string;

  @Field(() => Int, {
    description: 'How many moved. For attributes: how many values became current in the survivor.',
  })
  count!: number;
}

@ObjectType('ProfileMerge', {
  implements: Node,
  simpleResolvers: true,
  description: 'A merge: one profile was absorbed into another. It can be undone.',
})
export class ProfileMerge extends Node {
  readonly typeName = 'ProfileMerge';

  @Field(() => ID, { description: 'The id of the profile that was absorbed; it resolves to the survivor.' })
  absorbedId!: string;

  @Field(() => ID, {
    description: 'The id of the profile that stayed. It may have been absorbed itself since.',
  })
  survivorId!: string;

  @Field(() => Profile, {
    nullable: true,
    description: 'The absorbed profile, if it lives again because the merge was undone; null otherwise.',
  })
  absorbed!: Profile | null;

  @Field(() => Profile, {
    nullable: true,
    description: 'The profile that stayed; null while it is absorbed itself.',
  })
  survivor!: Profile | null;

  @Field(() => Profile, {
    description: 'The living profile of the one that stayed: that one itself, or the one that absorbed it.',
  })
  profile!: Profile;

  @Field(() => DateTime, { description: 'When the profiles were merged.' })
  mergedAt!: Date;

  @Field(() => MergeCause, { description: 'Why the profiles were merged.' })
  cause!: MergeCause;

  @Field(() => SourceType, {
    nullable: true,
    description: 'The source of the item that caused the merge; null for a manual merge.',
  })
  source!: SourceType | null;

  @Field(() => String, {
    nullable: true,
    description: 'The externalId of the item that caused the merge; null for a manual merge.',
  })
  externalId!: string | null;

  @Field(() => [MovedCount], { description: 'What moved, by kind: at most 20 kinds.' })
  moved!: MovedCount[];

  @Field(() => DateTime, { nullable: true, description: 'When the merge was undone; null if it was not.' })
  undoneAt!: Date | null;

  /** UUIDs of API keys: who asked for the merge, and who for its undo. */
  keyId!: string | null;
  undoneKeyId!: string | null;

  constructor(uuid: string) {
    super('merge', uuid);
  }
}

export const ProfileMergeConnection = connectionOf('ProfileMerge', () => ProfileMerge);
export type ProfileMergeConnection = Connection<ProfileMerge>;

@InputType({ description: 'Which merges: those that match every field given.' })
export class MergeFilterInput {
  @Field(() => [MergeCause], { nullable: true, description: 'Only merges with these causes.' })
  causes?: MergeCause[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Only merges caused by items of the sources with these keys, at most 1,000.',
  })
  sources?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: '`true`: only merges that were undone; `false`: only those that were not.',
  })
  isUndone?: boolean | null;

  @Field(() => DateTime, { nullable: true, description: 'Only merges at or after this instant.' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Only merges before this instant.' })
  to?: Date | null;
}

export const MergeProfilesPayload = payloadOf(
  {
    ...{ name: 'MergeProfiles', noun: 'merge', field: 'profile', type: () => Profile },
    description: 'The profile that all of them are now; null when the merge was refused.',
  },
  {
    merges: {
      type: () => [ProfileMerge],
      description: 'One for each profile that was absorbed: at most 20. Null when the merge was refused.',
    },
  },
);
export type MergeProfilesPayload = Payload<'profile' | 'merges'>;

export const UnmergeProfilesPayload = payloadOf(
  {
    ...{ name: 'UnmergeProfiles', noun: 'undo of a merge', field: 'survivor', type: () => Profile },
    description: 'The profile that gave the other one back; null when the undo was refused.',
  },
  {
    restored: {
      type: () => Profile,
      description: 'The profile that lives again; null when the undo was refused.',
    },
  },
);
export type UnmergeProfilesPayload = Payload<'survivor' | 'restored'>;
