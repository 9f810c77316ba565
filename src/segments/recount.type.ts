import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { payloadOf } from '../platform/graphql/index.js';
import type { RunRow } from '../runs/index.js';
import { Run } from '../runs/run.type.js';
import type { RecountCounts } from './recount.js';

@ObjectType('RecountCounts', {
  simpleResolvers: true,
  description: 'How many segments a recount has dealt with.',
})
export class RecountCountsType {
  @Field(() => Int, { description: 'How many segments were counted.' })
  checked!: number;

  @Field(() => Int, { description: 'How many of them had a wrong size, which was corrected.' })
  corrected!: number;
}

@ObjectType({
  implements: Run,
  simpleResolvers: true,
  description: 'A run that counts the members of segments and corrects sizes that are wrong.',
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

@InputType({ description: 'The segments to count.' })
export class RecountSegmentsInput {
  @Field(() => [String], {
    nullable: true,
    description: 'The keys of segments: at most 500. Absent or null = all segments.',
  })
  keys?: string[] | null;
}

export const RecountSegmentsPayload = payloadOf({
  name: 'RecountSegments',
  noun: 'recount',
  field: 'run',
  type: () => RecountRun,
  description: 'The run that counts. Null when it was refused.',
});
