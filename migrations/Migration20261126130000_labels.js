import { Migration } from '@mikro-orm/migrations';

/** Tags, terms of taxonomies and facets of people. */
export class Migration20261126130000_labels extends Migration {
  up() {
    // A row for each side of a profile that told of the label: of what they say the newest stands.
    this.addSql(`
      create table profile_label (
        shard int not null,
        profile_id uuid not null,
        kind text not null check (kind in ('TAG', 'TERM', 'FACET')),
        label text not null,
        recorded_profile_id uuid not null,
        is_on boolean not null,
        at timestamptz(3) not null,
        source_id uuid not null,
        primary key (shard, profile_id, kind, label, recorded_profile_id)
      )`);
    this.addSql(
      `create policy workspace_rows on profile_label using (shard >> 8 = (select onefold_workspace()))`,
    );
    this.addSql(`alter table profile_label enable row level security`);
    this.addSql(`alter table profile_label force row level security`);
    this.addSql(`grant select, insert, update, delete on profile_label to onefold_server`);
  }
}
