import { Migration } from '@mikro-orm/migrations';

const upTo = (count, mark = '') =>
  Array.from({ length: count }, (_, number) => String(number).padStart(2, '0') + mark);

/** Of a year that is no leap year: the 29th of February needs a closer look. */
const DAYS = Array.from({ length: 365 }, (_, day) =>
  new Date(Date.UTC(2001, 0, 1 + day)).toISOString().slice(5, 10),
);

/** Whether the part of a text from a place on is one of these, which are all as long: the database hashes them. */
const has = (at, all) => `substr(value, ${at}, ${all[0].length}) = any('{${all.join(',')}}'::text[])`;

/** Of our centuries: of others there are few. */
const HAS_DAY = `left(value, 2) in ('19', '20') and ${has(3, upTo(100, '-'))} and ${has(6, DAYS)}`;
const HAS_TIME = `${has(12, upTo(24, ':'))} and ${has(15, upTo(60, ':'))} and ${has(18, upTo(60))}`;
const IS_DAY = `length(value) = 10 and ${HAS_DAY}`;
/** With a time in UTC, as programs print it and as we keep it. */
const IS_IN_UTC = `substr(value, 11, 1) = 'T' and (substr(value, 20) = 'Z'
  or substr(value, 20, 1) = '.' and right(value, 1) = 'Z' and length(value) between 22 and 39 and translate(substr(value, 21), '0123456789', '') = 'Z')`;
/** Likewise with an offset. */
const OFFSET = `ltrim(substr(value, 20), '.0123456789')`;
const FRACTION = `left(substr(value, 20), -length(${OFFSET}))`;
const IS_USUAL = `left(${OFFSET}, 3) in (${upTo(15).map((hour) => `'+${hour}', '-${hour}'`)}) and substr(${OFFSET}, 4) in ('', '00', ':00', '30', ':30')
  and (${FRACTION} = '' or left(${FRACTION}, 1) = '.' and length(${FRACTION}) between 2 and 19 and strpos(substr(${FRACTION}, 2), '.') = 0)`;

/** What \`readInstant\` takes (src/platform/read-instant.ts): day, time to the minute, second, fraction, zone. */
const ISO_8601 =
  '(?i)^([0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))' +
  '(?:[T ]((?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)(?::([0-5][0-9]|60)(?:[.,]([0-9]{1,18}))?)?' +
  '(?: ?(Z|UTC|GMT|[+-](?:0[0-9]|1[0-5])(?::?[0-5][0-9])?))?)?$';

/**
 * Dates and instants out of texts, in all the spellings that items may use (docs/adr/0040), and where days begin: at
 * the first instant that a clock in the zone shows of them, also where midnight comes twice or is skipped.
 */
export class Migration20261130110000_instants_as_written extends Migration {
  up() {
    this.addWallClocks();
    this.addReaders();
    this.addAnniversaries();
    this.buildSegments();
  }

  addWallClocks() {
    // PostgreSQL takes the second of two instants at which clocks show the same; and counts what they skip on from
    // before the gap, as is wanted. Changed clocks are the exception: a day without is seen at once.
    this.addSql(`
      create function onefold_changed_clock(wall timestamp, zone text) returns timestamptz
      language sql stable parallel safe as $$
        select case when first at time zone zone = wall then least(first, second) else second end
        from (
          select second, (wall - ((second - interval '24 hours') at time zone zone - (second - interval '24 hours') at time zone 'UTC'))
            at time zone 'UTC' as first
          from (select wall at time zone zone as second) as one
        ) as two
      $$
    `);
    this.addSql(`
      create function onefold_clock(wall timestamp, zone text) returns timestamptz
      language sql stable parallel safe as $$
        select case
          when (wall at time zone zone - interval '24 hours') at time zone zone = wall - interval '24 hours' then wall at time zone zone
          else onefold_changed_clock(wall, zone)
        end
      $$
    `);
    // Where clocks go from before midnight to after it, the day begins with the end of the gap, by the second.
    this.addSql(`
      create function onefold_changed_day(day timestamp, zone text) returns timestamptz
      language sql stable parallel safe as $$
        select case when (midnight - interval '1 second') at time zone zone < day then midnight else (
          select min(at) from generate_series(midnight - (midnight at time zone zone - day), midnight, interval '1 second') as at
          where at at time zone zone >= day
        ) end
        from (select onefold_changed_clock(day, zone) as midnight) as one
      $$
    `);
    this.addSql(`
      create function onefold_day_start(day timestamp, zone text) returns timestamptz
      language sql stable parallel safe as $$
        select case
          when (day at time zone zone - interval '24 hours') at time zone zone = day - interval '24 hours'
            and day at time zone zone at time zone zone = day then day at time zone zone
          else onefold_changed_day(day, zone)
        end
      $$
    `);
  }

  addReaders() {
    // In UTC, to the last digit of its fraction, such that texts stand in the order of time: `2026-01-31T12:00:00.` and
    // `2026-01-31T12:00:00.25`. Null for what is none: a cast alone would fail, and with it the statement, for one value
    // that somebody sent.
    this.addSql(`
      create function onefold_instant_as_written(value text, zone text) returns text
      language plpgsql stable parallel safe as $$
        declare
          part text[];
          day text;
          second text;
          fraction text;
          shift text;
          instant timestamptz;
        begin
          -- Thirty times as fast as the regular expression.
          if substr(value, 11, 1) in ('T', ' ') and ${HAS_DAY} and ${HAS_TIME} and ${IS_USUAL} then
            return to_char((left(value, 19) || ${OFFSET})::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.')
              || rtrim(substr(${FRACTION}, 2), '0');
          end if;
          part := regexp_match(value, '${ISO_8601}');
          day := part[1];
          second := coalesce(part[3], '00');
          fraction := rtrim(coalesce(part[4], ''), '0');
          shift := part[5];
          if part is null or left(day, 4) = '0000' or substr(day, 9)::int > extract(day from
            make_date(left(day, 4)::int, substr(day, 6, 2)::int, 1) + interval '1 month' - interval '1 day') then return null;
          end if;
          if part[2] is null then
            instant := onefold_day_start(day::timestamp, zone);
          elsif part[2] = '24:00' and (second <> '00' or fraction <> '') then
            return null;
          elsif shift is null then
            instant := onefold_clock((day || ' ' || part[2] || ':' || second)::timestamp, zone);
          else
            shift := case when left(shift, 1) in ('+', '-') then rpad(replace(shift, ':', ''), 5, '0') else '+0000' end;
            instant := ((day || ' ' || part[2] || ':' || second)::timestamp
              - (left(shift, 1) || substr(shift, 2, 2) || ':' || substr(shift, 4))::interval) at time zone 'UTC';
          end if;
          if second = '60' and date_trunc('day', instant, 'UTC') <> instant
            or instant < '0001-01-01T00:00:00Z' or instant >= '9999-12-31T23:59:59Z'::timestamptz + interval '1 second' then return null;
          end if;
          return to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.') || fraction;
        end
      $$
    `);
    // The others stand in the statements that call them: to plan one takes as long as they are.
    this.addSql(`
      create function onefold_instant_text(value text, zone text) returns text
      language sql stable parallel safe as $$
        select case
          when ${IS_IN_UTC} and ${HAS_DAY} and ${HAS_TIME} then
            case when length(value) = 20 then left(value, 19) || '.' else rtrim(left(value, -1), '0') end
          else onefold_instant_as_written(value, zone)
        end
      $$
    `);
    // To the microsecond, cut off.
    this.addSql(`
      create or replace function onefold_instant(value text, zone text) returns timestamptz
      language sql stable parallel safe as $$
        select case
          when ${HAS_DAY} and (length(value) = 10 or ${IS_IN_UTC} and ${HAS_TIME}) then
            case when length(value) = 10 then onefold_day_start(value::timestamp, zone)
              when length(value) <= 27 then value::timestamptz
              else (left(value, 26) || 'Z')::timestamptz end
          else (left(onefold_instant_as_written(value, zone), 26) || 'Z')::timestamptz
        end
      $$
    `);
    this.addSql(`
      create function onefold_day_as_written(value text, zone text) returns text
      language plpgsql stable parallel safe as $$
        declare
          instant constant timestamptz := onefold_instant(value, zone);
        begin
          return case when length(value) > 10 then to_char(instant at time zone zone, 'YYYY-MM-DD')
            when instant is not null then value end;
        end
      $$
    `);
    // The day that clocks in the zone show.
    this.addSql(`
      create function onefold_day(value text, zone text) returns text
      language sql stable parallel safe as $$
        select case when ${IS_DAY} then value else onefold_day_as_written(value, zone) end
      $$
    `);
  }

  addAnniversaries() {
    // The next day on which a day comes round and that has not ended; the day itself while it is ahead. The 29th of
    // February comes round on the 28th where there is none. All days are texts: \`2026-01-31\`.
    const inYear = (
      year,
    ) => `case when right(day, 5) = '02-29' and not (${year} % 4 = 0 and (${year} % 100 <> 0 or ${year} % 400 = 0))
      then '02-28' else right(day, 5) end`;
    const [thisYear, nextYear] = ['left(today, 4)::int', '(left(today, 4)::int + 1)'];
    this.addSql(`
      create function onefold_anniversary(day text, today text) returns text
      language sql immutable parallel safe as $$
        select greatest(day collate "C", case
          when (${inYear(thisYear)}) collate "C" >= right(today, 5) then left(today, 5) || ${inYear(thisYear)}
          else lpad(${nextYear}::text, 4, '0') || '-' || ${inYear(nextYear)}
        end)
      $$
    `);
  }

  /** Rules say something else now of instants in other spellings, and of days on which clocks are changed. */
  buildSegments() {
    const touchy = `(rule::text || coalesce(exit_rule::text, '')) ~ '"(withinNext|withinLast|moreThanAgo|moreThanAhead|anniversaryWithinNext|segment|derived)"|"[0-9]{4}-[0-9]{2}'`;
    for (const table of ['segment', 'segment_build', 'build_touch'])
      this.addSql(`alter table ${table} no force row level security`);
    this.addSql(`
      with changed as (
        update segment set rule_version = rule_version + 1
        where status = 'LIVE' and deleted_at is null and ${touchy}
        returning workspace_id, id, rule_version
      ), forgotten as (
        delete from build_touch t using changed c where t.segment_id = c.id
      )
      insert into segment_build (workspace_id, segment_id, id, rule_version, state, due_at, started_at)
      select workspace_id, id, gen_random_uuid(), rule_version, 'WAITING', now(), now() from changed
      on conflict (workspace_id, segment_id) do update set
        id = excluded.id, rule_version = excluded.rule_version, state = 'WAITING', after_shard = null, after_profile_id = null,
        shards_done = 0, failures = 0, error = null, due_at = excluded.due_at, started_at = excluded.started_at, finished_at = null
    `);
    for (const table of ['segment', 'segment_build', 'build_touch'])
      this.addSql(`alter table ${table} force row level security`);
  }
}
