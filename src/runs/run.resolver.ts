import { Arg, Args, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { LAST_ID, OnefoldError, Scope, uuidOf } from '../platform/index.js';
import { pageRequest, toConnection, withUserErrors } from '../platform/graphql/index.js';
import type { Connection } from '../platform/graphql/index.js';
import type { Transaction } from '../platform/index.js';
import { cancelRun } from './cancel-run.js';
import { retryRun } from './retry-run.js';
import { CancelRunInput, RetryRunInput, RunsArgs } from './run.input.js';
import { runsBefore, runsById } from './run.reads.js';
import { Run, RunConnection, RunPayload, RunTypes } from './run.type.js';

@Resolver()
export class RunResolver {
  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => RunConnection, { description: 'Long work of the workspace, newest first.' })
  async runs(@Args(() => RunsArgs) args: RunsArgs, @Ctx() context: RequestContext): Promise<Connection<Run>> {
    const types = context.service(RunTypes);
    const [kinds, states] = [args.kinds ?? null, args.states ?? null];
    const request = pageRequest(context, args, { list: 'runs', kinds, states });
    const before = String(request.after?.[0] ?? LAST_ID);
    const rows = await runsBefore(await context.reading(), {
      kinds: kinds ?? types.names,
      states,
      before,
      limit: request.limit,
    });
    return toConnection(
      request,
      rows,
      (row) => [row.id],
      (row) => types.of(row),
    );
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => RunPayload, {
    description:
      'Stops a run after the step that it is in; what it has done stays. A run that is canceled already stays as it is.',
  })
  cancelRun(
    @Arg('input', () => CancelRunInput, { description: 'Which.' }) input: CancelRunInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<RunPayload>> {
    return change(context, input.id, cancelRun);
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => RunPayload, {
    description:
      'Goes on with a run that failed, was canceled or expired, from where it stopped: nothing is done twice.',
  })
  retryRun(
    @Arg('input', () => RetryRunInput, { description: 'Which.' }) input: RetryRunInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<RunPayload>> {
    return change(context, input.id, retryRun);
  }
}

function change(
  context: RequestContext,
  publicId: string,
  verb: (tx: Transaction, input: { id: string; now: Date }) => Promise<void>,
): Promise<Partial<RunPayload>> {
  return withUserErrors(async () => {
    const id = uuidOf('run', publicId);
    if (!id) throw new OnefoldError('RUN_UNKNOWN', { path: ['id'] });
    await context.write((tx) => verb(tx, { id, now: context.clock.now() }));
    const [run] = await findRuns(context, [id]);
    return { run: run ?? null };
  });
}

/** For `node(id:)`. */
export async function findRuns(context: RequestContext, uuids: readonly string[]): Promise<(Run | null)[]> {
  const found = await runsById(await context.reading(), uuids);
  const types = context.service(RunTypes);
  return uuids.map((uuid) => {
    const row = found.get(uuid);
    return row && types.names.includes(row.kind) ? types.of(row) : null;
  });
}
