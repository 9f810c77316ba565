import { Arg, Authorized, Ctx, FieldResolver, Resolver, Root, Subscription } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { ListenerReads, OnefoldError, Scope, Signals } from '../platform/index.js';
import type { Watch } from '../platform/index.js';
import type { RunRow } from '../runs/index.js';
import { RunTypes } from '../runs/run.type.js';
import { BuildRun } from './build-run.type.js';
import { catalogueOf } from './segment-catalogue.js';
import { SegmentType } from './segment.type.js';
import { watchBuild } from './watch-build.js';

@Resolver(() => BuildRun)
export class BuildRunResolver {
  @Authorized(Scope.SUBSCRIBE)
  @Subscription(() => BuildRun, {
    description:
      'The latest build of a segment: as it is now, and then after every step. Ends with the build.',
    subscribe: ({ args, context }) => watch((args as { key: string }).key, context as RequestContext),
  })
  segmentBuild(
    @Root() row: RunRow,
    @Arg('key', () => String, { description: 'The key of the segment.' }) _key: string,
    @Ctx() context: RequestContext,
  ): BuildRun {
    return context.service(RunTypes).of(row) as BuildRun;
  }

  @FieldResolver(() => SegmentType, { description: 'The segment that it builds.' })
  async segment(@Root() { segmentId }: BuildRun, @Ctx() context: RequestContext): Promise<SegmentType> {
    const segment = (await catalogueOf(context)).byId.get(segmentId);
    if (!segment) throw new Error('a segment with builds is never forgotten');
    return new SegmentType(segment);
  }
}

async function watch(key: string, context: RequestContext): Promise<Watch<RunRow>> {
  const segment = (await catalogueOf(context)).byKey.get(key);
  if (!segment) throw new OnefoldError('SEGMENT_UNKNOWN', { path: ['key'] });
  return watchBuild({
    database: context.database,
    signals: context.service(Signals),
    reads: context.service(ListenerReads),
    workspaceId: context.workspaceId,
    segmentId: segment.definition.id,
  });
}
