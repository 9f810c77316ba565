import { Arg, Authorized, Resolver, Root, Subscription } from 'type-graphql';
import type { RequestContext } from '../access/index.js';
import { ListenerReads, OnefoldError, Scope, Signals } from '../platform/index.js';
import type { Watch } from '../platform/index.js';
import { watchBuild } from './watch-build.js';
import { catalogueOf } from './segment-catalogue.js';
import type { BuildRow } from './segment-build.js';
import { SegmentBuild, toSegmentBuild } from './segment.type.js';

@Resolver()
export class SegmentBuildResolver {
  @Authorized(Scope.SUBSCRIBE)
  @Subscription(() => SegmentBuild, {
    description:
      'The latest build of a segment: as it is now, and then at every step. Ends when the build does.',
    subscribe: ({ args, context }) => watch((args as { key: string }).key, context as RequestContext),
  })
  segmentBuild(
    @Root() build: BuildRow,
    @Arg('key', () => String, { description: 'The key of the segment.' }) _key: string,
  ): SegmentBuild {
    return toSegmentBuild(build);
  }
}

async function watch(key: string, context: RequestContext): Promise<Watch<BuildRow>> {
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
