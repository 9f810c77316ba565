import { Arg, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { RequestContext, Scope, sources } from '../access/index.js';
import { changeDefinitions, DefinitionUsers } from '../definitions/index.js';
import { withUserErrors } from '../platform/graphql/index.js';
import { canonicalKey, composedTexts } from '../platform/index.js';
import { discoveriesOf } from '../profiles/index.js';
import { DiscoveredType } from '../profiles/discovered.type.js';
import { defineEventType } from './define-event-type.js';
import { deleteEventType } from './delete-event-type.js';
import { eventTypes, property } from './event-types.js';
import type { PropertyDefinition } from './event-types.js';
import {
  DefineEventTypeInput,
  DeleteEventTypeInput,
  DeleteEventTypePayload,
  EventTypePayload,
  EventTypeType,
  UpdateEventTypeInput,
} from './event-type.type.js';
import type { EventPropertyInput } from './event-type.type.js';
import { updateEventType } from './update-event-type.js';

@Resolver()
export class EventTypeResolver {
  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => [EventTypeType], {
    description: 'All contracts of types of events, by key in alphabetical order: at most 1,000.',
  })
  async eventTypes(@Ctx() context: RequestContext): Promise<EventTypeType[]> {
    const all = await eventTypes.read(await context.reading());
    return [...all.values()].map((standing) => new EventTypeType(standing));
  }

  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => [DiscoveredType], {
    description:
      'Types of events that sources have sent and nobody has defined, by key: at most 10,000. Define those that are meant.',
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
      'Properties that sources have sent in events with a contract that does not know them, by event type and key: at most 10,000. Add those that are meant to the contract.',
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

  @Authorized(Scope.MANAGE)
  @Mutation(() => EventTypePayload, {
    description: 'Adds a contract: events of the type that come from now on are held against it.',
  })
  defineEventType(
    @Arg('input', () => DefineEventTypeInput, { description: 'The new contract.' })
    { key: given, label, description, properties }: DefineEventTypeInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<EventTypePayload>> {
    return withUserErrors(async () => {
      const key = canonicalKey(given);
      const definition = {
        key,
        label: label ?? null,
        description: description ?? null,
        properties: properties.map(toProperty),
      };
      await changeDefinitions(context, (tx) => defineEventType(tx, { ...definition, ...restOf(context) }));
      return { eventType: await eventTypeOf(key, context) };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => EventTypePayload, {
    description:
      'Lets a contract grow, never shrink. It counts for what comes from now on; items in quarantine can be replayed then.',
  })
  updateEventType(
    @Arg('input', () => UpdateEventTypeInput, { description: 'Which one, and what changes.' })
    { key: given, label, description, properties }: UpdateEventTypeInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<EventTypePayload>> {
    return withUserErrors(async () => {
      const key = canonicalKey(given);
      const changes = { label, description, properties: properties?.map(toProperty) };
      await changeDefinitions(context, (tx) => updateEventType(tx, { key, ...changes, ...restOf(context) }));
      return { eventType: await eventTypeOf(key, context) };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => DeleteEventTypePayload, {
    description:
      'Deletes a contract; a shipped one is as shipped again. Events of the type stay, and more of them are taken as their source says of unknown types.',
  })
  deleteEventType(
    @Arg('input', () => DeleteEventTypeInput, { description: 'Which contract.' })
    { key: given }: DeleteEventTypeInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<DeleteEventTypePayload>> {
    return withUserErrors(async () => {
      const key = canonicalKey(given);
      await changeDefinitions(context, (tx) => deleteEventType(tx, { key, ...restOf(context) }));
      return { deletedKey: key, eventType: await eventTypeOf(key, context) };
    });
  }
}

function restOf(context: RequestContext) {
  return { ...context.byViewer, users: context.service(DefinitionUsers) };
}

function toProperty({
  key,
  type,
  label,
  help,
  allowedValues,
  ...flags
}: EventPropertyInput): PropertyDefinition {
  return property(canonicalKey(key), type, {
    label: label ?? null,
    help: help ?? null,
    allowedValues: allowedValues ? composedTexts(allowedValues) : null,
    isRequired: flags.isRequired,
    isUsableInSegments: flags.isUsableInSegments,
    isPersonal: flags.isPersonal,
    currencyKey: flags.currencyKey,
  });
}

async function eventTypeOf(key: string, context: RequestContext): Promise<EventTypeType | null> {
  const standing = (await eventTypes.read(await context.reading())).get(key);
  return standing ? new EventTypeType(standing) : null;
}
