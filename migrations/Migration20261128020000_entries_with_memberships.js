import { Migration } from '@mikro-orm/migrations';

/**
 * The entry of a membership stands with it for as long as it lasts, and with the other changes from then on: one row with
 * three places in indexes, where two rows with five told the same (docs/adr/0027). `change_log` is all changes.
 */
export class Migration20261128020000_entries_with_memberships extends Migration {
  up() {
    for (const table of ['membership', 'membership_change'])
      this.addSql(`alter table ${table} no force row level security`);
    this.addSql(`
      alter table membership add column workspace_id int, add column change_id bigint,
        add column cause text check (cause in ('INGEST', 'TIME', 'BUILD', 'MERGE', 'UNMERGE', 'ERASURE'))`);
    this.addSql(`
      update membership m set workspace_id = m.shard >> 8, change_id = entry.id, cause = entry.cause from (
        select distinct on (shard, profile_id, segment_id) shard, profile_id, segment_id, id, cause
        from membership_change where kind = 'ENTERED' order by shard, profile_id, segment_id, id desc
      ) entry
      where entry.shard = m.shard and entry.profile_id = m.profile_id and entry.segment_id = m.segment_id`);
    this.addSql(`
      delete from membership_change c using membership m
      where c.workspace_id = m.workspace_id and c.id = m.change_id`);
    this.addSql(`
      alter table membership alter column workspace_id set not null, alter column change_id set not null,
        alter column cause set not null`);
    this.addSql(`create index on membership (workspace_id, change_id)`);
    this.addSql(`create index on membership (workspace_id, segment_id, change_id)`);
    this.addSql(`drop index membership_segment_id_shard_profile_id_idx`);
    for (const table of ['membership', 'membership_change'])
      this.addSql(`alter table ${table} force row level security`);
    // The workspace stands in the row twice: nobody may write down two.
    this.addSql(`
      alter policy workspace_rows on membership
      with check (shard >> 8 = (select onefold_workspace()) and workspace_id = (select onefold_workspace()))`);
    this.addSql(`
      create view change_log with (security_invoker = true) as
        select workspace_id, id, segment_id, shard, profile_id, kind, at, cause from membership_change
        union all
        select workspace_id, change_id, segment_id, shard, profile_id, 'ENTERED', entered_at, cause from membership`);
    this.addSql(`grant select on change_log to onefold_server`);
  }
}
