import type { Transaction } from '../platform/index.js';

/** The signal that some server should look for runs to work on. */
export const RUNS_TOPIC = 'onefold:runs';

/** The signal that runs of a workspace have changed; `changedRun` reads which. */
export function runsTopic(workspaceId: number): string {
  return `onefold:runs:${workspaceId}`;
}

interface ChangedRun {
  id: string;
  kind: string;
}

/** @param detail of a signal on a `runsTopic` */
export function changedRun(detail: string): ChangedRun {
  const [kind = '', id = ''] = detail.split(' ');
  return { id, kind };
}

/** Tells those who watch the run once the transaction has committed, and the servers when there is something to do. */
export function signalRun(tx: Transaction, { id, kind }: ChangedRun, { isToDo }: { isToDo: boolean }): void {
  tx.signalAfterCommit(runsTopic(tx.workspaceId), [`${kind} ${id}`]);
  if (isToDo) tx.signalAfterCommit(RUNS_TOPIC);
}
