import { Migration } from '@mikro-orm/migrations';

const ISO_8601 =
  '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9]))?$';

/** A part of a text of digits, at most so much. */
const atMost = (at, most) => `substr(value, ${at}, 2) collate "C" <= '${most}'`;

/**
 * Instants out of texts, as most are written (`2026-03-11T00:00:00.000Z` and `2026-03-11T00:00:00Z`) in half the time:
 * the regular expression is what takes long.
 */
export class Migration20261127180000_instants extends Migration {
  up() {
    this.addSql(`
      create function onefold_instant(value text, zone text) returns timestamptz
      language sql stable parallel safe as $$
        select case
          when translate(value, '123456789', '000000000') in ('0000-00-00T00:00:00.000Z', '0000-00-00T00:00:00Z')
            and left(value, 4) <> '0000'
            and substr(value, 6, 2) <> '00' and ${atMost(6, 12)} and substr(value, 9, 2) <> '00' and ${atMost(9, 28)}
            and ${atMost(12, 23)} and ${atMost(15, 59)} and ${atMost(18, 59)}
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
    this.addSql(`
      create or replace function onefold_instant(value jsonb, zone text) returns timestamptz
      language sql stable parallel safe as $$ select onefold_instant(value #>> '{}', zone) $$
    `);
  }
}
