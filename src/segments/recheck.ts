import { instants, ints, rowsOf, uuids } from '../platform/index.js';
import type { Clock, Database, Transaction } from '../platform/index.js';
import { shareCatalogue } from '../definitions/index.js';
import { inLockOrder } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { evaluateMembership } from './evaluate-membership.js';
import { segmentCatalogue } from './segment-catalogue.js';

const BATCH = 500;

/**
 * Notes when time alone may next change one of a profile's segments. After a look at some segments an earlier
 * instant that is on record stands (it may belong to the others); after a look at all of them the new one does.
 */
export async function scheduleRechecks(
  tx: Transaction,
  profiles: readonly (ProfileRef & { next: Date | null })[],
  looked: 'earlier' | 'all',
): Promise<void> {
  const due = profiles.filter((profile) => profile.next).sort(inLockOrder);
  const done = looked === 'all' ? profiles.filter((profile) => !profile.next) : [];
  await Promise.all([
    due.length > 0 &&
      noteRechecks(
        tx,
        {
          shards: ints(due.map((profile) => profile.shard)),
          ids: uuids(due.map((profile) => profile.id)),
          next: instants(due.map((profile) => profile.next)),
        },
        looked,
      ),
    done.length > 0 &&
      tx.query(
        `delete from recheck r using unnest($1::int[], $2::uuid[]) as done(shard, id)
        where r.shard = done.shard and r.profile_id = done.id`,
        [ints(done.map((profile) => profile.shard)), uuids(done.map((profile) => profile.id))],
      ),
  ]);
}

const NEW = rowsOf({ shard: '$1::int[]', profile_id: '$2::uuid[]', due_at: '$3::timestamptz[]' });

/** What stands is mostly passed over beforehand: a conflict locks the row, and a lock is written down. */
async function noteRechecks(
  tx: Transaction,
  { shards, ids, next }: RecheckColumns,
  looked: 'earlier' | 'all',
): Promise<void> {
  const differs = looked === 'all' ? '<>' : '>';
  await tx.query(
    `/* schedule rechecks */
    insert into recheck (shard, profile_id, due_at)
    select new.shard, new.profile_id, new.due_at
    from ${NEW} as new
    left join lateral (
      select r.due_at from recheck r where r.shard = new.shard and r.profile_id = new.profile_id offset 0
    ) known on true
    where new.due_at < 'infinity' and (known.due_at is null or known.due_at ${differs} new.due_at)
    on conflict (shard, profile_id) do update set due_at = excluded.due_at where recheck.due_at ${differs} excluded.due_at`,
    [shards, ids, next],
  );
}

/** As arrays of PostgreSQL's; `next` may be `infinity`: never. */
interface RecheckColumns {
  shards: Buffer;
  ids: Buffer;
  next: Buffer;
}

/**
 * As `scheduleRechecks` after a look at some segments, of many neighbours in the order of their places, while nobody else
 * schedules any. Where none stands there is nothing to compare with: that takes half the time.
 */
export async function scheduleNeighbours(
  tx: Transaction,
  columns: RecheckColumns,
  { first, last }: { first: ProfileRef; last: ProfileRef },
): Promise<void> {
  const [one] = await tx.query<{ isAny: boolean }>(
    `/* any rechecks */
    select exists (
      select from recheck where (shard, profile_id) >= ($1::int, $2::uuid) and (shard, profile_id) <= ($3::int, $4::uuid)
    ) as "isAny"`,
    [first.shard, first.id, last.shard, last.id],
  );
  if (one?.isAny) return noteRechecks(tx, columns, 'earlier');
  await tx.query(
    `/* schedule first rechecks */
    insert into recheck (shard, profile_id, due_at)
    select * from ${NEW} as new
    where due_at < 'infinity'`,
    [columns.shards, columns.ids, columns.next],
  );
}

/** Workspaces where a recheck is due. */
export function workspacesWithRechecksDue(tx: Transaction, now: Date): Promise<{ workspaceId: number }[]> {
  return tx.query<{ workspaceId: number }>(
    `/* rechecks due */
    select distinct shard / 256 as "workspaceId" from (select shard from recheck where due_at <= $1 order by due_at limit 1000) as due`,
    [now],
  );
}

/**
 * Looks again at people whose time has come, a few hundred at a time. Any server may do it: what one has taken the
 * others skip.
 * @returns how many were looked at
 */
export function recheckDue(database: Database, clock: Clock, workspaceId: number): Promise<number> {
  return database.transaction(workspaceId, async (tx) => {
    shareCatalogue(tx);
    const now = clock.now();
    // Claimed by the profile's lock, as ingest does: taking the recheck's first could end in a deadlock with it.
    // Absorbed profiles too: under the lock it is sure that theirs can go. What was dated ahead begins first: without it
    // people would be looked at as they no longer are.
    const claimed = await tx.query<ProfileRef & { isAbsorbed: boolean }>(
      `/* claim rechecks */
      select p.shard, p.id, p."isAbsorbed" from (
        select r.shard, r.profile_id from recheck r
        where r.shard >= $1::int * 256 and r.shard < ($1::int + 1) * 256 and r.due_at <= $2
          and not exists (
            select from item_ahead a where a.shard = r.shard and a.profile_id = r.profile_id and a.at <= $2 and a.due_at = a.at
          )
        order by r.due_at limit ${BATCH}
      ) due
      cross join lateral (
        select p.shard, p.id, p.merged_into is not null as "isAbsorbed" from profile p
        where p.shard = due.shard and p.id = due.profile_id for update skip locked
      ) p`,
      [workspaceId, now],
    );
    if (claimed.length === 0) return 0;
    const catalogue = await segmentCatalogue.read(tx);
    const { timed } = catalogue;
    const idle = claimed.filter(({ isAbsorbed }) => isAbsorbed || timed.length === 0);
    await scheduleRechecks(
      tx,
      idle.map((profile) => ({ ...profile, next: null })),
      'all',
    );
    await evaluateMembership(tx, {
      catalogue,
      looks: claimed.filter(({ isAbsorbed }) => !isAbsorbed).map((profile) => ({ profile, segments: timed })),
      now,
      cause: 'TIME',
      rechecks: 'all',
    });
    return claimed.length;
  });
}
