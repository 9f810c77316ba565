import { Arg, Args, Authorized, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Actor, actorsById, RequestContext } from '../access/index.js';
import { LAST_ID, NO_ID, OnefoldError, Scope, uuidOf } from '../platform/index.js';
import { PageArgs, pageRequest, toConnection, withUserErrors } from '../platform/graphql/index.js';
import type { Connection, Payload } from '../platform/graphql/index.js';
import { cancelRun } from './cancel-run.js';
import { retryRun } from './retry-run.js';
import { CancelRunInput, RetryRunInput, RunFilterInput } from './run.input.js';
import { kindOfRun, runsById, runsOf } from './run.reads.js';
import { isDriven } from './run-kind.js';
import type { DrivenRunKind } from './run-kind.js';
import { Run, RunConnection, RunPayload, RunTypes } from './run.type.js';

@Resolver(() => Run)
export class RunResolver {
  @FieldResolver(() => Actor, {
    nullable: true,
    description: 'The API key that requested it. Null when the server itself did.',
  })
  async requestedBy(@Root() { keyId }: Run, @Ctx() context: RequestContext): Promise<Actor | null> {
    return keyId === null ? null : context.loaders.get(actorsById, context).load(keyId);
  }

  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => RunConnection, {
    description: 'Long work of the workspace, newest first.',
  })
  async runs(
    @Arg('filter', () => RunFilterInput, { nullable: true, description: 'Which runs. Absent = all.' })
    filter: RunFilterInput | null,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Run>> {
    const types = context.service(RunTypes);
    const [kinds, states] = [filter?.kinds ?? null, filter?.states ?? null];
    const request = pageRequest(context, args, { list: 'runs', kinds, states });
    const rows = await runsOf(await context.reading(), {
      kinds: kinds ?? types.names,
      states,
      before: String(request.after?.[0] ?? LAST_ID),
      after: String(request.before?.[0] ?? NO_ID),
      order: request.backward ? 'OLDEST_FIRST' : 'NEWEST_FIRST',
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
    nullable: true,
    description:
      'Stops a run after its current step. What it has done stays. Canceling the build of a live segment pauses the segment. A canceled run stays as it is.',
  })
  cancelRun(
    @Arg('input', () => CancelRunInput, { description: 'The run to cancel.' }) input: CancelRunInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<'run'>> {
    return change(context, input.id, (own) => own?.cancel ?? cancelRun);
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => RunPayload, {
    nullable: true,
    description:
      'Continues a run that failed, was canceled or expired from where it stopped. Nothing is done twice.',
  })
  retryRun(
    @Arg('input', () => RetryRunInput, { description: 'The run to retry.' }) input: RetryRunInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<'run'>> {
    return change(context, input.id, (own) => own?.retry ?? retryRun);
  }
}

function change(
  context: RequestContext,
  publicId: string,
  verbFor: (own: DrivenRunKind | undefined) => DrivenRunKind['cancel'],
): Promise<Payload<'run'>> {
  return withUserErrors(async () => {
    const id = uuidOf('run', publicId);
    if (!id) throw new OnefoldError('RUN_UNKNOWN', { path: ['id'] });
    await context.write(async (tx) => {
      const kind = context.service(RunTypes).kind(await kindOfRun(tx, id));
      const own = kind && isDriven(kind) ? kind : undefined;
      return verbFor(own)(tx, { id, now: context.clock.now() });
    });
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
