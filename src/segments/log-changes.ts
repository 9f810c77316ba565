import { bigints, ints, rowsOf, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { signalProfiles } from '../profiles/index.js';

export type ChangeKind = 'ENTERED' | 'EXITED';
export type ChangeCause = 'INGEST' | 'TIME' | 'BUILD' | 'MERGE' | 'UNMERGE' | 'ERASURE';

export interface NewChange {
  segmentId: string;
  shard: number;
  profileId: string;
  kind: ChangeKind;
  cause: ChangeCause;
  /** It tells of an absorbed profile, which is no member any more that could be counted. */
  uncounted?: true;
}

const LOG_LOCK = 2;
/** Of changes with the same cause. */
const NEW = rowsOf({ shard: '$4::int[]', profile_id: '$5::uuid[]', segment_id: '$6::uuid[]' });
const EXIT = `/* log exits */
  insert into membership_change (workspace_id, segment_id, shard, profile_id, kind, at, cause)
  select $1, segment_id, shard, profile_id, 'EXITED', $2, $3 from ${NEW} as new`;

/** What a membership that begins takes as its entry's place in the log, under the log's lock (see `lockLog`). */
export const NEXT_ID = `nextval('membership_change_id_seq')`;

const ENTER = `/* enter segments */
  insert into membership (workspace_id, change_id, segment_id, shard, profile_id, entered_at, cause)
  select $1, ${NEXT_ID}, segment_id, shard, profile_id, $2, $3 from ${NEW} as new`;

/**
 * Common table expressions that end memberships: `gone` holds those that a DELETE has taken out, with all their columns
 * and others. While a membership lasts its entry is nowhere else; now it goes to the other changes, in the place that it
 * has, so that no lock is needed.
 */
export function ending(deletion: string): string {
  return `gone as (${deletion}),
    kept as (
      insert into membership_change (workspace_id, id, segment_id, shard, profile_id, kind, at, cause)
      select workspace_id, change_id, segment_id, shard, profile_id, 'ENTERED', entered_at, cause from gone
    )`;
}

/** The signal that a workspace's log has grown. */
export function changesTopic(workspaceId: number): string {
  return `onefold:changes:${workspaceId}`;
}

/**
 * Before anything is appended to the workspace's log. The order of its ids must be the order in which they become
 * visible, or a reader could pass over one that commits late: hence a lock that is held until the commit. It is
 * always the last lock of a transaction, so that it can be part of no deadlock, and nothing slow may follow.
 */
export function lockLog(tx: Transaction): void {
  tx.send('/* lock log */ select pg_advisory_xact_lock($1, $2)', [LOG_LOCK, tx.workspaceId]);
}

/**
 * Appends entries and exits to the workspace's log (see `lockLog`), exits first: nobody is to be seen in a segment twice.
 * The entries are the memberships themselves; those that end here have ended already (see `ending`).
 * @param at when they happened, all of them
 * @param untold by segment, how many members it gains or loses that nobody is to be told of
 */
export async function logChanges(
  tx: Transaction,
  changes: readonly NewChange[],
  at: Date,
  untold: ReadonlyMap<string, number> = new Map(),
): Promise<void> {
  if (changes.length === 0 && untold.size === 0) return;
  const append = (statement: string, kind: ChangeKind) => {
    const byCause = Map.groupBy(
      changes.filter((change) => change.kind === kind),
      ({ cause }) => cause,
    );
    return [...byCause].map(([cause, all]) =>
      tx.query(statement, [
        tx.workspaceId,
        at,
        cause,
        ints(all.map((change) => change.shard)),
        uuids(all.map((change) => change.profileId)),
        uuids(all.map((change) => change.segmentId)),
      ]),
    );
  };
  lockLog(tx);
  await Promise.all([
    ...append(EXIT, 'EXITED'),
    ...append(ENTER, 'ENTERED'),
    countMembers(tx, growthBySegment(changes, untold)),
  ]);
  if (changes.length === 0) return;
  tx.signalAfterCommit(changesTopic(tx.workspaceId));
  signalProfiles(
    tx,
    changes.map(({ profileId }) => profileId),
  );
}

/** @param growth by segment, how many members it gains or loses */
export async function countMembers(tx: Transaction, growth: ReadonlyMap<string, number>): Promise<void> {
  await tx.query(
    `/* count members */
    insert into segment_size (workspace_id, segment_id, size)
    select $1, * from unnest($2::uuid[], $3::bigint[])
    on conflict (workspace_id, segment_id) do update set size = segment_size.size + excluded.size`,
    [tx.workspaceId, uuids([...growth.keys()]), bigints([...growth.values()])],
  );
}

function growthBySegment(
  changes: readonly NewChange[],
  untold: ReadonlyMap<string, number>,
): Map<string, number> {
  const growth = new Map(untold);
  for (const { segmentId, kind, uncounted } of changes) {
    if (uncounted) continue;
    growth.set(segmentId, (growth.get(segmentId) ?? 0) + (kind === 'ENTERED' ? 1 : -1));
  }
  return growth;
}
