import type { Transaction } from '../platform/index.js';

/** The signal that profiles of a workspace have changed; it tells which. */
export function profilesTopic(workspaceId: number): string {
  return `onefold:profiles:${workspaceId}`;
}

/** Tells those who watch these profiles, once the transaction has committed. */
export function signalProfiles(tx: Transaction, ids: readonly string[]): void {
  if (ids.length > 0) tx.signalAfterCommit(profilesTopic(tx.workspaceId), ids);
}
