import { setImmediate as nextTurn } from 'node:timers/promises';
import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { RequestContext, Scope } from '../access/index.js';
import { namespaces } from '../identity/index.js';
import type { Namespaces } from '../identity/index.js';
import { toUserError } from '../platform/graphql/index.js';
import { OnefoldError, publicId, Refusals } from '../platform/index.js';
import { IngestQueue } from './ingest-queue.js';
import { IngestInput, IngestPayload, IngestResult, IngestStatus } from './ingest.type.js';
import { rejected } from './item.js';
import { liftedItems } from './lift-items.input.js';
import type { Item, Outcome, RawItem } from './item.js';
import { parseItem } from './parse-item.js';

const MAX_ITEMS = 1_000;
const READ_AT_A_TIME = 25;

@Resolver()
export class IngestResolver {
  @Authorized(Scope.INGEST)
  @Mutation(() => IngestPayload, {
    description:
      'Takes in facts about people. Each item is accepted or refused by itself; when the answer comes, everything accepted is committed and visible.',
  })
  async ingest(
    @Arg('input', () => IngestInput, { description: 'The items.' }) input: IngestInput,
    @Ctx() context: RequestContext,
  ): Promise<IngestPayload> {
    return ingestItems(liftedItems(context) ?? input.items, context);
  }
}

async function ingestItems(raw: readonly RawItem[], context: RequestContext): Promise<IngestPayload> {
  if (raw.length > MAX_ITEMS) throw new OnefoldError('BATCH_TOO_LARGE', { path: ['input', 'items'] });
  const parsed = await parseItems(raw, context);
  const items = parsed.flatMap((one) => ('status' in one ? [] : [one]));
  const applied = await context.around(() => context.service(IngestQueue).submit(context.workspaceId, items));
  const outcomes = parsed.map((one) => ('status' in one ? one : (applied.shift() ?? one)) as Outcome);
  const count = (status: Outcome['status']) => outcomes.filter((outcome) => outcome.status === status).length;
  return {
    results: () => outcomes.map(toResult),
    accepted: count('ACCEPTED'),
    duplicates: count('DUPLICATE'),
    conflicts: count('CONFLICT'),
    rejected: count('REJECTED'),
  };
}

/** Reads each item by itself, mostly without asking the database. `ingestBatch` makes sure that it was read right. */
async function parseItems(raw: readonly RawItem[], context: RequestContext): Promise<(Item | Outcome)[]> {
  const read = async () => namespaces.read(await context.reading());
  const known = namespaces.peek(context.database, context.workspaceId) ?? (await read());
  const parsed: (Item | Outcome)[] = [];
  for (const item of raw) {
    // Batches that are under way must not wait until all of this one has been read.
    if (parsed.length > 0 && parsed.length % READ_AT_A_TIME === 0) await nextTurn();
    parsed.push(parseOrReject(item, known, context));
  }
  if (!parsed.some(hasUnreadableIdentifiers)) return parsed;
  // Another server may have defined the namespace a moment ago.
  const current = await read();
  if (current === known) return parsed;
  return parsed.map((one, index) =>
    hasUnreadableIdentifiers(one) ? parseOrReject(raw[index] as RawItem, current, context) : one,
  );
}

function hasUnreadableIdentifiers(one: Item | Outcome): boolean {
  return 'status' in one && one.errors.some((error) => error.inputPath[0] === 'identifiers');
}

function toResult(outcome: Outcome, index: number): IngestResult {
  return {
    status: IngestStatus[outcome.status],
    externalId: outcome.externalId,
    eventId: outcome.eventId && publicId('event', outcome.eventId),
    profileId: outcome.profileId && publicId('profile', outcome.profileId),
    errors: outcome.errors.map((error) => toUserError(error, ['input', 'items', index])),
  };
}

function parseOrReject(raw: RawItem, known: Namespaces, context: RequestContext): Item | Outcome {
  const { clock, viewer } = context;
  try {
    return parseItem(raw, { sourceId: viewer.sourceId, now: clock.now(), namespaces: known });
  } catch (error) {
    if (!(error instanceof Refusals)) throw error;
    return rejected(raw.externalId, error.refusals);
  }
}
