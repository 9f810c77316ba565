import { shareCatalogue } from '../definitions/index.js';
import type { Clock, Database } from '../platform/index.js';
import { dueJob } from '../platform/jobs/index.js';
import type { Job } from '../platform/jobs/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { evaluateMembership } from './evaluate-membership.js';
import { scheduleRechecks } from './schedule-rechecks.js';
import { segmentCatalogue } from './segment-catalogue.js';

const BATCH = 500;

/**
 * Looks again at people whose time has come, a few hundred at a time. Any server may do it: what one has taken the
 * others skip.
 * @returns how many were looked at
 */
function recheckDue(database: Database, clock: Clock, workspaceId: number): Promise<number> {
  return database.transaction(workspaceId, async (tx) => {
    shareCatalogue(tx);
    const now = clock.now();
    // Claimed by the profile's lock, as ingest does: taking the recheck's first could end in a deadlock with it.
    // Absorbed profiles too: under the lock it is sure that theirs can go. So can those of profiles that are gone, which
    // otherwise would fill the batch for ever. What was dated ahead begins first: without it people would be looked at
    // as they no longer are.
    const claimed = await tx.query<ProfileRef & { isAlive: boolean }>(
      `/* claim rechecks */
      select due.shard, due.profile_id as id, p.id is not null and p.merged_into is null as "isAlive" from (
        select r.shard, r.profile_id from recheck r
        where r.shard >= $1::int * 256 and r.shard < ($1::int + 1) * 256 and r.due_at <= $2
          and not exists (
            select from item_ahead a where a.shard = r.shard and a.profile_id = r.profile_id and a.at <= $2 and a.due_at = a.at
          )
        order by r.due_at limit ${BATCH}
      ) due
      left join lateral (
        select p.id, p.merged_into from profile p
        where p.shard = due.shard and p.id = due.profile_id for update skip locked
      ) p on true
      where p.id is not null or not exists (
        select from profile p where p.shard = due.shard and p.id = due.profile_id offset 0
      )`,
      [workspaceId, now],
    );
    if (claimed.length === 0) return 0;
    const catalogue = await segmentCatalogue.read(tx);
    const { timed } = catalogue;
    const idle = claimed.filter(({ isAlive }) => !isAlive || timed.length === 0);
    await scheduleRechecks(
      tx,
      idle.map((profile) => ({ ...profile, next: null })),
      'all',
    );
    await evaluateMembership(tx, {
      catalogue,
      looks: claimed.filter(({ isAlive }) => isAlive).map((profile) => ({ profile, segments: timed })),
      now,
      cause: 'TIME',
      rechecks: 'all',
    });
    return claimed.length;
  });
}

/** Looks again at people when their time has come. */
export const recheckJob = (): Job => dueJob({ name: 'rechecks', table: 'recheck', work: recheckDue });
