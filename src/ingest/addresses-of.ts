import { namespaces, semanticTypeOf } from '../identity/index.js';
import type { Transaction } from '../platform/index.js';
import type { People } from '../profiles/index.js';

const ADDRESSES: ReadonlySet<string> = new Set(['EMAIL', 'PHONE']);

/**
 * A regular expression of PostgreSQL's that finds the e-mail addresses and phone numbers of these people in any text.
 * Other identifiers are not looked for in texts: a customer's number may be another one's order.
 * @returns null when they have none: then nothing can be found
 */
export async function addressesOf(tx: Transaction, { identifiers }: People): Promise<string | null> {
  const known = await namespaces.read(tx);
  const addresses = identifiers.filter(({ namespace }) => ADDRESSES.has(semanticTypeOf(known, namespace)));
  if (addresses.length === 0) return null;
  const literally = addresses.map(({ value }) => value.replace(/[^\p{L}\p{N}]/gu, String.raw`\$&`));
  // Whole ones: not ann@example.com in joann@example.com or in ann@example.com.au.
  return String.raw`(?<![[:alnum:]])(?:${literally.join('|')})(?![[:alnum:]]|\.[[:alnum:]])`;
}
