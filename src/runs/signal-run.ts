import type { Transaction } from '../platform/index.js';

/** The signal that some server should look for runs to work on. */
export const RUNS_TOPIC = 'onefold:runs';

/** The signal that runs of a workspace have changed; it tells which. */
export function runsTopic(workspaceId: number): string {
  return `onefold:runs:${workspaceId}`;
}

/** Tells those who watch the run once the transaction has committed, and the servers when there is something to do. */
export function signalRun(tx: Transaction, id: string, { isToDo }: { isToDo: boolean }): void {
  tx.signalAfterCommit(runsTopic(tx.workspaceId), [id]);
  if (isToDo) tx.signalAfterCommit(RUNS_TOPIC);
}
