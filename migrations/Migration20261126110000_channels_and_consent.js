import { Migration } from '@mikro-orm/migrations';

/** Ways to reach people, and a ledger of what they said to it. */
export class Migration20261126110000_channels_and_consent extends Migration {
  up() {
    // A row for each side of a profile that told of the channel: together they say what is known of it.
    this.addSql(`
      create table channel (
        shard int not null,
        profile_id uuid not null,
        type text not null,
        endpoint text not null,
        recorded_profile_id uuid not null,
        is_active boolean,
        active_at timestamptz(3),
        is_reachable boolean,
        reachable_at timestamptz(3),
        verified_at timestamptz(3),
        verified_by text,
        first_seen_at timestamptz(3) not null,
        last_seen_at timestamptz(3) not null,
        source_id uuid not null,
        primary key (shard, profile_id, type, endpoint, recorded_profile_id),
        check ((is_active is null) = (active_at is null)),
        check ((is_reachable is null) = (reachable_at is null)),
        check ((verified_by is null) = (verified_at is null))
      )`);
    // Only grows. What a person wants now is computed from it: see src/consent/consent-state.ts.
    this.addSql(`
      create table consent_change (
        shard int not null,
        profile_id uuid not null,
        id uuid not null,
        recorded_profile_id uuid not null,
        type text not null,
        endpoint text not null,
        purpose text not null,
        state text not null check (state in ('GRANTED', 'DENIED', 'REVOKED', 'PENDING', 'UNKNOWN')),
        at timestamptz(3) not null,
        expires_at timestamptz(3),
        legal_basis text,
        evidence jsonb,
        source_id uuid not null,
        received_at timestamptz(3) not null,
        primary key (shard, profile_id, id)
      )`);
    for (const table of ['channel', 'consent_change']) {
      this.addSql(
        `create policy workspace_rows on ${table} using (shard >> 8 = (select onefold_workspace()))`,
      );
      this.addSql(`alter table ${table} enable row level security`);
      this.addSql(`alter table ${table} force row level security`);
      this.addSql(`grant select, insert, update, delete on ${table} to onefold_server`);
    }
  }
}
