import { shareCatalogue } from '../definitions/index.js';
import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { lockProfiles, signalProfiles } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { parseIdentifier } from './identifier.js';
import type { Identifier } from './identifier.js';
import { holdersOf } from './identifier.reads.js';
import { namespaces } from './namespace-catalogue.js';

/** An identifier that somebody names: in whatever spelling, or as it is stored, where it was found by its id. */
export interface NamedIdentifier extends Identifier {
  /** Of one that was found: the profile that it came to. The same value in another profile is another identifier. */
  side?: string;
}

/** Each further round means that somebody else's merge or removal has been committed meanwhile. */
const MAX_ROUNDS = 100;

/**
 * Locks the profile that holds an identifier, which is about to change: it holds it until the transaction ends.
 * @returns also the identifier as it is stored
 * @throws OnefoldError NAMESPACE_UNKNOWN, IDENTIFIER_INVALID, IDENTIFIER_UNKNOWN
 */
export async function lockHolder(
  tx: Transaction,
  { namespace, value, side }: NamedIdentifier,
): Promise<{ holder: ProfileRef; identifier: Identifier }> {
  shareCatalogue(tx);
  const said = { namespace, value };
  const identifier = side === undefined ? parseIdentifier(await namespaces.read(tx), said) : said;
  let holder = await holderOf(tx, identifier, side);
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    await lockProfiles(tx, { profiles: [holder], keys: [] });
    const locked = holder;
    holder = await holderOf(tx, identifier, side);
    if (holder.id !== locked.id) continue;
    signalProfiles(tx, [holder.id]);
    return { holder, identifier };
  }
  throw new Error('an identifier changed hands in every round');
}

async function holderOf(
  tx: Transaction,
  identifier: Identifier,
  side: string | undefined,
): Promise<ProfileRef> {
  const [holder] = (await holdersOf(tx, { identifiers: [identifier] })).values();
  if (!holder || (side !== undefined && holder.side !== side))
    throw new OnefoldError('IDENTIFIER_UNKNOWN', { path: ['value'] });
  return holder;
}
