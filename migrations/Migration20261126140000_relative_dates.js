import { Migration } from '@mikro-orm/migrations';

/** Dates compared with the present, in the time zone of the workspace. */
export class Migration20261126140000_relative_dates extends Migration {
  up() {
    this.addSql(`alter table workspace add column time_zone text not null default 'UTC'`);

    // An ISO 8601 date (its first instant, in the zone) or instant with an offset; null when the value is none. It never
    // fails: a cast alone would, and with it the statement, for one value that somebody sent.
    this.addSql(`
      create function onefold_instant(value jsonb, zone text) returns timestamptz
      language sql stable parallel safe as $$
        select case
          when jsonb_typeof(value) <> 'string' then null
          when (value #>> '{}') !~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9]))?$' then null
          when left(value #>> '{}', 4) = '0000' then null
          when substr(value #>> '{}', 9, 2)::int > extract(day from
            make_date(left(value #>> '{}', 4)::int, substr(value #>> '{}', 6, 2)::int, 1) + interval '1 month' - interval '1 day') then null
          when length(value #>> '{}') = 10 then (value #>> '{}')::timestamp at time zone zone
          else (value #>> '{}')::timestamptz
        end
      $$
    `);
    // The next day, in the zone, on which the date comes round and that has not ended; the date itself while it is ahead.
    // The 29th of February comes round on the 28th where there is none.
    this.addSql(`
      create function onefold_anniversary(value jsonb, zone text, now timestamptz) returns date
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
