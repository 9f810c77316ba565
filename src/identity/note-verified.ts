import { instants, ints, rowsOf, texts } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { identifierName, shardOfIdentifier } from './identifier.js';
import type { Identifier } from './identifier.js';
import type { VerificationMethod } from './verification-method.js';

/** That it was made sure that an identifier is the person's own. */
export interface Verification {
  identifier: Identifier;
  by: VerificationMethod;
  at: Date;
}

/** Notes what items say was verified; the newest stands, also over what stood before. */
export async function noteVerified(tx: Transaction, verifications: readonly Verification[]): Promise<void> {
  if (verifications.length === 0) return;
  const newest = new Map<string, Verification>();
  for (const one of verifications) {
    const name = identifierName(one.identifier);
    const known = newest.get(name);
    if (!known || isNewer(one, known)) newest.set(name, one);
  }
  const all = [...newest.values()];
  await tx.query(
    `/* note verified identifiers */
    update identifier i set validated_at = v.at, validated_by = v.by
    from ${rowsOf({
      ...{ shard: '$1::int[]', namespace: '$2::text[]', value: '$3::text[]' },
      ...{ at: '$4::timestamptz[]', by: '$5::text[]' },
    })} as v
    where i.shard = v.shard and i.namespace = v.namespace and i.value = v.value
      and (i.validated_at is null or (i.validated_at, i.validated_by collate "C") < (v.at, v.by collate "C"))`,
    [
      ints(all.map(({ identifier }) => shardOfIdentifier(tx.workspaceId, identifier))),
      texts(all.map(({ identifier }) => identifier.namespace)),
      texts(all.map(({ identifier }) => identifier.value)),
      instants(all.map(({ at }) => at)),
      texts(all.map(({ by }) => by)),
    ],
  );
}

/** At the same instant the name of the method decides, so that the order of arrival does not. */
function isNewer(a: Verification, b: Verification): boolean {
  return a.at > b.at || (a.at.getTime() === b.at.getTime() && a.by > b.by);
}
