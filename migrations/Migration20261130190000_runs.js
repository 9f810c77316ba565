import { Migration } from '@mikro-orm/migrations';

/** Long work that users can list, watch, cancel and retry. */
export class Migration20261130190000_runs extends Migration {
  up() {
    // `fence` and `leased_until`: which server works on it (src/platform/jobs/lease.ts). `due_at`: not before, after a
    // failure. `failures`: of the step that is to be taken next.
    this.addSql(`
      create table run (
        workspace_id int not null references workspace,
        id uuid not null,
        kind text not null,
        state text not null check (state in (
          'QUEUED', 'RUNNING', 'COMPLETED', 'COMPLETED_WITH_FAILURES', 'FAILED', 'CANCELING', 'CANCELED', 'EXPIRED', 'SKIPPED'
        )),
        input jsonb not null,
        checkpoint jsonb,
        counts jsonb not null,
        done bigint not null default 0,
        total bigint,
        steps int not null default 0,
        failures int not null default 0,
        failure jsonb,
        due_at timestamptz(3) not null,
        fence int not null default 0,
        leased_until timestamptz,
        key_id uuid,
        created_at timestamptz(3) not null,
        started_at timestamptz(3),
        heartbeat_at timestamptz(3),
        finished_at timestamptz(3),
        primary key (workspace_id, id)
      ) with (fillfactor = 70)`);
    this.addSql(`
      create index run_under_way on run (workspace_id, kind, id) where state in ('QUEUED', 'RUNNING', 'CANCELING')`);
    this.addSql(`create policy workspace_rows on run using (workspace_id = (select onefold_workspace()))`);
    this.addSql(`create index run_by_state on run (workspace_id, kind, state, id)`);
    // A server that looks for work sees of all workspaces' runs only what it needs for that: not what was asked for, nor
    // how far it has come. So the policy is for the owner of the view, not for the server.
    this.addSql(`
      create policy work_to_do on run for select to current_user
      using ((select current_setting('onefold.work_to_do', true)) = 'on')`);
    this.addSql(`
      create view run_to_do as
      select workspace_id, id, kind, state, due_at, leased_until from run
      where state in ('QUEUED', 'RUNNING', 'CANCELING')
        and (select current_setting('onefold.work_to_do', true)) = 'on'`);
    this.addSql(`grant select on run_to_do to onefold_server`);
    this.addSql(`alter table run enable row level security`);
    this.addSql(`alter table run force row level security`);
    this.addSql(`grant select, insert, update, delete on run to onefold_server`);
  }
}
