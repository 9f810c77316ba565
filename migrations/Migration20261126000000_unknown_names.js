import { Migration } from '@mikro-orm/migrations';

/** What a source may send that nobody has defined, and what was found that way. */
export class Migration20261126000000_unknown_names extends Migration {
  up() {
    this.addSql(`
      alter table source
        add column unknown_attributes text not null default 'DISCOVER' check (unknown_attributes in ('DISCOVER', 'REJECT')),
        add column unknown_events text not null default 'DISCOVER' check (unknown_events in ('DISCOVER', 'REJECT'))
    `);
    this.addSql(`
      create table discovery (
        workspace_id int not null references workspace,
        kind text not null check (kind in ('ATTRIBUTE', 'EVENT_TYPE', 'PROPERTY')),
        of text not null,
        key text not null,
        type text not null,
        source_id uuid not null,
        first_seen_at timestamptz(3) not null,
        primary key (workspace_id, kind, of, key)
      )`);
    this.addSql(
      `create policy workspace_rows on discovery using (workspace_id = (select onefold_workspace()))`,
    );
    this.addSql(`alter table discovery enable row level security`);
    this.addSql(`alter table discovery force row level security`);
    this.addSql(`grant select, insert, update, delete on discovery to onefold_server`);
  }
}
