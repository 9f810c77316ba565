import type { Transaction } from '../platform/index.js';
import type { DrivenRunKind } from './run-kind.js';
import { signalRun } from './signal-run.js';

interface QueueRuns {
  kind: Pick<DrivenRunKind, 'name' | 'none'>;
  runs: readonly { id: string; input: object }[];
  /** The API key that asks; null = the server itself does. */
  keyId: string | null;
  now: Date;
}

/** Shows work that a job of its own will do. The caller sees to it that there is not too much. */
export async function queueRuns(tx: Transaction, { kind, runs, keyId, now }: QueueRuns): Promise<void> {
  await tx.query(
    `/* queue runs */
    insert into run (workspace_id, id, kind, state, input, counts, key_id, due_at, created_at)
    select $1, id, $4, 'QUEUED', input, $5, $6, $7, $7 from unnest($2::uuid[], $3::jsonb[]) as new(id, input)`,
    [
      tx.workspaceId,
      runs.map(({ id }) => id),
      runs.map(({ input }) => JSON.stringify(input)),
      ...[kind.name, JSON.stringify(kind.none), keyId, now],
    ],
  );
  for (const { id } of runs) signalRun(tx, { id, kind: kind.name }, { isToDo: false });
}
