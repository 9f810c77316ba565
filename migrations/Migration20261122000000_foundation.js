import { Migration } from '@mikro-orm/migrations';

/**
 * The keys, the pipeline's tables and the change log in their final shape (docs/architecture.md).
 *
 * Every table that holds a workspace's rows is under forced row-level security. A table of people begins its
 * key with `shard` (= workspace_id * 256 + bucket) and has no other workspace column; the rest have
 * `workspace_id`. The workspace of a transaction is the setting `onefold.workspace_id`, made with SET LOCAL.
 */
export class Migration20261122000000_foundation extends Migration {
  up() {
    // An administrator may have made the role and granted it already; the login then needs no right to do so.
    this.addSql(`
      do $$ begin
        if not exists (select from pg_roles where rolname = 'onefold_server') then
          create role onefold_server nologin nosuperuser nobypassrls nocreatedb nocreaterole;
        end if;
      exception when duplicate_object or unique_violation then null;
      end $$;
    `);
    this.addSql(`
      do $$ begin
        execute format('grant onefold_server to %I', current_user);
      exception when insufficient_privilege then null;
      end $$;
    `);

    // Scalar subqueries in the policies below make this an InitPlan: read once a statement, not once a row.
    this.addSql(`
      create function onefold_workspace() returns int language sql stable parallel safe
      return nullif(current_setting('onefold.workspace_id', true), '')::int;
    `);

    this.addSql(`create sequence workspace_id_seq as int maxvalue 8388607`);
    this.addSql(`
      create table workspace (
        id int primary key,
        uid uuid not null unique,
        name text not null,
        catalogue_version bigint not null default 1,
        created_at timestamptz(3) not null
      )`);
    this.addSql(`
      create table source (
        id uuid primary key,
        workspace_id int not null references workspace,
        key text not null,
        name text not null,
        created_at timestamptz(3) not null,
        unique (workspace_id, key)
      )`);
    this.addSql(`
      create table api_key (
        id uuid primary key,
        workspace_id int not null references workspace,
        source_id uuid not null references source,
        name text not null,
        hash bytea not null unique,
        scopes text[] not null,
        created_at timestamptz(3) not null,
        expires_at timestamptz(3),
        revoked_at timestamptz(3)
      )`);
    this.addSql(`create index on api_key (workspace_id)`);
    this.addSql(`
      create table segment (
        id uuid primary key,
        workspace_id int not null references workspace,
        key text not null,
        name text not null,
        description text,
        rule jsonb not null,
        rule_version int not null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        deleted_at timestamptz(3)
      )`);
    this.addSql(`create unique index on segment (workspace_id, key) where deleted_at is null`);
    this.addSql(`
      create table segment_build (
        workspace_id int not null references workspace,
        segment_id uuid not null references segment,
        id uuid not null,
        rule_version int not null,
        state text not null check (state in ('WAITING', 'RUNNING', 'DONE', 'FAILED')),
        after_shard int,
        after_profile_id uuid,
        shards_done int not null default 0,
        failures int not null default 0,
        error text,
        due_at timestamptz(3) not null,
        started_at timestamptz(3) not null,
        finished_at timestamptz(3),
        primary key (workspace_id, segment_id)
      )`);
    this.addSql(`create index on segment_build (due_at) where state in ('WAITING', 'RUNNING')`);
    this.addSql(`
      create table segment_size (
        workspace_id int not null,
        segment_id uuid not null,
        size bigint not null,
        primary key (workspace_id, segment_id)
      )`);

    this.addSql(`
      create table profile (
        shard int not null,
        id uuid not null,
        attributes jsonb not null default '{}',
        provenance jsonb not null default '{}',
        derived jsonb not null default '{}',
        merged_into uuid,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        primary key (shard, id)
      ) with (fillfactor = 85)`);
    this.addSql(`
      create table identifier (
        shard int not null,
        namespace text not null,
        value text not null,
        profile_shard int not null,
        profile_id uuid not null,
        source_id uuid not null,
        first_seen_at timestamptz(3) not null,
        primary key (shard, namespace, value)
      )`);
    this.addSql(`create index on identifier (profile_shard, profile_id)`);
    this.addSql(`
      create table event (
        shard int not null,
        profile_id uuid not null,
        occurred_at timestamptz(3) not null,
        id uuid not null,
        type text not null,
        properties jsonb not null,
        source_id uuid not null,
        received_at timestamptz(3) not null,
        recorded_profile_id uuid not null,
        primary key (shard, profile_id, occurred_at, id)
      )`);
    // For node(id:). Ids are made in the order of time, so this index only ever grows at its end.
    this.addSql(`create index on event (id)`);
    this.addSql(`
      create table receipt (
        shard int not null,
        source_id uuid not null,
        external_id text not null,
        digest bytea not null,
        event_id uuid,
        received_at timestamptz(3) not null,
        primary key (shard, source_id, external_id)
      )`);
    this.addSql(`
      create table membership (
        shard int not null,
        profile_id uuid not null,
        segment_id uuid not null,
        entered_at timestamptz(3) not null,
        primary key (shard, profile_id, segment_id)
      )`);
    this.addSql(`create index on membership (segment_id, shard, profile_id)`);
    this.addSql(`
      create table recheck (
        shard int not null,
        profile_id uuid not null,
        due_at timestamptz(3) not null,
        primary key (shard, profile_id)
      )`);
    this.addSql(`create index on recheck (due_at)`);

    // One session's number must not be cached ahead of another's: the order of ids is the order of commits.
    this.addSql(`create sequence membership_change_id_seq as bigint cache 1`);
    this.addSql(`
      create table membership_change (
        workspace_id int not null,
        id bigint not null default nextval('membership_change_id_seq'),
        segment_id uuid not null,
        shard int not null,
        profile_id uuid not null,
        kind text not null check (kind in ('ENTERED', 'EXITED')),
        at timestamptz(3) not null,
        cause text not null check (cause in ('INGEST', 'TIME', 'BUILD', 'MERGE', 'UNMERGE', 'ERASURE')),
        primary key (workspace_id, id)
      )`);
    this.addSql(`create index on membership_change (workspace_id, segment_id, id)`);
    this.addSql(`create index on membership_change (shard, profile_id, id)`);

    const peopleTables = ['profile', 'identifier', 'event', 'receipt', 'membership', 'recheck'];
    const workspaceTables = [
      'source',
      'api_key',
      'segment',
      'segment_build',
      'segment_size',
      'membership_change',
    ];
    for (const table of peopleTables) {
      this.addSql(`
        create policy workspace_rows on ${table}
        using (shard >= (select onefold_workspace() * 256) and shard < (select (onefold_workspace() + 1) * 256))
      `);
    }
    for (const table of workspaceTables) {
      this.addSql(
        `create policy workspace_rows on ${table} using (workspace_id = (select onefold_workspace()))`,
      );
    }
    this.addSql(`create policy workspace_rows on workspace using (id = (select onefold_workspace()))`);

    // Before a key is known, so is no workspace: whoever presents the hash of a key may read that one row.
    this.addSql(`
      create policy presented_key on api_key for select
      using (hash = (select decode(nullif(current_setting('onefold.presented_key', true), ''), 'hex')))
    `);
    // Any server may take up waiting work, of any workspace; it sees only that there is some.
    for (const table of ['segment_build', 'recheck']) {
      this.addSql(`
        create policy work_to_do on ${table} for select
        using ((select current_setting('onefold.work_to_do', true)) = 'on')
      `);
    }
    for (const table of [...peopleTables, ...workspaceTables, 'workspace']) {
      this.addSql(`alter table ${table} enable row level security`);
      this.addSql(`alter table ${table} force row level security`);
      this.addSql(`grant select, insert, update, delete on ${table} to onefold_server`);
    }
    this.addSql(`grant usage on sequence workspace_id_seq, membership_change_id_seq to onefold_server`);
  }
}
