import { instants, ints, rowsOf, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { inLockOrder } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';

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
