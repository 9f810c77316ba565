import { NO_ID, rowsOf } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { signalProfilesBetween } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';
import type { Candidates, Move } from './build-candidates.js';
import { touchedIn } from './build-touches.js';
import { endMemberships } from './evaluate-membership.js';
import { changesTopic, countMembers, lockLog, logChanges, NEXT_ID } from './log-changes.js';
import type { ChangeCause } from './log-changes.js';
import { scheduleNeighbours } from './schedule-rechecks.js';

/**
 * Of the columns of a step, those that are to move so: but who was touched since knows better, and of whom time has moved
 * since a look is due.
 */
const MOVING = (move: Move) => `select shard, id
    from ${rowsOf({ shard: '$1::int[]', id: '$2::uuid[]', move: '$3::"char"[]', next: '$4::timestamptz[]' })} as tried
    where move = '${move}' and coalesce(next > $5::timestamptz, true)
      and id not in (${touchedIn({ from: '$6', upTo: '$7', segmentId: '$8' })})`;
const LEAVING = `/* who leaves */ ${MOVING('L')}`;
const ENTER = `/* enter segment */
  insert into membership (workspace_id, change_id, segment_id, shard, profile_id, entered_at, cause)
  select $9, ${NEXT_ID}, $8, shard, id, $5, $10 from (${MOVING('E')}) as entering`;

/**
 * Enters nobody: what takes a connection longest the first time is done before anybody is kept out. Of no use to any
 * other connection than the transaction's.
 */
export async function prepareToWrite(tx: Transaction, now: Date): Promise<void> {
  await tx.query(ENTER, ['{}', '{}', '{}', '{}', now, 0, 0, NO_ID, tx.workspaceId, 'BUILD']);
}

interface WriteCandidates {
  segmentId: string;
  candidates: Candidates;
  now: Date;
  cause: ChangeCause;
}

/** Writes down who enters and leaves a segment, and who is to be looked at by time. Whoever else looks must be kept out. */
export async function writeCandidates(tx: Transaction, input: WriteCandidates): Promise<void> {
  const { segmentId, candidates, now, cause } = input;
  if (candidates.length === 0) return;
  const [first, last] = [candidates.at(0), candidates.at(candidates.length - 1)];
  const { shards } = candidates;
  const [ids, moves, next] = [candidates.ids.bytes, candidates.moves.bytes, candidates.next.bytes];
  if (candidates.next.length > 0) await scheduleNeighbours(tx, { shards, ids, next }, { first, last });
  const tried = [shards, ids, moves, next, now, first.shard, last.shard, segmentId];
  if (candidates.has('L')) {
    const leaving = await tx.query<ProfileRef>(LEAVING, tried);
    const exits = leaving.map(
      ({ shard, id }) => ({ segmentId, shard, profileId: id, kind: 'EXITED', cause }) as const,
    );
    await logChanges(tx, [...exits, ...(await endMemberships(tx, exits))], now);
  }
  if (candidates.has('E')) {
    lockLog(tx);
    const entered = await tx.write(ENTER, [...tried, tx.workspaceId, cause]);
    await countMembers(tx, new Map([[segmentId, entered]]));
    tx.signalAfterCommit(changesTopic(tx.workspaceId));
  }
  signalProfilesBetween(tx, first, last);
}
