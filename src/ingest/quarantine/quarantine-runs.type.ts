import { Extensions, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { payloadOf } from '../../platform/graphql/index.js';
import type { RunRow } from '../../runs/index.js';
import { Run } from '../../runs/run.type.js';
import type { DropCounts } from './drop.js';
import { QuarantineFilterInput } from './quarantine.type.js';
import type { ReplayCounts } from './replay.js';

@ObjectType('ReplayCounts', {
  simpleResolvers: true,
  description: 'How many items a replay has sent through the pipeline, by what became of them.',
})
export class ReplayCountsType {
  @Field(() => Int, { description: 'Accepted. They have left quarantine.' })
  accepted!: number;

  @Field(() => Int, {
    description: 'Accepted in the meantime with the same body. They have left quarantine.',
  })
  duplicates!: number;

  @Field(() => Int, {
    description:
      'Not applied, because their externalIds were accepted in the meantime with other bodies. They have left quarantine.',
  })
  conflicts!: number;

  @Field(() => Int, { description: 'Rejected again. They stay in quarantine, with what is wrong now.' })
  rejected!: number;
}

@ObjectType({
  implements: Run,
  simpleResolvers: true,
  description:
    'A run that sends items in quarantine through the pipeline again. It ends as COMPLETED_WITH_FAILURES when some were rejected again.',
})
export class ReplayRun extends Run {
  readonly typeName = 'ReplayRun';

  @Field(() => ReplayCountsType, { description: 'What it has done so far.' })
  counts: ReplayCounts;

  constructor(row: RunRow, unit: string) {
    super(row, unit);
    this.counts = row.counts as ReplayCounts;
  }
}

@ObjectType('DropCounts', { simpleResolvers: true, description: 'How many items a run has dropped.' })
export class DropCountsType {
  @Field(() => Int, { description: 'Items that have left quarantine for good.' })
  dropped!: number;
}

@ObjectType({
  implements: Run,
  simpleResolvers: true,
  description: 'A run that drops items in quarantine.',
})
export class DropRun extends Run {
  readonly typeName = 'DropRun';

  @Field(() => DropCountsType, { description: 'What it has done so far.' })
  counts: DropCounts;

  constructor(row: RunRow, unit: string) {
    super(row, unit);
    this.counts = row.counts as DropCounts;
  }
}

@Extensions({ isOneOf: true })
@InputType({ description: 'Which items in quarantine a run works through.' })
export class QuarantineSelectionInput {
  @Field(() => [ID], {
    nullable: true,
    description: 'The items with these ids, at most 1,000. Unknown ids are left out.',
  })
  ids?: string[];

  @Field(() => QuarantineFilterInput, {
    nullable: true,
    description: 'The items that fit this filter. At least one of its fields must be given.',
  })
  filter?: QuarantineFilterInput;

  @Field(() => Boolean, { nullable: true, description: 'All items. Only `true` is allowed.' })
  all?: boolean;
}

@InputType({ description: 'A replay of items in quarantine.' })
export class ReplayQuarantineInput {
  @Field(() => QuarantineSelectionInput, {
    description: 'The items to replay. Items that were too large to be kept are left out.',
  })
  items!: QuarantineSelectionInput;
}

@InputType({ description: 'A removal of items from quarantine.' })
export class DropQuarantineInput {
  @Field(() => QuarantineSelectionInput, { description: 'The items to drop.' })
  items!: QuarantineSelectionInput;
}

const ASKED = { noun: 'run', field: 'run', description: 'The run; null when it was refused.' } as const;

export const ReplayQuarantinePayload = payloadOf({
  ...ASKED,
  name: 'ReplayQuarantine',
  type: () => ReplayRun,
});

export const DropQuarantinePayload = payloadOf({ ...ASKED, name: 'DropQuarantine', type: () => DropRun });
