import { Migration } from '@mikro-orm/migrations';

/** Some that are in the list of a newer ISO 4217 alone are missing: a workspace that is in one of them sets it itself. */
const CURRENCIES = Intl.supportedValuesOf('currency');

/**
 * Sums of money are in the currency of the workspace from now on. A workspace that was there before gets the currency
 * that most of its purchases name, or else USD; its live segments are rebuilt, since sums may be others now.
 */
export class Migration20261130160000_currencies extends Migration {
  up() {
    const guarded = ['workspace', 'event', 'segment', 'segment_build', 'build_touch'];
    for (const table of guarded) this.addSql(`alter table ${table} no force row level security`);
    this.addSql(`alter table workspace add column currency text not null default 'USD'`);
    this.addSql(`
      update workspace w set currency = most.currency, catalogue_version = catalogue_version + 1 from (
        select distinct on (id) id, currency from (
          select shard >> 8 as id, upper(btrim(properties ->> 'currency')) as currency, count(*) as number
          from event where type = 'purchase' group by 1, 2
        ) as named
        where currency = any(array['${CURRENCIES.join("','")}']) order by id, number desc, currency
      ) as most where most.id = w.id`);
    this.addSql(`
      create temporary table summing on commit drop as
      select workspace_id, id, rule_version from segment
      where deleted_at is null and status = 'LIVE' and workspace_id in (
        select workspace_id from segment where concat(rule, exit_rule) ~ '"(derived|aggregate)":'
      )`);
    this.addSql(`delete from build_touch t using summing s where s.id = t.segment_id`);
    this.addSql(`
      insert into segment_build (workspace_id, segment_id, id, rule_version, state, due_at, started_at)
      select workspace_id, id, gen_random_uuid(), rule_version, 'WAITING', now(), now() from summing
      on conflict (workspace_id, segment_id) do update set
        id = excluded.id, rule_version = excluded.rule_version, state = 'WAITING', after_shard = null, after_profile_id = null,
        shards_done = 0, failures = 0, error = null, due_at = excluded.due_at, started_at = excluded.started_at, finished_at = null`);
    for (const table of guarded) this.addSql(`alter table ${table} force row level security`);
  }
}
