import { Migration } from '@mikro-orm/migrations';

/**
 * For a while the migration before this one kept only the functions over texts. Databases that it has reached then get
 * those over JSON back; of the others this changes nothing.
 */
export class Migration20261127220000_anniversaries extends Migration {
  up() {
    this.addSql(`drop function if exists onefold_anniversary(text, text, timestamptz)`);
    this.addSql(`
      create or replace function onefold_instant(value jsonb, zone text) returns timestamptz
      language sql stable parallel safe as $$ select onefold_instant(value #>> '{}', zone) $$
    `);
    this.addSql(`
      create or replace function onefold_anniversary(value jsonb, zone text, now timestamptz) returns date
      language sql stable parallel safe as $$
        select greatest(first_day, case when this_year >= today then this_year
          else (first_day + make_interval(years => years + 1))::date end)
        from (
          select first_day, today, years, (first_day + make_interval(years => years))::date as this_year
          from (
            select first_day, today, extract(year from today)::int - extract(year from first_day)::int as years
            from (
              select (onefold_instant(value, zone) at time zone zone)::date as first_day, (now at time zone zone)::date as today
            ) d
          ) d
        ) d
        where first_day is not null
      $$
    `);
  }
}
