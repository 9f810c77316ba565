import { namespaces, semanticTypeOf } from '../identity/index.js';
import type { Transaction } from '../platform/index.js';
import type { People } from '../profiles/index.js';

/** The e-mail addresses and phone numbers of some people, to be found in texts. */
export interface Addresses {
  /** In their canonical form, which is in lower case. */
  readonly all: readonly string[];
  /** Whether one of them stands in the text, whole, in this spelling or in capitals. */
  areIn(text: string): boolean;
}

/**
 * What may not stand before and after an address, or it is the end or the beginning of another one.
 *
 * `john.smith@…` is not `smith@…`, and `o'brien@…` is not `brien@…`. Mailboxes may also hold `=`, `/`, `?`, `&`, `{`,
 * `|`, `}` and backticks. These count as separators: they hardly ever stand in a mailbox, but before an address in
 * every link (`?email=smith@…`). A domain goes on with a dot or a hyphen if it ends in another label (`a.co-op.org`).
 * An extension makes a number that of a colleague.
 */
const WHOLE = {
  EMAIL: (address: string) =>
    String.raw`(?<![\p{L}\p{M}\p{N}.!#$%*+^_~-]|[\p{L}\p{M}\p{N}]')${address}(?![\p{L}\p{M}\p{N}]|(?:[-_][\p{L}\p{M}\p{N}_-]*)?\.[\p{L}\p{N}])`,
  PHONE: (number: string) => String.raw`(?<![\p{L}\p{M}\p{N}])${number}(?![\p{L}\p{M}\p{N}]|;ext=)`,
} as const;

/** Other identifiers are not looked for in texts: a customer's number may be another one's order. */
export async function addressesOf(tx: Transaction, { identifiers }: People): Promise<Addresses> {
  const known = await namespaces.read(tx);
  const whole = new Map<string, RegExp>();
  for (const { namespace, value } of identifiers) {
    const type = semanticTypeOf(known, namespace);
    if (type === 'EMAIL' || type === 'PHONE')
      whole.set(value.toLowerCase(), new RegExp(WHOLE[type](literally(value.toLowerCase())), 'u'));
  }
  return {
    all: [...whole.keys()],
    areIn(text) {
      // Most texts hold no address at all, and most of the others none of these.
      if (!/[@+]/.test(text)) return false;
      const lower = text.toLowerCase();
      for (const [address, pattern] of whole) if (lower.includes(address) && pattern.test(lower)) return true;
      return false;
    },
  };
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
