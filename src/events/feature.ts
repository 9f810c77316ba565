import type { Feature } from '../feature.js';
import { DiscoveredResolver } from './discovered.resolver.js';
import { eventTypeKind } from './event-type.resolver.js';
import { EventNode } from './event.type.js';
import { eventsPart } from './events.part.js';
import { ProfileContactResolver } from './profile-contact.resolver.js';
import { ProfileEventsResolver, findEvents } from './profile-events.resolver.js';
import { ProfileLifecycleResolver } from './profile-lifecycle.resolver.js';

export const events: Feature = {
  resolvers: [
    DiscoveredResolver,
    eventTypeKind.resolver,
    ProfileContactResolver,
    ProfileEventsResolver,
    ProfileLifecycleResolver,
  ],
  types: [EventNode],
  nodes: { event: findEvents, ...eventTypeKind.nodes },
  parts: [eventsPart],
};
