import { Migration } from '@mikro-orm/migrations';

/** What was ever said of audited attributes. */
export class Migration20261126120000_attribute_history extends Migration {
  up() {
    this.addSql(`
      create table attribute_change (
        shard int not null,
        profile_id uuid not null,
        id uuid not null,
        recorded_profile_id uuid not null,
        key text not null,
        value jsonb not null,
        at timestamptz(3) not null,
        source_id uuid not null,
        received_at timestamptz(3) not null,
        primary key (shard, profile_id, id)
      )`);
    this.addSql(
      `create policy workspace_rows on attribute_change using (shard >> 8 = (select onefold_workspace()))`,
    );
    this.addSql(`alter table attribute_change enable row level security`);
    this.addSql(`alter table attribute_change force row level security`);
    this.addSql(`grant select, insert, update, delete on attribute_change to onefold_server`);
  }
}
