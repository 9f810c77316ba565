import { ints, texts } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { identifierName, shardOfIdentifier } from './identifier.js';
import type { Identifier } from './identifier.js';

/** Notes that identifiers came again. Called at most once an hour for each, or every item would cost a write more. */
export async function noteSeen(
  tx: Transaction,
  { identifiers, now }: { identifiers: readonly Identifier[]; now: Date },
): Promise<void> {
  const distinct = [...new Map(identifiers.map((one) => [identifierName(one), one])).values()];
  if (distinct.length === 0) return;
  await tx.query(
    `update identifier i set last_seen_at = $4
    from unnest($1::int[], $2::text[], $3::text[]) as seen(shard, namespace, value)
    where i.shard = seen.shard and i.namespace = seen.namespace and i.value = seen.value`,
    [
      ints(distinct.map((one) => shardOfIdentifier(tx.workspaceId, one))),
      texts(distinct.map((one) => one.namespace)),
      texts(distinct.map((one) => one.value)),
      now,
    ],
  );
}
