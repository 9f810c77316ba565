import { Arg, Args, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { RequestContext, Scope, sourceByKey, sources } from '../../access/index.js';
import type { Source } from '../../access/index.js';
import { SourceType } from '../../access/source.type.js';
import { PageArgs, pageRequest, toConnection, withUserErrors } from '../../platform/graphql/index.js';
import type { UserError } from '../../platform/graphql/index.js';
import { OnefoldError, readJson, uuidOf } from '../../platform/index.js';
import { IngestQueue } from '../ingest-queue.js';
import type { Outcome } from '../item.js';
import { dropQuarantined, quarantineCounts, quarantinedBetween } from './quarantine.reads.js';
import type { QuarantinedRow, QuarantineFilter } from './quarantine.reads.js';
import {
  DropQuarantinePayload,
  QuarantineConnection,
  QuarantineCount,
  QuarantinedItem,
  QuarantineFilterInput,
  QuarantineInput,
  ReplayQuarantinePayload,
} from './quarantine.type.js';
import { replayQuarantine } from './replay-quarantine.js';

const MAX_AT_A_TIME = 1_000;

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
    const rows = await quarantinedBetween(await context.reading(), filter, {
      below: request.after?.[0]?.toString(),
      above: request.before?.[0]?.toString(),
      backward: request.backward,
      limit: request.limit,
    });
    const known = await sources.read(await context.reading());
    return toConnection(
      request,
      rows,
      (row) => [row.id],
      (row) => toItem(row, known, context),
    );
  }

  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => [QuarantineCount], {
    description: 'How many items are in quarantine for each cause, the most frequent first.',
  })
  async quarantineCounts(@Ctx() context: RequestContext): Promise<QuarantineCount[]> {
    return quarantineCounts(await context.reading());
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
      const { database, workspaceId, viewer } = context;
      const parts = { database, queue: context.service(IngestQueue) };
      const which = { workspaceId, keyId: viewer.keyId, filter, limit };
      const outcomes = await context.around(() => replayQuarantine(parts, which));
      const count = (status: Outcome['status']) => outcomes.filter((one) => one.status === status).length;
      return {
        accepted: count('ACCEPTED'),
        duplicates: count('DUPLICATE'),
        conflicts: count('CONFLICT'),
        rejected: count('REJECTED'),
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
      return { dropped: await context.write((tx) => dropQuarantined(tx, filter, limit)) };
    });
  }
}

const NO_FILTER: QuarantineFilter = { ids: null, codes: null, sourceId: null, type: null, externalId: null };

/** For `node(id:)`. */
export async function findQuarantined(
  context: RequestContext,
  ids: readonly string[],
): Promise<(QuarantinedItem | null)[]> {
  const tx = await context.reading();
  const page = { backward: false, limit: ids.length };
  const rows = await quarantinedBetween(tx, { ...NO_FILTER, ids }, page);
  const known = await sources.read(tx);
  const byId = new Map(rows.map((row) => [row.id, toItem(row, known, context)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** @throws OnefoldError SOURCE_UNKNOWN, TOO_MANY */
async function filterOf(
  { ids, codes, source, type, externalId }: QuarantineFilterInput,
  context: RequestContext,
): Promise<QuarantineFilter> {
  if ((ids?.length ?? 0) > MAX_AT_A_TIME || (codes?.length ?? 0) > MAX_AT_A_TIME)
    throw new OnefoldError('TOO_MANY', { path: ['filter'] });
  return {
    // An id of something else fits nothing.
    ids: ids?.flatMap((id) => uuidOf('quarantined', id) ?? []) ?? null,
    codes: codes ?? null,
    sourceId: source == null ? null : await sourceIdOf(source, context),
    type: type ?? null,
    externalId: externalId ?? null,
  };
}

async function sourceIdOf(key: string, context: RequestContext): Promise<string> {
  const found = await sourceByKey(await context.reading(), key);
  if (!found) throw new OnefoldError('SOURCE_UNKNOWN', { path: ['filter', 'source'] });
  return found.id;
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
    errors: JSON.parse(row.errors) as UserError[],
    receivedAt: row.receivedAt,
    rejectedAt: row.rejectedAt,
  });
}
