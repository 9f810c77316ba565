import type { Transaction } from '../platform/index.js';
import { startBuilds } from './segment-build.js';

/** Rebuilds segments whose rules say something else now. The catalogue must be theirs to change. */
export async function rebuild(
  tx: Transaction,
  ids: readonly string[],
  { keyId, now }: { keyId: string | null; now: Date },
): Promise<void> {
  const segments = await tx.query<{ id: string; ruleVersion: number }>(
    `update segment set rule_version = rule_version + 1 where workspace_id = $1 and id = any($2) returning id, rule_version as "ruleVersion"`,
    [tx.workspaceId, ids],
  );
  await startBuilds(tx, { segments, keyId, now });
}
