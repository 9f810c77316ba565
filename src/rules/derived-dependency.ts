import { dependencyOn } from '../definitions/index.js';
import type { DependencyName } from '../definitions/index.js';

/** What rules depend on that look at a derived attribute. */
export function derivedDependency(key: string): DependencyName {
  return dependencyOn('derived', key);
}
