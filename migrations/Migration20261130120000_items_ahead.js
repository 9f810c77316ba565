import { Migration } from '@mikro-orm/migrations';

/**
 * What items tell for an instant that is still ahead. Events on record with such an instant, a day ahead at most, counted
 * at once until now: those who belong to a segment because of one are looked at again when it begins.
 */
export class Migration20261130120000_items_ahead extends Migration {
  up() {
    // A row for each item: that of one with an event bears its id. `due_at`: when to look at the person.
    this.addSql(`
      create table item_ahead (
        shard int not null,
        profile_id uuid not null,
        id uuid not null,
        recorded_profile_id uuid not null,
        at timestamptz not null,
        due_at timestamptz not null,
        source_id uuid not null,
        facts jsonb,
        -- In microseconds since 1970.
        arrival bigint not null,
        primary key (shard, profile_id, id)
      )`);
    this.addSql(`create index item_ahead_due on item_ahead (due_at)`);
    this.addSql(`alter table event no force row level security`);
    this.addSql(`
      insert into item_ahead (shard, profile_id, id, recorded_profile_id, at, due_at, source_id, arrival)
      select shard, profile_id, id, recorded_profile_id, occurred_at, occurred_at, source_id,
        (extract(epoch from received_at) * 1000000)::bigint
      from event where occurred_at > now()`);
    this.addSql(`alter table event force row level security`);
    this.addSql(
      `create policy workspace_rows on item_ahead using (shard >> 8 = (select onefold_workspace()))`,
    );
    this.addSql(`
      create policy work_to_do on item_ahead for select
      using ((select current_setting('onefold.work_to_do', true)) = 'on')`);
    this.addSql(`alter table item_ahead enable row level security`);
    this.addSql(`alter table item_ahead force row level security`);
    this.addSql(`grant select, insert, update, delete on item_ahead to onefold_server`);
  }
}
