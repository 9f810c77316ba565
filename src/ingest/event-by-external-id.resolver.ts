import { Arg, Authorized, Ctx, Query, Resolver } from 'type-graphql';
import { RequestContext, sourceIdsOf } from '../access/index.js';
import { findEvents } from '../events/index.js';
import { EventNode } from '../events/event.type.js';
import { Scope } from '../platform/index.js';
import { findReceipts, receiptName } from './claim-receipts.js';

@Resolver()
export class EventByExternalIdResolver {
  @Authorized(Scope.READ)
  @Query(() => EventNode, {
    nullable: true,
    description: 'The event of an accepted item; null when there is no such item, or when it has no event.',
  })
  async eventByExternalId(
    @Arg('source', () => String, { description: 'The key of the source that sent the item.' }) key: string,
    @Arg('externalId', () => String, { description: 'The externalId of the item.' }) externalId: string,
    @Ctx() context: RequestContext,
  ): Promise<EventNode | null> {
    const tx = await context.reading();
    const [sourceId = ''] = await sourceIdsOf(tx, [key], ['source']);
    if (!externalId.isWellFormed() || externalId.includes('\0')) return null;
    const asked = { sourceId, externalId };
    const receipt = (await findReceipts(tx, [asked])).get(receiptName(asked));
    const [event] = receipt?.eventId ? await findEvents(context, [receipt.eventId]) : [];
    return event ?? null;
  }
}
