import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { SourceType } from '../access/source.type.js';
import { connectionOf, DateTime, Node, UserError } from '../platform/graphql/index.js';
import type { Connection } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';

export enum MergeCause {
  INGEST = 'INGEST',
  MANUAL = 'MANUAL',
}
registerEnumType(MergeCause, {
  name: 'MergeCause',
  description: 'Why two profiles became one.',
  valuesConfig: {
    INGEST: { description: 'The identifiers of an item proved them one person.' },
    MANUAL: { description: 'Somebody said so, with `mergeProfiles`.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'How many records of one kind moved in a merge.' })
export class MovedCount {
  @Field(() => String, {
    description: 'What moved, such as `identifiers`, `events`, `channels` or `labels`.',
  })
  kind!: string;

  @Field(() => Int, {
    description: 'How many. Of attributes: those whose value stands for the survivor since.',
  })
  count!: number;
}

@ObjectType('ProfileMerge', {
  implements: Node,
  simpleResolvers: true,
  description: 'One profile went into another. It can be undone.',
})
export class ProfileMerge extends Node {
  readonly typeName = 'ProfileMerge';

  @Field(() => ID, { description: 'The id of the profile that was absorbed; it resolves to the survivor.' })
  absorbedId!: string;

  @Field(() => ID, {
    description: 'The id of the profile that stayed. It may have been absorbed itself since.',
  })
  survivorId!: string;

  @Field(() => Profile, { description: 'The profile that holds everything now.' })
  profile!: Profile;

  @Field(() => DateTime, { description: 'When.' })
  at!: Date;

  @Field(() => MergeCause, { description: 'Why.' })
  cause!: MergeCause;

  @Field(() => SourceType, {
    nullable: true,
    description: 'The source of the item that proved it; null for a manual one.',
  })
  source!: SourceType | null;

  @Field(() => String, {
    nullable: true,
    description: 'The externalId of the item that proved it; null for a manual one.',
  })
  externalId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The id of the API key whose holder asked for it; null when an item proved it.',
  })
  apiKeyId!: string | null;

  @Field(() => [MovedCount], { description: 'What moved, by kind.' })
  moved!: MovedCount[];

  @Field(() => DateTime, { nullable: true, description: 'When it was undone; null while it stands.' })
  undoneAt!: Date | null;

  constructor(uuid: string) {
    super('merge', uuid);
  }
}

export const ProfileMergeConnection = connectionOf('ProfileMerge', () => ProfileMerge);
export type ProfileMergeConnection = Connection<ProfileMerge>;

@ObjectType({ simpleResolvers: true, description: 'What became of a merge.' })
export class MergeProfilesPayload {
  @Field(() => Profile, {
    nullable: true,
    description: 'The profile that all of them are now; null when it was refused.',
  })
  profile?: Profile | null;

  @Field(() => [ProfileMerge], { nullable: true, description: 'One for each profile that was absorbed.' })
  merges?: ProfileMerge[] | null;

  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: 'What became of the undo of a merge.' })
export class UnmergeProfilesPayload {
  @Field(() => Profile, {
    nullable: true,
    description: 'The profile that gave the other one back; null when it was refused.',
  })
  survivor?: Profile | null;

  @Field(() => Profile, {
    nullable: true,
    description: 'The profile that lives again; null when it was refused.',
  })
  restored?: Profile | null;

  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserError[];
}
