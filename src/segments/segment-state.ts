import type { RequestContext } from '../access/index.js';
import { buildsOf } from './segment-build.js';
import type { BuildRow } from './segment-build.js';
import { SegmentState } from './segment.type.js';
import type { SegmentType } from './segment.type.js';

/** Loads the latest build of segments; null where there never was one. */
export const segmentBuilds =
  (context: RequestContext) =>
  async (segmentIds: readonly string[]): Promise<(BuildRow | null)[]> => {
    const builds = await buildsOf(await context.reading(), segmentIds);
    return segmentIds.map((id) => builds.get(id) ?? null);
  };

export function stateOf(
  { targetState }: Pick<SegmentType, 'targetState'>,
  build: Pick<BuildRow, 'state'> | null,
): SegmentState {
  if (targetState !== 'LIVE') return SegmentState[targetState];
  if (!build || build.state === 'DONE') return SegmentState.LIVE;
  return build.state === 'FAILED' ? SegmentState.FAILED : SegmentState.BUILDING;
}
