import type { DependencyName } from '../definitions/index.js';
import { dependenciesOf, EventPasses, nextChangeOf, segmentsIn } from '../rules/index.js';
import type { Dependency, Rule } from '../rules/index.js';
import type { Segment } from './segment.entity.js';

/** A segment ready to be evaluated. */
export interface LiveSegment {
  definition: Segment;
  /** Its rule, with the exit rule if it has one. */
  rule: Rule;
  /** The rule by which membership is kept: it fits nobody while the segment is not live. */
  keptBy: Rule;
  dependsOn: ReadonlyMap<DependencyName, Dependency>;
  /** Keys of the segments that its rule refers to directly. */
  uses: readonly string[];
  /** Whether its answer may change by time alone. */
  timed: boolean;
  /** Whether a build of it is under way. */
  isBuilding: boolean;
}

export function liveSegment(
  definition: Segment,
  { rule, nobody, isBuilding }: { rule: Rule; nobody: Rule; isBuilding: boolean },
): LiveSegment {
  return {
    definition,
    rule,
    keptBy: definition.targetState === 'LIVE' ? rule : nobody,
    dependsOn: dependenciesOf(rule),
    uses: segmentsIn(rule),
    timed: nextChangeOf(rule, new EventPasses()) !== null,
    isBuilding,
  };
}
