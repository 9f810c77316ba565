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

/** Looks again at people when their time has come. */
export const recheckJob = (): Job => dueJob({ name: 'rechecks', table: 'recheck', work: recheckDue });
