import { Migration } from '@mikro-orm/migrations';

/** A UUIDv7 of the instant at which a build was asked for: runs are listed in the order of their ids. */
const RUN_ID = `(
  overlay(lpad(to_hex((extract(epoch from started_at) * 1000)::bigint), 12, '0') placing '-' from 9 for 0)
  || '-7' || substr(gen_random_uuid()::text, 16)
)::uuid`;

/**
 * Builds of segments are shown as runs. Those that are under way begin again, because it is not on record how many
 * people they have tried.
 */
export class Migration20261130200000_builds_as_runs extends Migration {
  up() {
    const guarded = ['segment_build', 'run'];
    for (const table of guarded) this.addSql(`alter table ${table} no force row level security`);
    this.addSql(`alter table segment_build add column run_id uuid`);
    this.addSql(`update segment_build set run_id = ${RUN_ID}`);
    this.addSql(`
      update segment_build set id = gen_random_uuid(), state = 'WAITING', after_shard = null, after_profile_id = null
      where state = 'RUNNING'`);
    this.addSql(`
      insert into run (
        workspace_id, id, kind, state, input, counts, failure, due_at, created_at, started_at, heartbeat_at, finished_at
      )
      select workspace_id, run_id, 'BUILD',
        case state when 'WAITING' then 'QUEUED' when 'DONE' then 'COMPLETED' else state end,
        jsonb_build_object('segmentId', segment_id), '{}',
        case when error is not null then jsonb_build_object(
          'code', 'INTERNAL_SERVER_ERROR',
          'message', 'The build failed on the server; its log says why. Fix the cause, then retry the run with \`retryRun\`.'
        ) end,
        due_at, started_at, case when state <> 'WAITING' then started_at end, finished_at, finished_at
      from segment_build`);
    this.addSql(`alter table segment_build drop constraint segment_build_state_check`);
    // `shards_done`, `error`, `started_at` and `finished_at` are no longer written. Every build has a run.
    this.addSql(`
      alter table segment_build alter column run_id set default gen_random_uuid(), alter column run_id set not null,
        alter column started_at drop not null,
        add check (state in ('WAITING', 'RUNNING', 'DONE', 'FAILED', 'CANCELED'))`);
    for (const table of guarded) this.addSql(`alter table ${table} force row level security`);
  }
}
