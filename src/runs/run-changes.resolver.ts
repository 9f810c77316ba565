import { Arg, Authorized, Ctx, ID, Resolver, Root, Subscription } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { ListenerReads, OnefoldError, Scope, Signals, uuidOf } from '../platform/index.js';
import type { Watch } from '../platform/index.js';
import { findRuns } from './run.resolver.js';
import type { RunRow } from './run.js';
import { Run, RunKindEnum, RunTypes } from './run.type.js';
import { watchRun, watchRuns } from './watch-runs.js';

interface Asked {
  id?: string | null;
  kinds?: string[] | null;
}

@Resolver()
export class RunChangesResolver {
  @Authorized(Scope.SUBSCRIBE)
  @Subscription(() => Run, {
    description:
      'Runs as they are now, and then after each change. With `id`: that run, until it is over. Without: all runs that are under way or begin, or those of some `kinds`. Changes in quick succession come as one.',
    subscribe: ({ args, context }) => watch(args as Asked, context as RequestContext),
  })
  runChanges(
    @Root() row: RunRow,
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { nullable: true, description: 'Only this run. Not with `kinds`.' }) _id?: string,
    @Arg('kinds', () => [RunKindEnum], { nullable: true, description: 'Only runs of these kinds.' })
    _kinds?: string[],
  ): Run {
    return context.service(RunTypes).of(row);
  }
}

async function watch({ id, kinds }: Asked, context: RequestContext): Promise<Watch<RunRow>> {
  const { database, workspaceId } = context;
  const [signals, reads] = [context.service(Signals), context.service(ListenerReads)];
  const options = { database, signals, reads, workspaceId };
  if (id == null) return watchRuns(options, kinds ?? context.service(RunTypes).names);
  if (kinds != null)
    throw new OnefoldError('BAD_USER_INPUT', {
      path: ['kinds'],
      message: 'Give either the `id` of one run or `kinds`, not both.',
    });
  const uuid = uuidOf('run', id);
  const [run] = uuid ? await findRuns(context, [uuid]) : [];
  if (!uuid || !run) throw new OnefoldError('RUN_UNKNOWN', { path: ['id'] });
  return watchRun(options, uuid);
}
