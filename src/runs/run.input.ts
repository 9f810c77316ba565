import { Field, ID, InputType } from 'type-graphql';
import type { RunState } from './run.js';
import { RunKindEnum, RunStateEnum } from './run.type.js';

@InputType({ description: 'Narrows a list of runs. Every field that is given must match.' })
export class RunFilterInput {
  @Field(() => [RunKindEnum], { nullable: true, description: 'Only runs of these kinds.' })
  kinds?: string[] | null;

  @Field(() => [RunStateEnum], { nullable: true, description: 'Only runs in these states.' })
  states?: RunState[] | null;
}

@InputType({ description: 'The run to cancel.' })
export class CancelRunInput {
  @Field(() => ID, { description: 'The id of the run.' })
  id!: string;
}

@InputType({ description: 'The run to retry.' })
export class RetryRunInput {
  @Field(() => ID, { description: 'The id of the run.' })
  id!: string;
}
