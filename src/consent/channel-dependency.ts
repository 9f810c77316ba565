import { dependencyOn } from '../definitions/index.js';
import type { DependencyName } from '../definitions/index.js';

/** What rules depend on that look at channels of a type, or at consent for it. */
export function channelDependency(type: string): DependencyName {
  return dependencyOn('channel', type);
}
