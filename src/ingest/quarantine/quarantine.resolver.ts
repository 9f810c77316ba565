import { Arg, Args, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { RequestContext, sources } from '../../access/index.js';
import { OnefoldError, readJson, Scope, uuidOf } from '../../platform/index.js';
import type { Source } from '../../access/index.js';
import { SourceType } from '../../access/source.type.js';
import { PageArgs, pageRequest, toConnection, withUserErrors } from '../../platform/graphql/index.js';
import type { UserError } from '../../platform/graphql/index.js';
import { IngestQueue } from '../ingest-queue.js';
import type { Outcome } from '../item.js';
import { toResult } from '../to-result.js';
import { dropQuarantined } from './drop-quarantined.js';
import { filterOf, MAX_AT_A_TIME, withIds } from './quarantine-filter.js';
import { countQuarantined, quarantineCounts, quarantinedBetween } from './quarantine.reads.js';
import type { QuarantinedRow, QuarantineFilter } from './quarantine.reads.js';
import {
  DropQuarantinePayload,
  QuarantineConnection,
  QuarantineCount,
  QuarantinedItem,
  QuarantineFilterInput,
  QuarantineInput,
  ReplayQuarantinePayload,
  UpdateQuarantinedItemInput,
  UpdateQuarantinedItemPayload,
} from './quarantine.type.js';
import { replayQuarantine } from './replay-quarantine.js';
import { updateQuarantined } from './update-quarantined.js';

@Resolver()
export class QuarantineResolver {
  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => QuarantineConnection, {
    description: 'Items that were rejected for what they hold, those that came last first.',
  })
  async quarantine(
    @Arg('filter', () => QuarantineFilterInput, { nullable: true, description: 'Which ones; absent = all.' })
    given: QuarantineFilterInput | null,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<QuarantineConnection> {
    const filter = await filterOf(given ?? {}, context);
    const request = pageRequest(context, args, { quarantine: filter });
    const tx = await context.reading();
    const rows = await quarantinedBetween(tx, filter, {
      below: request.after?.[0]?.toString(),
      above: request.before?.[0]?.toString(),
      backward: request.backward,
      limit: request.limit,
    });
    const known = await sources.read(tx);
    const page = toConnection(
      request,
      rows,
      (row) => [row.id],
      (row) => toItem(row, known, context),
    );
    return Object.assign(page, { totalCount: () => countQuarantined(tx, filter) });
  }

  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => [QuarantineCount], {
    description: 'How many items are in quarantine for each cause, the most frequent first.',
  })
  async quarantineCounts(@Ctx() context: RequestContext): Promise<QuarantineCount[]> {
    return quarantineCounts(await context.reading());
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => UpdateQuarantinedItemPayload, {
    description:
      'Changes an item in quarantine, so that it can be replayed. It keeps its source and the instant at which it came. Should its source send it again as it was, the change stands.',
  })
  updateQuarantinedItem(
    @Arg('input', () => UpdateQuarantinedItemInput, { description: 'Which one, and what it is to be.' })
    { id: publicId, item, ifUnchangedSince, replay: isReplayed }: UpdateQuarantinedItemInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<UpdateQuarantinedItemPayload>> {
    return withUserErrors(async () => {
      const id = uuidOf('quarantined', publicId);
      if (!id) throw new OnefoldError('QUARANTINED_UNKNOWN', { path: ['id'] });
      const { viewer, clock } = context;
      await context.write((tx) =>
        updateQuarantined(tx, {
          ...{ id, item, ifUnchangedSince: ifUnchangedSince ?? null },
          ...{ keyId: viewer.keyId, now: clock.now() },
        }),
      );
      const [outcome] = isReplayed ? await replay(withIds([id]), 1, context) : [];
      const [left] = await findQuarantined(context, [id]);
      return { item: left ?? null, result: outcome ? toResult(outcome, ['input', 'item']) : null };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => ReplayQuarantinePayload, {
    description:
      'Sends items in quarantine through the pipeline again, in the name of the sources that sent them: after a contract has grown, say. None is ever applied twice.',
  })
  replayQuarantine(
    @Arg('input', () => QuarantineInput, { description: 'Which ones.' }) input: QuarantineInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<ReplayQuarantinePayload>> {
    return withUserErrors(async () => {
      const limit = checkLimit(input);
      const filter = await filterOf(input.filter, context);
      const outcomes = await replay(filter, limit, context);
      const count = (status: Outcome['status']) => outcomes.filter((one) => one.status === status).length;
      return {
        accepted: count('ACCEPTED'),
        duplicates: count('DUPLICATE'),
        conflicts: count('CONFLICT'),
        rejected: count('REJECTED'),
        remaining: await countQuarantined(await context.reading(), filter),
      };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => DropQuarantinePayload, {
    description: 'Drops items in quarantine for good. Their source may send them again.',
  })
  dropQuarantine(
    @Arg('input', () => QuarantineInput, { description: 'Which ones.' }) input: QuarantineInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<DropQuarantinePayload>> {
    return withUserErrors(async () => {
      const limit = checkLimit(input);
      const filter = await filterOf(input.filter, context);
      return context.write(async (tx) => ({
        dropped: await dropQuarantined(tx, filter, limit),
        remaining: await countQuarantined(tx, filter),
      }));
    });
  }
}

function replay(filter: QuarantineFilter, limit: number, context: RequestContext): Promise<Outcome[]> {
  const { database, workspaceId, viewer } = context;
  const parts = { database, queue: context.service(IngestQueue) };
  const which = { workspaceId, keyId: viewer.keyId, filter, limit, now: context.clock.now() };
  return context.around(() => replayQuarantine(parts, which));
}

/** For `node(id:)`. */
export async function findQuarantined(
  context: RequestContext,
  ids: readonly string[],
): Promise<(QuarantinedItem | null)[]> {
  const tx = await context.reading();
  const page = { backward: false, limit: ids.length };
  const rows = await quarantinedBetween(tx, withIds(ids), page);
  const known = await sources.read(tx);
  const byId = new Map(rows.map((row) => [row.id, toItem(row, known, context)]));
  return ids.map((id) => byId.get(id) ?? null);
}

function checkLimit({ first }: QuarantineInput): number {
  if (first >= 1 && first <= MAX_AT_A_TIME) return first;
  throw new OnefoldError('INVALID_VALUE', {
    path: ['first'],
    message: `From 1 to ${MAX_AT_A_TIME} items at a time.`,
  });
}

function toItem(
  row: QuarantinedRow,
  known: ReadonlyMap<string, Source>,
  context: RequestContext,
): QuarantinedItem {
  const source = known.get(row.sourceId);
  return Object.assign(new QuarantinedItem(row.id), {
    source: source ? new SourceType(source) : null,
    externalId: row.externalId,
    type: row.type,
    item: row.body !== null && context.has(Scope.READ_PII) ? readJson(row.body) : null,
    isEdited: row.isEdited,
    errors: JSON.parse(row.errors) as UserError[],
    receivedAt: row.receivedAt,
    rejectedAt: row.rejectedAt,
  });
}
