import { newId, OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { RunKind } from './run-kind.js';
import { MOST_OPEN, OPEN_RUNS } from './run.js';
import type { RunCounts } from './run.js';
import { signalRun } from './signal-run.js';

interface RequestRun<Input, Counts extends RunCounts> {
  kind: Pick<RunKind<Input, never, Counts>, 'name' | 'none'>;
  input: Input;
  /** The API key that asks; null = the server itself does. */
  keyId: string | null;
  now: Date;
}

/**
 * Queues a run, which begins once the transaction has committed: it is asked for together with all else in it.
 * @returns its id
 * @throws OnefoldError RUNS_TOO_MANY
 */
export async function requestRun<Input, Counts extends RunCounts>(
  tx: Transaction,
  { kind, input, keyId, now }: RequestRun<Input, Counts>,
): Promise<string> {
  const id = newId();
  const added = await tx.write(
    `insert into run (workspace_id, id, kind, state, input, counts, key_id, due_at, created_at)
    select $1, $2, $3, 'QUEUED', $4, $5, $6, $7, $7 where ${OPEN_RUNS} < ${MOST_OPEN}`,
    [tx.workspaceId, id, kind.name, JSON.stringify(input), JSON.stringify(kind.none), keyId, now],
  );
  if (added === 0) throw new OnefoldError('RUNS_TOO_MANY');
  signalRun(tx, { id, kind: kind.name }, { isToDo: true });
  return id;
}
