import type { Database } from '../platform/index.js';
import type { Lease } from '../platform/jobs/index.js';
import { runLeases } from './run.js';
import type { RunFailure } from './run.js';
import { signalRun } from './signal-run.js';

/** How often a step is tried in all. */
const MOST_ATTEMPTS = 5;

/**
 * Puts a run off whose step failed, for 1, 2, 4 and 8 seconds, and then gives it up. Its input and all that its steps
 * before have done are kept, so `retryRun` goes on from there. A run that is being canceled is over.
 */
export function noteRunFailure(
  database: Database,
  { lease, kind, failure, now }: { lease: Lease; kind: string; failure: RunFailure; now: Date },
): Promise<void> {
  return database.transaction(lease.workspaceId, async (tx) => {
    await runLeases.guard(tx, lease);
    await tx.query(
      `/* note failure of run */
      update run set failures = failures + 1, failure = $3, leased_until = null, heartbeat_at = $4,
        due_at = $4::timestamptz + make_interval(secs => 2 ^ failures), state = ended.state,
        finished_at = case when ended.state in ('FAILED', 'CANCELED') then $4::timestamptz end
      from (
        select case when state = 'CANCELING' then 'CANCELED' when failures + 1 >= ${MOST_ATTEMPTS} then 'FAILED' else 'RUNNING' end
        from run where workspace_id = $1 and id = $2
      ) as ended (state)
      where workspace_id = $1 and id = $2`,
      [lease.workspaceId, lease.id, JSON.stringify(failure), now],
    );
    signalRun(tx, { id: lease.id, kind }, { isToDo: false });
  });
}
