import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { UserError } from '../platform/graphql/index.js';
import type { RunRow } from '../runs/index.js';
import { Run } from '../runs/run.type.js';
import type { RecountCounts } from './recount.js';

@ObjectType('RecountCounts', {
  simpleResolvers: true,
  description: 'How many segments a recount has dealt with.',
})
export class RecountCountsType {
  @Field(() => Int, { description: 'Segments whose members were counted.' })
  checked!: number;

  @Field(() => Int, { description: 'Those of them whose size was wrong, and is right now.' })
  corrected!: number;
}

@ObjectType({
  implements: Run,
  simpleResolvers: true,
  description: 'A run that counts the members of segments, and corrects sizes that are wrong.',
})
export class RecountRun extends Run {
  readonly typeName = 'RecountRun';

  @Field(() => RecountCountsType, { description: 'What it has done so far.' })
  counts: RecountCounts;

  constructor(row: RunRow, unit: string) {
    super(row, unit);
    this.counts = row.counts as RecountCounts;
  }
}

@InputType({ description: 'Which segments to count.' })
export class RecountSegmentsInput {
  @Field(() => [String], {
    nullable: true,
    description: 'Their keys, at most 500. Absent = all there are.',
  })
  keys?: string[] | null;
}

@ObjectType({ simpleResolvers: true, description: 'The recount that was asked for.' })
export class RecountSegmentsPayload {
  @Field(() => RecountRun, { nullable: true, description: 'The run; null when it was refused.' })
  run?: RecountRun | null;

  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserError[];
}
