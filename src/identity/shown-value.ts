import { Scope } from '../access/index.js';
import type { RequestContext } from '../access/index.js';
import type { Identifier } from './identifier.js';
import { maskIdentifier } from './mask-identifier.js';

/** The value of an identifier as the viewer may see it. */
export function shownValue(identifier: Identifier, context: RequestContext): string {
  return context.has(Scope.READ_PII) ? identifier.value : maskIdentifier(identifier);
}
