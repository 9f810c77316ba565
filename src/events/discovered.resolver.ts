import { Authorized, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { RequestContext, sources } from '../access/index.js';
import { Scope } from '../platform/index.js';
import { DiscoveredType } from '../profiles/discovered.type.js';
import { discoveriesOf } from '../profiles/index.js';
import { EventTypeDefinitionType } from './event-type.type.js';
import { eventTypes } from './event-types.js';

@Resolver(() => DiscoveredType)
export class DiscoveredResolver {
  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => [DiscoveredType], {
    description:
      'Event types that sources have sent and that are not defined, by key: at most 10,000. Define the intended ones.',
  })
  async discoveredEventTypes(@Ctx() context: RequestContext): Promise<DiscoveredType[]> {
    const tx = await context.reading();
    const [found, known, from] = [
      await discoveriesOf(tx, 'EVENT_TYPE'),
      await eventTypes.read(tx),
      await sources.read(tx),
    ];
    return found
      .filter(({ key }) => !known.has(key))
      .map((row) => new DiscoveredType(row, { sources: from, seesPersonal: context.seesPersonal }));
  }

  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => [DiscoveredType], {
    description:
      'Properties that sources have sent and that their event type does not define, by event type and key: at most 10,000. Add the intended ones to the event type.',
  })
  async discoveredProperties(@Ctx() context: RequestContext): Promise<DiscoveredType[]> {
    const tx = await context.reading();
    const [found, known, from] = [
      await discoveriesOf(tx, 'PROPERTY'),
      await eventTypes.read(tx),
      await sources.read(tx),
    ];
    return found
      .filter(({ of, key }) => known.get(of)?.properties.every((one) => one.key !== key))
      .map((row) => new DiscoveredType(row, { sources: from, seesPersonal: context.seesPersonal }));
  }

  @FieldResolver(() => EventTypeDefinitionType, {
    nullable: true,
    description: 'The event type, if this is a property of one; otherwise null.',
  })
  async eventType(
    @Root() { eventTypeKey }: DiscoveredType,
    @Ctx() context: RequestContext,
  ): Promise<EventTypeDefinitionType | null> {
    const found = (await eventTypes.read(await context.reading())).get(eventTypeKey ?? '');
    return found ? new EventTypeDefinitionType(found) : null;
  }
}
