import { Migration } from '@mikro-orm/migrations';

/**
 * Rules are held against the names that sources have sent. Properties of events that nobody has defined were not noted
 * until now: those that have come are found here, each with what its first value seemed to be.
 */
export class Migration20261130140000_seen_properties extends Migration {
  up() {
    for (const table of ['discovery', 'event'])
      this.addSql(`alter table ${table} no force row level security`);
    this.addSql(`
      insert into discovery (workspace_id, kind, of, key, type, source_id, first_seen_at)
      select d.workspace_id, 'PROPERTY', d.key, seen.key, seen.type, seen.source_id, seen.received_at
      from discovery d
      cross join lateral (
        select distinct on (property.key) property.key, e.source_id, e.received_at,
          case jsonb_typeof(property.value)
            when 'number' then 'NUMBER' when 'boolean' then 'BOOLEAN' when 'string' then 'TEXT' else 'JSON'
          end as type
        from event e cross join lateral jsonb_each(e.properties) as property(key, value)
        where e.shard >= d.workspace_id * 256 and e.shard < (d.workspace_id + 1) * 256 and e.type = d.key
          and property.key <> '' and length(property.key) <= 100
        order by property.key, e.received_at
        limit 1000
      ) seen
      where d.kind = 'EVENT_TYPE'
      on conflict do nothing`);
    for (const table of ['discovery', 'event']) this.addSql(`alter table ${table} force row level security`);
  }
}
