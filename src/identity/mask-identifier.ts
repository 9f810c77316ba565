import type { SemanticType } from './namespaces.js';

/** What a key without READ_PII sees: enough to recognise one that is known already, not enough to use it. */
export function maskIdentifier({
  semanticType,
  value,
}: {
  semanticType: SemanticType;
  value: string;
}): string {
  // A namespace may keep e-mail addresses in another form, such as a digest.
  const at = value.lastIndexOf('@');
  if (semanticType === 'EMAIL' && at > 0) return `${value.slice(0, 1)}***${value.slice(at)}`;
  const shown = semanticType === 'PHONE' ? value.slice(-2) : '';
  return `***${shown}`;
}
