import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'Which profiles are one person.' })
export class MergeProfilesInput {
  @Field(() => [ID], {
    description: '2 to 20 profile ids. The id of an absorbed profile stands for its survivor.',
  })
  profileIds!: string[];

  @Field(() => ID, {
    nullable: true,
    description:
      'Which of them stays; absent = the oldest. If it is not among `profileIds`, the others go into it all the same.',
  })
  survivorId?: string | null;
}

@InputType({ description: 'Which merge to undo.' })
export class UnmergeProfilesInput {
  @Field(() => ID, { nullable: true, description: 'The merge: see `merges` and `Profile.mergedFrom`.' })
  mergeId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Or the profile that was absorbed and is to live again. One of the two must be given.',
  })
  profileId?: string | null;
}
