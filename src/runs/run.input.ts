import { ArgsType, Field, ID, InputType } from 'type-graphql';
import { ForwardPageArgs } from '../platform/graphql/index.js';
import type { RunState } from './run.js';
import { RunKindEnum, RunStateEnum } from './run.type.js';

@ArgsType()
export class RunsArgs extends ForwardPageArgs {
  @Field(() => [RunKindEnum], { nullable: true, description: 'Only runs of these kinds.' })
  kinds?: string[] | null;

  @Field(() => [RunStateEnum], { nullable: true, description: 'Only runs in these states.' })
  states?: RunState[] | null;
}

@InputType({ description: 'Which run is to stop.' })
export class CancelRunInput {
  @Field(() => ID, { description: 'The id of the run.' })
  id!: string;
}

@InputType({ description: 'Which run is to go on.' })
export class RetryRunInput {
  @Field(() => ID, { description: 'The id of the run.' })
  id!: string;
}
