import { Scope } from '../access/index.js';
import type { RequestContext } from '../access/index.js';
import { maskValue } from '../platform/index.js';
import type { Identifier } from './identifier.js';
import { semanticTypeOf } from './namespaces.js';
import type { Namespaces } from './namespaces.js';

/** The value of an identifier as the viewer may see it. */
export function shownValue(
  { namespace, value }: Identifier,
  namespaces: Namespaces,
  context: RequestContext,
): string {
  if (context.has(Scope.READ_PII)) return value;
  return maskValue(semanticTypeOf(namespaces, namespace), value);
}
