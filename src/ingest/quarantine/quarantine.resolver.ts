import { Arg, Args, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { RequestContext, sources } from '../../access/index.js';
import { OnefoldError, readJson, Scope, uuidOf } from '../../platform/index.js';
import type { Source } from '../../access/index.js';
import { SourceType } from '../../access/source.type.js';
import { PageArgs, pageRequest, toConnection, withUserErrors } from '../../platform/graphql/index.js';
import type { Payload, UserError } from '../../platform/graphql/index.js';
import { IngestQueue } from '../ingest-queue.js';
import type { Outcome } from '../item.js';
import { toResult } from '../to-result.js';
import { filterOf, withIds } from './quarantine-filter.js';
import { countQuarantined, quarantineCounts, quarantinedBetween } from './quarantine.reads.js';
import type { QuarantinedRow } from './quarantine.reads.js';
import {
  QuarantineConnection,
  QuarantineCount,
  QuarantinedItem,
  QuarantineFilterInput,
  UpdateQuarantinedItemInput,
  UpdateQuarantinedItemPayload,
} from './quarantine.type.js';
import { replayQuarantined } from './replay-quarantined.js';
import { updateQuarantined } from './update-quarantined.js';

@Resolver()
export class QuarantineResolver {
  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => QuarantineConnection, {
    description: 'Items that were rejected because of their content, newest first. `filter` narrows them.',
  })
  async quarantine(
    @Arg('filter', () => QuarantineFilterInput, {
      nullable: true,
      description: 'Only items that fit this. Absent = all.',
    })
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
    return toConnection(
      request,
      rows,
      (row) => [row.id],
      (row) => toItem(row, known, context),
      { totalCount: () => countQuarantined(tx, filter) },
    );
  }

  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => [QuarantineCount], {
    description:
      'How many items are in quarantine for each cause, most frequent first: one entry for each error code, at most 100.',
  })
  async quarantineCounts(@Ctx() context: RequestContext): Promise<QuarantineCount[]> {
    return quarantineCounts(await context.reading());
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => UpdateQuarantinedItemPayload, {
    nullable: true,
    description:
      'Changes an item in quarantine, so that it can be replayed. It keeps its source and the time at which it was received. If its source sends it again as it was, the change is kept.',
  })
  updateQuarantinedItem(
    @Arg('input', () => UpdateQuarantinedItemInput, { description: 'The item, and what takes its place.' })
    { id: publicId, item, ifUnchangedSince, replay: isReplayed }: UpdateQuarantinedItemInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<'item' | 'result'>> {
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
      const outcome = isReplayed ? await replay(id, context) : undefined;
      const [left] = await findQuarantined(context, [id]);
      return { item: left ?? null, result: outcome ? toResult(outcome, ['input', 'item']) : null };
    });
  }
}

async function replay(id: string, context: RequestContext): Promise<Outcome | undefined> {
  const { database, workspaceId, viewer, clock } = context;
  const parts = { database, queue: context.service(IngestQueue) };
  const which = { workspaceId, keyId: viewer.keyId, id, now: clock.now() };
  return context.around(() => replayQuarantined(parts, which));
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

function toItem(
  row: QuarantinedRow,
  known: ReadonlyMap<string, Source>,
  context: RequestContext,
): QuarantinedItem {
  const source = known.get(row.sourceId);
  return Object.assign(new QuarantinedItem(row.id), {
    source: SourceType.of(source),
    externalId: row.externalId,
    type: row.type,
    item: row.body !== null && context.has(Scope.READ_PII) ? readJson(row.body) : null,
    isEdited: row.isEdited,
    errors: JSON.parse(row.errors) as UserError[],
    receivedAt: row.receivedAt,
    updatedAt: row.updatedAt,
  });
}
