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
      'Which of them stays. Absent = the oldest. It need not be among `profileIds`: the others are merged into it.',
  })
  survivorId?: string | null;
}

@InputType({ description: 'Which merge to undo.' })
export class UnmergeProfilesInput {
  @Field(() => ID, {
    nullable: true,
    description: 'The id of the merge: see `merges` and `Profile.mergedFrom`. Give it, or `profileId`.',
  })
  mergeId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The id of the absorbed profile that is to live again. Give it, or `mergeId`.',
  })
  profileId?: string | null;
}
