import { dependencyOn } from '../definitions/index.js';
import type { DependencyName } from '../definitions/index.js';

/** What rules depend on that look at an attribute. */
export function attributeDependency(key: string): DependencyName {
  return dependencyOn('attribute', key);
}
