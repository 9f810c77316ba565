import type { Identifier } from './identifier.js';

/** What a key without READ_PII sees: enough to recognise one that is known already, not enough to use it. */
export function maskIdentifier({ namespace, value }: Identifier): string {
  if (namespace === 'email') {
    const at = value.lastIndexOf('@');
    return `${value.slice(0, 1)}***${value.slice(at)}`;
  }
  const shown = namespace === 'phone' ? value.slice(-2) : '';
  return `***${shown}`;
}
