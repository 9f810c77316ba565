import { Migration } from '@mikro-orm/migrations';

const ISO_8601 =
  '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9]))?$';

/** So many numbers of two digits, each with what follows it. */
const numbers = (count, mark) =>
  Array.from({ length: count }, (_, number) => String(number).padStart(2, '0') + mark);

/** The days of a year that is no leap year: the 29th of February needs a closer look. */
const days = Array.from({ length: 365 }, (_, day) =>
  new Date(Date.UTC(2001, 0, 1 + day)).toISOString().slice(5, 10),
);

/** Whether the part of a text from a place on is one of these, which are all as long. */
const isOneOf = (at, all) => `substr(value, ${at}, ${all[0].length}) = any('{${all.join(',')}}'::text[])`;

/**
 * Instants out of texts, as most are written (`2026-03-11T00:00:00.000Z` and `2026-03-11T00:00:00Z`), in two thirds of
 * the time: part by part out of lists, which the database hashes; what else does not fit them is left to the regular
 * expression.
 */
export class Migration20261128100000_instants_by_lists extends Migration {
  up() {
    this.addSql(`
      create or replace function onefold_instant(value text, zone text) returns timestamptz
      language sql stable parallel safe as $$
        select case
          when left(value, 2) in ('19', '20') and ${isOneOf(3, numbers(100, '-'))}
            and ${isOneOf(
              6,
              days.map((day) => `${day}T`),
            )}
            and ${isOneOf(12, numbers(24, ':'))} and ${isOneOf(15, numbers(60, ':'))} and ${isOneOf(18, numbers(60, ''))}
            and (substr(value, 20) = 'Z' or substr(value, 20, 1) = '.' and ${isOneOf(21, numbers(100, ''))}
              and substr(value, 23) in (${Array.from({ length: 10 }, (_, digit) => `'${digit}Z'`).join(', ')}))
            then value::timestamptz
          when value !~ '${ISO_8601}' then null
          when left(value, 4) = '0000' then null
          when substr(value, 9, 2)::int > extract(day from
            make_date(left(value, 4)::int, substr(value, 6, 2)::int, 1) + interval '1 month' - interval '1 day') then null
          when length(value) = 10 then value::timestamp at time zone zone
          else value::timestamptz
        end
      $$
    `);
  }
}
