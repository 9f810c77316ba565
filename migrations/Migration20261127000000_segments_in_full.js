import { Migration } from '@mikro-orm/migrations';

/** Segments that are drafts, paused, archived or expire; with rules for leaving; and what their rules said before. */
export class Migration20261127000000_segments_in_full extends Migration {
  up() {
    this.addSql(`
      alter table segment
        add column status text not null default 'LIVE' check (status in ('DRAFT', 'LIVE', 'PAUSED', 'ARCHIVED')),
        add column exit_rule jsonb,
        add column expires_at timestamptz(3)
    `);
    this.addSql(
      `create index on segment (expires_at) where expires_at is not null and status <> 'ARCHIVED' and deleted_at is null`,
    );
    this.addSql(`
      create table segment_version (
        workspace_id int not null references workspace,
        segment_id uuid not null references segment,
        number int not null,
        rule jsonb not null,
        exit_rule jsonb,
        saved_at timestamptz(3) not null,
        saved_by uuid references api_key,
        primary key (workspace_id, segment_id, number)
      )
    `);
    this.addSql(`
      insert into segment_version (workspace_id, segment_id, number, rule, saved_at)
      select workspace_id, id, 1, rule, updated_at from segment
    `);
    this.addSql(
      `create policy workspace_rows on segment_version using (workspace_id = (select onefold_workspace()))`,
    );
    this.addSql(`alter table segment_version enable row level security`);
    this.addSql(`alter table segment_version force row level security`);
    this.addSql(`grant select, insert, update, delete on segment_version to onefold_server`);
    // Who was looked at for a segment while it is built: what the build has found out of them may be out of date.
    this.addSql(`
      create table build_touch (
        shard int not null,
        segment_id uuid not null,
        profile_id uuid not null,
        primary key (shard, segment_id, profile_id)
      )
    `);
    this.addSql(`
      create policy workspace_rows on build_touch
      using (shard >= (select onefold_workspace() * 256) and shard < (select (onefold_workspace() + 1) * 256))
    `);
    this.addSql(`alter table build_touch enable row level security`);
    this.addSql(`alter table build_touch force row level security`);
    this.addSql(`grant select, insert, update, delete on build_touch to onefold_server`);
    // Any server may archive what has expired, of any workspace; it sees nothing else.
    this.addSql(`
      create policy work_to_do on segment for select
      using (expires_at is not null and (select current_setting('onefold.work_to_do', true)) = 'on')
    `);
  }
}
