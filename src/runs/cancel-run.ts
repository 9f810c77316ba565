import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { isOpen } from './run.js';
import type { RunState } from './run.js';
import { signalRun } from './signal-run.js';

/**
 * Cancels a run: at once while no server works on it, otherwise after the step that it is in. What its steps have done
 * stays. A run that is canceled already stays so.
 * @throws OnefoldError RUN_UNKNOWN, RUN_OVER
 */
export async function cancelRun(tx: Transaction, { id, now }: { id: string; now: Date }): Promise<void> {
  // `for update`: a step that ends just now is waited for.
  const [run] = await tx.query<{ state: RunState; kind: string }>(
    'select state, kind from run where workspace_id = $1 and id = $2 for update',
    [tx.workspaceId, id],
  );
  if (!run) throw new OnefoldError('RUN_UNKNOWN', { path: ['id'] });
  if (run.state === 'CANCELING' || run.state === 'CANCELED') return;
  if (!isOpen(run.state)) throw new OnefoldError('RUN_OVER', { path: ['id'] });
  await tx.query(
    `update run set state = case when state = 'QUEUED' then 'CANCELED' else 'CANCELING' end,
      finished_at = case when state = 'QUEUED' then $3::timestamptz end, due_at = $3
    where workspace_id = $1 and id = $2`,
    [tx.workspaceId, id, now],
  );
  signalRun(tx, { id, kind: run.kind }, { isToDo: true });
}
