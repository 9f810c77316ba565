import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { MOST_OPEN, OPEN_RUNS } from './run.js';
import type { RunState } from './run.js';
import { signalRun } from './signal-run.js';

const RETRYABLE: readonly RunState[] = ['FAILED', 'CANCELED', 'EXPIRED'];

/**
 * Queues a run again that failed, was canceled or expired. It goes on where it stopped: what its steps have done is not
 * done twice.
 * @throws OnefoldError RUN_UNKNOWN, RUN_NOT_RETRYABLE, RUNS_TOO_MANY
 */
export async function retryRun(tx: Transaction, { id, now }: { id: string; now: Date }): Promise<void> {
  const [run] = await tx.query<{ state: RunState; kind: string }>(
    'select state, kind from run where workspace_id = $1 and id = $2 for update',
    [tx.workspaceId, id],
  );
  if (!run) throw new OnefoldError('RUN_UNKNOWN', { path: ['id'] });
  if (!RETRYABLE.includes(run.state)) throw new OnefoldError('RUN_NOT_RETRYABLE', { path: ['id'] });
  // A new fence: what a server that worked on it before writes is refused.
  const queued = await tx.write(
    `update run set state = 'QUEUED', failures = 0, failure = null, finished_at = null, due_at = $4,
      fence = fence + 1, leased_until = null
    where workspace_id = $1 and id = $2 and ${OPEN_RUNS} < ${MOST_OPEN}`,
    [tx.workspaceId, id, run.kind, now],
  );
  if (queued === 0) throw new OnefoldError('RUNS_TOO_MANY');
  signalRun(tx, { id, kind: run.kind }, { isToDo: true });
}
