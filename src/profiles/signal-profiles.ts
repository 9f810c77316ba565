import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from './profile-ref.js';

/** The signal that profiles of a workspace have changed; it tells which. */
export function profilesTopic(workspaceId: number): string {
  return `onefold:profiles:${workspaceId}`;
}

/** Tells those who watch these profiles, once the transaction has committed. */
export function signalProfiles(tx: Transaction, ids: readonly string[]): void {
  if (ids.length > 0) tx.signalAfterCommit(profilesTopic(tx.workspaceId), ids);
}

/** As `signalProfiles`, of all who are kept between two places: that many cannot each be named. */
export function signalProfilesBetween(tx: Transaction, first: ProfileRef, last: ProfileRef): void {
  tx.signalAfterCommit(profilesTopic(tx.workspaceId), [`${placeOf(first.id)}..${placeOf(last.id)}`]);
}

/** @param details of the signal */
export function tellsOf(details: readonly string[], id: string): boolean {
  return details.some((detail) => {
    if (detail.length === id.length) return detail === id;
    const [first = '', last = ''] = detail.split('..');
    return first <= placeOf(id) && placeOf(id) <= last;
  });
}

/** The shard comes first; it is in the id's last byte. */
function placeOf(id: string): string {
  return id.slice(-2) + id;
}
