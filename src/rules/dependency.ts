import type { DependencyName } from '../definitions/index.js';
import type { EventsWithin } from './events/events-within.js';

/**
 * Something whose change calls for a new look at the rules that depend on it: events, or anything else by its name.
 */
export type Dependency = DependencyName | EventsWithin;
