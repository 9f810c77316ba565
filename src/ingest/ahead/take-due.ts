import { ints, uuids } from '../../platform/index.js';
import type { Transaction } from '../../platform/index.js';
import type { ProfileRef } from '../../profiles/index.js';
import type { Placed } from '../placed.js';
import { toldBy } from './facts-ahead.js';
import type { FactsAhead } from './facts-ahead.js';

const BATCH = 500;
/**
 * A transaction that began before the instant, or a server whose clock is behind, may look at a person last of all and
 * find that an event has yet to begin. So people are looked at once more when all such have ended.
 */
const AGAIN = `interval '1 minute'`;

/** Locks people of whom something is due, a few hundred at a time. Those whom another server has it skips. */
export function claimDue(tx: Transaction, now: Date): Promise<ProfileRef[]> {
  return tx.query<ProfileRef>(
    `/* claim items due */
    select p.shard, p.id from (
      select distinct shard, profile_id from (
        select a.shard, a.profile_id from item_ahead a
        where a.shard >= $1::int * 256 and a.shard < ($1::int + 1) * 256 and a.due_at <= $2
        order by a.due_at limit ${BATCH}
      ) first
    ) due
    cross join lateral (
      select p.shard, p.id from profile p
      where p.shard = due.shard and p.id = due.profile_id for update skip locked
    ) p`,
    [tx.workspaceId, now],
  );
}

interface DueRow extends ProfileRef {
  itemId: string;
  side: string;
  at: Date;
  sourceId: string;
  arrival: number;
  facts: FactsAhead | null;
  /** Of its event; null = it tells none. */
  type: string | null;
  properties: Record<string, unknown> | null;
  /** Whether this is the second look. */
  isLast: boolean;
}

/** Takes what is due off those who wait. @param profiles locked */
export async function takeDue(
  tx: Transaction,
  { profiles, now }: { profiles: readonly ProfileRef[]; now: Date },
): Promise<Placed[]> {
  const rows = await tx.query<DueRow>(
    `/* items due of profiles */
    select a.shard, a.profile_id as id, a.id as "itemId", a.recorded_profile_id as side, a.at,
      a.source_id as "sourceId", a.arrival::float8 as arrival, a.facts, e.type, e.properties, e.type is null or a.due_at > a.at as "isLast"
    from unnest($1::int[], $2::uuid[]) as asked(shard, id)
    cross join lateral (
      select * from item_ahead a where a.shard = asked.shard and a.profile_id = asked.id and a.due_at <= $3 offset 0
    ) a
    left join lateral (
      select e.type, e.properties from event e
      where e.shard = a.shard and e.profile_id = a.profile_id and e.id = a.id
        and e.occurred_at >= a.at and e.occurred_at < a.at + interval '1 millisecond' offset 0
    ) e on true`,
    [ints(profiles.map(({ shard }) => shard)), uuids(profiles.map(({ id }) => id)), now],
  );
  const { done = [], again = [] } = Object.groupBy(rows, ({ isLast }) => (isLast ? 'done' : 'again'));
  await Promise.all([
    done.length > 0 && tx.write(`/* items begun */ delete from item_ahead a using ${NAMED}`, keysOf(done)),
    again.length > 0 &&
      tx.write(
        `/* items to look at again */
        update item_ahead a set due_at = $4::timestamptz + ${AGAIN}, facts = null from ${NAMED}`,
        [...keysOf(again), now],
      ),
  ]);
  return rows.map(placedOf);
}

const NAMED = `unnest($1::int[], $2::uuid[], $3::uuid[]) as named(shard, profile_id, id)
  where a.shard = named.shard and a.profile_id = named.profile_id and a.id = named.id`;

function keysOf(rows: readonly DueRow[]): Buffer[] {
  return [
    ints(rows.map(({ shard }) => shard)),
    uuids(rows.map(({ id }) => id)),
    uuids(rows.map(({ itemId }) => itemId)),
  ];
}

function placedOf({
  shard,
  id,
  itemId,
  side,
  at,
  sourceId,
  arrival,
  facts,
  type,
  properties,
}: DueRow): Placed {
  return {
    profile: { shard, id },
    side,
    demotions: [],
    isOnRecord: true,
    item: {
      sourceId,
      externalId: '',
      occurredAt: at,
      requestedAt: at,
      arrival,
      ...toldBy(facts),
      event: type === null ? null : { id: itemId, type, properties: properties ?? {} },
    },
  };
}
