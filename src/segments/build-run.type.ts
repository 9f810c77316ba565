import { ObjectType } from 'type-graphql';
import type { RunRow } from '../runs/index.js';
import { Run } from '../runs/run.type.js';
import type { BuildInput } from './segment-build.js';

@ObjectType({
  implements: Run,
  simpleResolvers: true,
  description:
    'A run that evaluates the new or changed rule of a segment for everybody. `progress` counts people. For large workspaces its total is an estimate until the end.',
})
export class BuildRun extends Run {
  readonly typeName = 'BuildRun';
  readonly segmentId: string;

  constructor(row: RunRow, unit: string) {
    super(row, unit);
    this.segmentId = (row.input as BuildInput).segmentId;
  }
}
