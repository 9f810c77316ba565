import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { lockProfiles, signalProfiles } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';
import type { Identifier } from './identifier.js';
import { holdersOf } from './identifier.reads.js';

/** Each further round means that somebody else's merge or removal has been committed meanwhile. */
const MAX_ROUNDS = 100;

/**
 * Locks the profile that holds an identifier, which is about to change: it holds it until the transaction ends.
 * @throws OnefoldError IDENTIFIER_UNKNOWN
 */
export async function lockHolder(tx: Transaction, identifier: Identifier): Promise<ProfileRef> {
  let holder = await holderOf(tx, identifier);
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    await lockProfiles(tx, { profiles: [holder], keys: [] });
    const locked = holder;
    holder = await holderOf(tx, identifier);
    if (holder.id !== locked.id) continue;
    signalProfiles(tx, [holder.id]);
    return holder;
  }
  throw new Error('an identifier changed hands in every round');
}

async function holderOf(tx: Transaction, identifier: Identifier): Promise<ProfileRef> {
  const [holder] = (await holdersOf(tx, { identifiers: [identifier] })).values();
  if (!holder) throw new OnefoldError('IDENTIFIER_UNKNOWN', { path: ['value'] });
  return holder;
}
