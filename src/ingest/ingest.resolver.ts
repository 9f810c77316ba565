import { setImmediate as nextTurn } from 'node:timers/promises';
import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { OnefoldError, Scope, turns } from '../platform/index.js';
import { nextArrivals } from './arrivals.js';
import { IngestQueue } from './ingest-queue.js';
import { IngestInput, IngestPayload } from './ingest.type.js';
import type { Item, Outcome } from './item.js';
import { itemDefinitions } from './item-definitions.js';
import { itemsOf } from './lift-items.input.js';
import { parseItem } from './parse-item.js';
import { toResult } from './to-result.js';

const MAX_ITEMS = 1_000;
const READ_AT_A_TIME = 25;
const READ_IN_A_TURN = 5;

@Resolver()
export class IngestResolver {
  @Authorized(Scope.INGEST)
  @Mutation(() => IngestPayload, {
    nullable: true,
    description:
      'Takes in facts about people. Each item is accepted or rejected on its own. When the answer comes, everything accepted is committed and visible.',
  })
  async ingest(
    @Arg('input', () => IngestInput, { description: 'The items.' }) input: IngestInput,
    @Ctx() context: RequestContext,
  ): Promise<IngestPayload> {
    return ingestItems(itemsOf(input.items, context), context);
  }
}

async function ingestItems(raw: readonly unknown[], context: RequestContext): Promise<IngestPayload> {
  if (raw.length > MAX_ITEMS) throw new OnefoldError('BATCH_TOO_LARGE', { path: ['input', 'items'] });
  const parsed = await parseItems(raw, context);
  const outcomes = await context.around(() =>
    context.service(IngestQueue).submit(context.workspaceId, parsed),
  );
  const count = (status: Outcome['status']) => outcomes.filter((outcome) => outcome.status === status).length;
  return {
    results: () => outcomes.map((outcome, index) => toResult(outcome, ['input', 'items', index])),
    accepted: count('ACCEPTED'),
    duplicates: count('DUPLICATE'),
    conflicts: count('CONFLICT'),
    rejected: count('REJECTED'),
    withWarnings: outcomes.filter(({ warnings }) => warnings.length > 0).length,
  };
}

/** Reads each item by itself, mostly without asking the database. `ingestBatch` makes sure that it was read right. */
async function parseItems(raw: readonly unknown[], context: RequestContext): Promise<Item[]> {
  const definitions =
    itemDefinitions.peek(context.database, context.workspaceId) ??
    (await itemDefinitions.read(await context.reading()));
  const { keyId, sourceId } = context.viewer;
  const receivedAt = context.clock.now();
  const first = nextArrivals(receivedAt, raw.length);
  const request = { sourceId, keyId, receivedAt, requestedAt: receivedAt, definitions };
  const parsed: Item[] = [];
  for (const [index, item] of raw.entries()) {
    // Batches that are under way must not wait until all of this one has been read.
    if (parsed.length > 0 && parsed.length % READ_AT_A_TIME === 0) await nextTurn();
    if (parsed.length % READ_IN_A_TURN === 0) await turns.next(keyId);
    parsed.push(parseItem(item, { ...request, arrival: first + index }));
  }
  return parsed;
}
