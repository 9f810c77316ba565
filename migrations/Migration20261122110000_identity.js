import { Migration } from '@mikro-orm/migrations';

/** Namespaces as definitions, merges that can be undone, conflicts to look at (docs/adr/0018). */
export class Migration20261122110000_identity extends Migration {
  up() {
    this.addSql(`
      create table identifier_namespace (
        id uuid primary key,
        workspace_id int not null references workspace,
        key text not null,
        semantic_type text not null,
        normaliser text not null,
        priority int not null,
        max_per_profile int,
        blocked_values text[] not null,
        blocked_patterns text[] not null,
        causes_merges boolean not null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        unique (workspace_id, key)
      )`);

    // The side that an identifier came to, whatever was merged since: what comes with it goes there in an undo.
    this.addSql(`
      alter table identifier
        add column recorded_profile_id uuid,
        add column last_seen_at timestamptz(3),
        add column label text,
        add column validated_at timestamptz(3),
        add column validated_by text check (validated_by in ('CODE', 'LINK', 'MANUAL', 'IMPORTED')),
        add check ((validated_at is null) = (validated_by is null))
    `);
    // Forced, the policies bind the owner of the table too, and no workspace is set here: none of it would be seen.
    this.addSql(`alter table identifier no force row level security`);
    this.addSql(`update identifier set recorded_profile_id = profile_id, last_seen_at = first_seen_at`);
    this.addSql(`
      alter table identifier alter column recorded_profile_id set not null, alter column last_seen_at set not null
    `);
    this.addSql(`alter table identifier force row level security`);

    // own_facts: what its own side says, for a profile that takes part in a merge; null = as in attributes.
    // own_updated_at: likewise, when its own side last changed.
    // split_at: when identifiers last left it, other than by being absorbed.
    this.addSql(`
      alter table profile
        add column own_facts jsonb,
        add column own_updated_at timestamptz(3),
        add column split_at timestamptz(3),
        add check ((own_facts is null) = (own_updated_at is null))
    `);

    // Absorbed profiles that were in the segment as well, and since when: they leave it, in the log, with the survivor.
    this.addSql(`alter table membership add column stands_for jsonb`);

    this.addSql(`
      create table profile_merge (
        shard int not null,
        id uuid not null,
        survivor_id uuid not null,
        absorbed_shard int not null,
        absorbed_id uuid not null,
        at timestamptz(3) not null,
        cause text not null check (cause in ('INGEST', 'MANUAL')),
        source_id uuid,
        external_id text,
        key_id uuid,
        moved jsonb not null,
        undone_at timestamptz(3),
        undone_key_id uuid,
        primary key (shard, id)
      )`);
    this.addSql(`create index on profile_merge (shard, survivor_id)`);
    this.addSql(`create index on profile_merge (absorbed_shard, absorbed_id)`);
    // For the list of a workspace: its policy's own condition, then the order of time.
    this.addSql(`create index on profile_merge ((shard >> 8), id)`);

    this.addSql(`
      create table identity_conflict (
        shard int not null,
        id uuid not null,
        profile_id uuid not null,
        kind text not null check (kind in ('BLOCKED', 'DEMOTED')),
        namespace text not null,
        value text not null,
        held_by uuid,
        source_id uuid not null,
        external_id text not null,
        at timestamptz(3) not null,
        primary key (shard, id)
      )`);
    this.addSql(`create index on identity_conflict (shard, profile_id, id)`);
    this.addSql(`create index on identity_conflict ((shard >> 8), id)`);

    for (const table of ['profile_merge', 'identity_conflict']) {
      this.addSql(`
        create policy workspace_rows on ${table} using (shard >> 8 = (select onefold_workspace()))
      `);
    }
    this.addSql(`
      create policy workspace_rows on identifier_namespace using (workspace_id = (select onefold_workspace()))
    `);
    for (const table of ['profile_merge', 'identity_conflict', 'identifier_namespace']) {
      this.addSql(`alter table ${table} enable row level security`);
      this.addSql(`alter table ${table} force row level security`);
      this.addSql(`grant select, insert, update, delete on ${table} to onefold_server`);
    }
  }
}
