import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { RunState } from './run.js';
import { signalRun } from './signal-run.js';

const RETRYABLE: readonly RunState[] = ['FAILED', 'CANCELED', 'EXPIRED'];

/**
 * Queues a run again that failed, was canceled or expired. It goes on where it stopped: what its steps have done is not
 * done twice.
 * @throws OnefoldError RUN_UNKNOWN, RUN_NOT_RETRYABLE
 */
export async function retryRun(tx: Transaction, { id, now }: { id: string; now: Date }): Promise<void> {
  const [run] = await tx.query<{ state: RunState }>(
    'select state from run where workspace_id = $1 and id = $2 for update',
    [tx.workspaceId, id],
  );
  if (!run) throw new OnefoldError('RUN_UNKNOWN', { path: ['id'] });
  if (!RETRYABLE.includes(run.state)) throw new OnefoldError('RUN_NOT_RETRYABLE', { path: ['id'] });
  // A new fence: whoever worked on it before has no say any more.
  await tx.query(
    `update run set state = 'QUEUED', failures = 0, failure = null, finished_at = null, due_at = $3,
      fence = fence + 1, leased_until = null
    where workspace_id = $1 and id = $2`,
    [tx.workspaceId, id, now],
  );
  signalRun(tx, id, { isToDo: true });
}
