import { Migration } from '@mikro-orm/migrations';

const upTo = (count) => Array.from({ length: count }, (_, number) => String(number).padStart(2, '0'));
const pairs = (some, others) => some.flatMap((one) => others.map((other) => one + other));

/** Of our centuries: of others there are few. */
const YEARS = pairs(['19', '20'], upTo(100)).map((year) => `${year}-`);
/** Of a year that is no leap year: the 29th of February needs a closer look. */
const DAYS = Array.from({ length: 365 }, (_, day) =>
  new Date(Date.UTC(2001, 0, 1 + day)).toISOString().slice(5, 10),
);
const MINUTES = pairs(
  upTo(24),
  upTo(60).map((minute) => `:${minute}`),
);
const SECONDS = upTo(60).map((second) => `:${second}`);
const HOURS_OFF = pairs(['+', '-'], upTo(16));
const OFFSETS = ['Z', 'z', ...HOURS_OFF, ...pairs(HOURS_OFF, pairs(['', ':'], ['00', '15', '30', '45']))];

/** Whether a text is one of these: the database hashes them, which is the quickest way to read. */
const isOneOf = (text, all) => `${text} = any('{${all.join(',')}}'::text[])`;
/** Likewise of a part of the value, from a place on. */
const has = (at, all) => isOneOf(`substr(value, ${at}, ${all[0].length})`, all);

const IS_DAY = `length(value) = 10 and ${has(1, YEARS)} and ${has(6, DAYS)}`;
const IS_TO_THE_SECOND = `${has(1, YEARS)} and ${has(6, pairs(DAYS, ['T', 't', ' ']))} and ${has(12, MINUTES)} and ${has(17, SECONDS)}`;
/** As programs print them, and as we keep them. */
const IS_IN_UTC = `${has(1, YEARS)} and ${has(6, pairs(DAYS, ['T']))} and ${has(12, MINUTES)} and ${has(17, SECONDS)}`;
const IS_WHOLE = `substr(value, 20) = 'Z'`;
const HAS_FRACTION = `substr(value, 20, 1) = '.' and length(value) between 22 and 39 and right(value, 1) = 'Z'
  and translate(substr(value, 21), '0123456789', '') = 'Z'`;
const OFFSET = `ltrim(substr(value, 20), '.0123456789')`;
/** With its point. */
const FRACTION = `left(substr(value, 20), length(value) - 19 - length(${OFFSET}))`;
const IS_COMMON = `${IS_TO_THE_SECOND} and ${isOneOf(OFFSET, OFFSETS)} and (substr(value, 20, 1) <> '.' and ${FRACTION} = ''
  or substr(value, 20, 1) = '.' and length(${FRACTION}) between 2 and 19 and strpos(substr(${FRACTION}, 2), '.') = 0)`;

/** What \`readInstant\` takes (src/platform/read-instant.ts): day, time to the minute, second, fraction, zone. */
const ISO_8601 =
  '(?i)^([0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))' +
  '(?:[T ]((?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)(?::([0-5][0-9]|60)(?:[.,]([0-9]{1,18}))?)?' +
  '(?: ?(Z|UTC|GMT|[+-](?:0[0-9]|1[0-5])(?::?[0-5][0-9])?))?)?$';

/**
 * Dates and instants out of texts, in all the spellings that items may use (docs/adr/0035), and where days begin: at
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
    // Null for what is none: a cast alone would fail, and with it the statement, for one value that somebody sent.
    this.addSql(`
      create function onefold_instant_as_written(value text, zone text) returns text
      language sql stable parallel safe as $$
        select case
          when second = '60' and date_trunc('day', instant, 'UTC') <> instant then null
          when instant >= '0001-01-01T00:00:00Z' and instant < '9999-12-31T23:59:59Z'::timestamptz + interval '1 second'
            then to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.') || rtrim(fraction, '0')
        end
        from (
          select second, fraction, case
            when minute is null then onefold_day_start(day::timestamp, zone)
            when offset_by is null then onefold_clock((day || ' ' || minute || ':' || second)::timestamp, zone)
            else ((day || ' ' || minute || ':' || second)::timestamp - offset_by) at time zone 'UTC'
          end as instant
          from (
            select part[1] as day, part[2] as minute, coalesce(part[3], '00') as second, coalesce(part[4], '') as fraction,
              case when left(part[5], 1) in ('+', '-')
                then (left(part[5], 1) || substr(part[5], 2, 2) || ':' || coalesce(nullif(ltrim(substr(part[5], 4), ':'), ''), '00'))::interval
                else case when part[5] is not null then interval '0' end
              end as offset_by
            from (select regexp_match(value, '${ISO_8601}') as part offset 0) as read
            where case
              when part is null or left(part[1], 4) = '0000' then false
              when part[2] = '24:00' and (part[3] <> '00' or rtrim(part[4], '0') <> '') then false
              else substr(part[1], 9)::int <= extract(day from
                make_date(left(part[1], 4)::int, substr(part[1], 6, 2)::int, 1) + interval '1 month' - interval '1 day')
            end
            offset 0
          ) as parts
          offset 0
        ) as known
      $$
    `);
    // In UTC, to the last digit of its fraction, such that texts stand in the order of time: `2026-01-31T12:00:00.` and
    // `2026-01-31T12:00:00.25`.
    this.addSql(`
      create function onefold_instant_text(value text, zone text) returns text
      language sql stable parallel safe as $$
        select case
          when ${IS_WHOLE} and ${IS_IN_UTC} then left(value, 19) || '.'
          when ${HAS_FRACTION} and ${IS_IN_UTC} then rtrim(left(value, -1), '0')
          when ${IS_COMMON} then to_char((left(value, 19) || ${OFFSET})::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.')
            || rtrim(substr(${FRACTION}, 2), '0')
          else onefold_instant_as_written(value, zone)
        end
      $$
    `);
    // To the microsecond, cut off.
    this.addSql(`
      create or replace function onefold_instant(value text, zone text) returns timestamptz
      language sql stable parallel safe as $$
        select case
          when ${IS_DAY} then onefold_day_start(value::timestamp, zone)
          when ${IS_IN_UTC} and (${IS_WHOLE} or ${HAS_FRACTION} and length(value) <= 27) then value::timestamptz
          when ${IS_COMMON} then (left(value, 19) || left(${FRACTION}, 7) || ${OFFSET})::timestamptz
          else (left(onefold_instant_as_written(value, zone), 26) || 'Z')::timestamptz
        end
      $$
    `);
    this.addSql(`
      create function onefold_day_as_written(value text, zone text) returns text
      language sql stable parallel safe as $$
        select case when length(value) = 10 then case when onefold_instant(value, zone) is not null then value end
          else to_char(onefold_instant(value, zone) at time zone zone, 'YYYY-MM-DD') end
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
