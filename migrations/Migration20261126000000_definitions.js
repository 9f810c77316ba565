import { Migration } from '@mikro-orm/migrations';

/** Definitions of all kinds, what a source may send that nobody has defined, and what was found or refused. */
export class Migration20261126000000_definitions extends Migration {
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
    // What a workspace says of how its data is read: event types, attributes, purposes, tags, …
    this.addSql(`
      create table definition (
        workspace_id int not null references workspace,
        kind text not null,
        key text not null,
        body jsonb not null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        primary key (workspace_id, kind, key)
      )`);

    // Rejected items. As text, since a body may be rejected for what jsonb cannot hold.
    this.addSql(`
      create table quarantine (
        shard int not null,
        source_id uuid not null,
        external_id text not null,
        id uuid not null,
        type text,
        body text not null,
        digest bytea not null,
        errors text not null,
        codes text[] not null,
        received_at timestamptz(3) not null,
        rejected_at timestamptz(3) not null,
        primary key (shard, source_id, external_id)
      )`);
    this.addSql(`create index on quarantine ((shard >> 8), id)`);
    this.addSql(`create index on quarantine ((shard >> 8), rejected_at, id)`);

    for (const table of ['discovery', 'definition']) {
      this.addSql(
        `create policy workspace_rows on ${table} using (workspace_id = (select onefold_workspace()))`,
      );
      this.secure(table);
    }
    this.addSql(
      `create policy workspace_rows on quarantine using (shard >> 8 = (select onefold_workspace()))`,
    );
    this.secure('quarantine');
  }

  secure(table) {
    this.addSql(`alter table ${table} enable row level security`);
    this.addSql(`alter table ${table} force row level security`);
    this.addSql(`grant select, insert, update, delete on ${table} to onefold_server`);
  }
}
