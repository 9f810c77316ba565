import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { RequestContext } from '../../access/index.js';
import { withUserErrors } from '../../platform/graphql/index.js';
import type { Payload } from '../../platform/graphql/index.js';
import { OnefoldError, Scope } from '../../platform/index.js';
import { findRuns } from '../../runs/index.js';
import type { Run } from '../../runs/run.type.js';
import { drop } from './drop.js';
import { EVERYTHING, filterOf, idsOf, isEmptyFilter, withIds } from './quarantine-filter.js';
import type { QuarantineFilter } from './quarantine.reads.js';
import {
  DropQuarantineInput,
  DropQuarantinePayload,
  QuarantineSelectionInput,
  ReplayQuarantineInput,
  ReplayQuarantinePayload,
} from './quarantine-runs.type.js';
import { replay } from './replay.js';
import { requestQuarantineRun } from './request-quarantine-run.js';

@Resolver()
export class QuarantineRunsResolver {
  @Authorized(Scope.MANAGE)
  @Mutation(() => ReplayQuarantinePayload, {
    nullable: true,
    description:
      'Asks for a run that sends items in quarantine through the pipeline again, as their own sources: for example after an event type has been extended. It works through the items that are in quarantine now. No item is ever applied twice.',
  })
  replayQuarantine(
    @Arg('input', () => ReplayQuarantineInput, { description: 'The items to replay.' })
    { items }: ReplayQuarantineInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<'run'>> {
    return withUserErrors(async () => ({ run: await request(context, replay, items) }));
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => DropQuarantinePayload, {
    nullable: true,
    description:
      'Asks for a run that drops items in quarantine for good. It works through the items that are in quarantine now. Their sources may send them again.',
  })
  dropQuarantine(
    @Arg('input', () => DropQuarantineInput, { description: 'The items to drop.' })
    { items }: DropQuarantineInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<'run'>> {
    return withUserErrors(async () => ({ run: await request(context, drop, items) }));
  }
}

async function request(
  context: RequestContext,
  kind: typeof replay | typeof drop,
  items: QuarantineSelectionInput,
): Promise<Run | null> {
  const filter = await selected(items, context);
  const { keyId } = context.viewer;
  const id = await context.write((tx) =>
    requestQuarantineRun(tx, { kind, filter, keyId, now: context.clock.now() }),
  );
  const [run] = await findRuns(context, [id]);
  return run ?? null;
}

async function selected(
  { ids, filter, all }: QuarantineSelectionInput,
  context: RequestContext,
): Promise<QuarantineFilter> {
  if (ids) return withIds(idsOf(ids, ['items', 'ids']));
  if (filter) {
    // A variable that a caller forgot to fill must not select everything.
    if (isEmptyFilter(filter))
      throw refused('filter', 'The filter is empty. For all items, say `all: true`.');
    return filterOf(filter, context, ['items', 'filter']);
  }
  if (all) return EVERYTHING;
  throw refused('all', '`all` can only be true. To name items, give `ids` or a `filter`.');
}

function refused(field: keyof QuarantineSelectionInput, message: string): OnefoldError {
  return new OnefoldError('INVALID_VALUE', { path: ['items', field], message });
}
