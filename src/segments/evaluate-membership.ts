import { sql } from 'kysely';
import { bits, BUCKETS, elementsOf, ints, shardOfId, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { inLockOrder } from '../profiles/index.js';
import type { ProfileRef, Split } from '../profiles/index.js';
import { comeBack, depart, standIn } from './follow-merge.js';
import type { Departed, StandsFor } from './follow-merge.js';
import { noteTouched } from './build-touches.js';
import { logChanges } from './log-changes.js';
import type { ChangeCause, ChangeKind, NewChange } from './log-changes.js';
import { scheduleRechecks } from './recheck.js';
import { conditionOf, dependenciesOf, nextChangeOf } from './rule/compile-rule.js';
import { earliest } from './rule/earliest.js';
import { compileSql } from './rule/compile-sql.js';
import type { CompiledSql } from './rule/compile-sql.js';
import { EventPasses } from './rule/event-passes.js';
import { EventsWithin } from './rule/events-within.js';
import type { Rule, Sql } from './rule/rule.js';
import { inParts } from './segment-catalogue.js';
import type { LiveSegment } from './segment-catalogue.js';

interface EvaluateMembership {
  /** Locked by the transaction: between looking and writing nobody may change what is looked at. */
  looks: readonly Look[];
  now: Date;
  cause: ChangeCause;
  /** `earlier`: some segments were looked at, so an earlier recheck stands. `all`: these are all the timed ones. */
  rechecks?: 'earlier' | 'all';
  /** A merge that is taken back: both profiles are among the looks. */
  split?: Split;
}

/** Which segments a profile is tried for. Profiles to be tried for the same ones should share the array. */
export interface Look {
  profile: ProfileRef;
  segments: readonly LiveSegment[];
  /** Profiles that have gone into this one, in this transaction. Then all segments must be looked at. */
  absorbed?: readonly ProfileRef[];
}

interface EvaluatedRow {
  /** Which of the looks this answers, from 1. */
  look: number;
  /** The segments it is in, as PostgreSQL's text of an array. */
  current: string;
  /** Which segments it fits, of those that were asked for at least: a bit each, in words, as the text of an array. */
  fits: string;
  next: Date | null;
}

const FITS_NONE = /^[{}0,]*$/;
/** Bits in one of PostgreSQL's integers, its sign left alone. */
const WORD_BITS = 31;

const SHARDS = Object.freeze({ parameter: 'shards' });
const PROFILES = Object.freeze({ parameter: 'profiles' });
const ASKED = Object.freeze({ parameter: 'asked' });

/**
 * Looks anew at whether profiles belong to segments, and writes down and logs every difference.
 * Must be the last thing in its transaction: it ends with the log lock (see `logChanges`).
 */
export async function evaluateMembership(tx: Transaction, input: EvaluateMembership): Promise<void> {
  const { now, cause } = input;
  const looks = input.looks
    .filter((look) => look.segments.length > 0)
    .sort((a, b) => inLockOrder(a.profile, b.profile));
  const segments = distinctSegments(looks);
  const merges = input.looks.flatMap(({ profile, absorbed = [] }) =>
    absorbed.map((one) => ({ survivor: profile, absorbed: one })),
  );
  if (segments.length === 0 && merges.length === 0) return;
  const departing = depart(tx, merges);
  const next: (Date | null)[] = looks.map(() => null);
  const changes: NewChange[] = [];
  const untold = new Map<string, number>();
  const count = (segmentId: string, by: number) => untold.set(segmentId, (untold.get(segmentId) ?? 0) + by);
  const ids = segments.map(({ definition }) => definition.id);
  if (input.split) for (const segmentId of await comeBack(tx, input.split, ids)) count(segmentId, 1);
  const stayed = new Set<Departed>();
  for (const part of inParts(segments)) {
    const asked = askedOf(looks, part);
    const [rows, departed] = await Promise.all([evaluate(tx, looks, asked, part, now), departing]);
    const bySurvivor = Map.groupBy(departed, ({ survivor }) => survivor.id);
    const inPart = part.map(({ definition }) => definition.id);
    const places = new Map(inPart.map((id, place) => [id, place]));
    for (const row of rows) {
      const index = row.look - 1;
      const look = looks[index];
      if (!look) continue;
      next[index] = earlier(next[index] ?? null, row.next);
      const found = differences(row, asked[index] ?? '', { ids: inPart, places });
      for (const one of bySurvivor.get(look.profile.id) ?? []) {
        if (!places.has(one.segmentId)) continue;
        if (row.current.includes(one.segmentId) && !found.some(([id]) => id === one.segmentId))
          stayed.add(one);
      }
      const why = look.absorbed?.length ? 'MERGE' : cause;
      for (const [segmentId, kind] of found) {
        changes.push({ segmentId, ...keyOf(look.profile), kind, at: now, cause: why });
      }
    }
  }
  const left = (await departing).filter((one) => !stayed.has(one));
  for (const one of stayed) count(one.segmentId, -1);
  // Exits first: nobody is to be seen in a segment twice.
  changes.unshift(...left.flatMap((one) => exitsOf(one, now)));
  const due = looks.map(({ profile }, index) => ({ ...profile, next: next[index] ?? null }));
  const timed = segments.some((segment) => segment.timed);
  // Sent together, in the order of the locks that they take.
  const written = Promise.all([
    segments.some(({ isBuilding }) => isBuilding) && noteTouched(tx, touchedBy(input.looks)),
    writeMemberships(tx, changes),
    timed && scheduleRechecks(tx, due, input.rechecks ?? 'earlier'),
    standIn(tx, [...stayed]),
  ]);
  const alsoGone = changes.some(({ kind }) => kind === 'EXITED') ? (await written)[1] : [];
  await Promise.all([written, logChanges(tx, [...changes, ...alsoGone], untold)]);
}

/** Who is looked at for a segment that is being built. */
function touchedBy(looks: readonly Look[]): { profile: ProfileRef; segmentId: string }[] {
  return looks.flatMap(({ profile, segments, absorbed = [] }) =>
    segments
      .filter(({ isBuilding }) => isBuilding)
      .flatMap(({ definition }) =>
        [profile, ...absorbed].map((one) => ({ profile: one, segmentId: definition.id })),
      ),
  );
}

function keyOf({ shard, id }: ProfileRef): { shard: number; profileId: string } {
  return { shard, profileId: id };
}

/** What the log tells of an absorbed profile that left a segment, and of those that it stood in for. */
function exitsOf({ profile, segmentId, standsFor }: Departed, at: Date): NewChange[] {
  const exit = { segmentId, kind: 'EXITED', at, cause: 'MERGE' } as const;
  return [{ ...exit, ...keyOf(profile) }, ...exitsOfAbsorbed({ ...exit, ...keyOf(profile) }, standsFor)];
}

function exitsOfAbsorbed(exit: NewChange, standsFor: StandsFor): NewChange[] {
  const workspaceId = Math.floor(exit.shard / BUCKETS);
  return Object.keys(standsFor).map((id) => ({
    ...exit,
    shard: shardOfId(workspaceId, id),
    profileId: id,
    uncounted: true,
  }));
}

function evaluate(
  tx: Transaction,
  looks: readonly Look[],
  asked: readonly string[],
  segments: readonly LiveSegment[],
  now: Date,
): Promise<EvaluatedRow[]> {
  const statement = statementFor(segments);
  return tx.query<EvaluatedRow>(
    statement.text,
    statement.values(
      now,
      new Map<object, unknown>([
        [SHARDS, ints(looks.map((look) => look.profile.shard))],
        [PROFILES, uuids(looks.map((look) => look.profile.id))],
        [ASKED, bits(asked)],
      ]),
    ),
  );
}

function earlier(a: Date | null, b: Date | null): Date | null {
  return a && (!b || a <= b) ? a : b;
}

function distinctSegments(looks: readonly Look[]): LiveSegment[] {
  const all = new Set([...new Set(looks.map((look) => look.segments))].flat());
  return [...all].sort((a, b) => (a.definition.id < b.definition.id ? -1 : 1));
}

/** For each profile one bit for each segment: 1 where it is to be tried. */
function askedOf(looks: readonly Look[], segments: readonly LiveSegment[]): string[] {
  const masks = new Map<readonly LiveSegment[], string>();
  return looks.map((look) => {
    const known = masks.get(look.segments);
    if (known !== undefined) return known;
    const wanted = new Set(look.segments);
    const asked = segments.map((segment) => (wanted.has(segment) ? '1' : '0')).join('');
    masks.set(look.segments, asked);
    return asked;
  });
}

/** @param ids of the segments of the part, in their order */
function differences(
  row: EvaluatedRow,
  asked: string,
  { ids, places }: { ids: readonly string[]; places: ReadonlyMap<string, number> },
): [segmentId: string, ChangeKind][] {
  // Mostly there is nothing to compare.
  if (row.current === '{}' && FITS_NONE.test(row.fits)) return [];
  const words = elementsOf(row.fits).map(Number);
  const current = new Set(elementsOf(row.current));
  const found: [string, ChangeKind][] = [];
  for (const id of current) {
    const place = places.get(id) ?? NaN;
    const word = words[Math.floor(place / WORD_BITS)] ?? 0;
    if (asked[place] === '1' && ((word >> (place % WORD_BITS)) & 1) === 0) found.push([id, 'EXITED']);
  }
  for (const [index, word] of words.entries()) {
    for (let rest = word; rest !== 0; rest &= rest - 1) {
      const place = index * WORD_BITS + Math.log2(rest & -rest);
      const id = ids[place];
      if (id !== undefined && asked[place] === '1' && !current.has(id)) found.push([id, 'ENTERED']);
    }
  }
  return found;
}

const statements = new WeakMap<LiveSegment, Map<string, CompiledSql>>();
const MAX_KEPT = 100;

/** The same text for the same segments: kept while the definitions live, and prepared by the database. */
function statementFor(segments: readonly LiveSegment[]): CompiledSql {
  const [first] = segments;
  if (!first) throw new Error('there is a segment to evaluate');
  const known = statements.get(first) ?? new Map<string, CompiledSql>();
  statements.set(first, known);
  const name = segments.map((segment) => segment.definition.id).join();
  let statement = known.get(name);
  if (!statement) {
    if (known.size >= MAX_KEPT) known.clear();
    statement = compileSql(evaluation(segments));
    known.set(name, statement);
  }
  return statement;
}

const PROFILE = sql`select * from profile p where p.shard = asked.shard and p.id = asked.id offset 0`;
const KEY_ALONE = sql`select asked.shard, asked.id`;

/** Whether it asks for events and nothing else: it needs nothing of the profile but its key. */
function isOfEvents(rule: Rule): boolean {
  return [...dependenciesOf(rule).values()].every((one) => one instanceof EventsWithin);
}

/**
 * What a profile is not tried for is not computed, nor are the events gone through for it. (Where only events are asked
 * for, what there is to compute is quicker done than the question.)
 */
function evaluation(segments: readonly LiveSegment[]): Sql {
  const passes = new EventPasses();
  const answers = segments.map(({ keptBy: rule }, index) => {
    passes.user = index;
    const asked = isOfEvents(rule) ? null : sql`get_bit(asked.segments, ${sql.lit(index)}) = 1`;
    const condition = conditionOf(rule, passes);
    const bit = sql.lit(2 ** (index % WORD_BITS));
    const instant = nextChangeOf(rule, passes);
    return {
      fits: sql`case when ${asked ? sql`${asked} and ${condition}` : condition} then ${bit} else 0 end`,
      next: instant && asked ? sql`case when ${asked} then ${instant} end` : instant,
    };
  });
  const words = answers.flatMap((_, index) =>
    index % WORD_BITS === 0
      ? [
          sql.join(
            answers.slice(index, index + WORD_BITS).map(({ fits }) => fits),
            sql` + `,
          ),
        ]
      : [],
  );
  const isWanted = (users: ReadonlySet<number>) => {
    const bits = segments.map((_, index) => (users.has(index) ? '1' : '0')).join('');
    return sql`(asked.segments & ${sql.lit(bits)}::bit varying) <> ${sql.lit('0'.repeat(bits.length))}::bit varying`;
  };
  return sql`${sql.raw('/* evaluate membership */')}
    select asked.look::int,
      array(select m.segment_id from membership m where m.shard = p.shard and m.profile_id = p.id)::text as current,
      array[${sql.join(words)}]::text as fits,
      ${earliest(answers.map(({ next }) => next)) ?? sql`null`}::timestamptz as next
    from unnest(${SHARDS}::int[], ${PROFILES}::uuid[], ${ASKED}::bit varying[])
      with ordinality as asked(shard, id, segments, look)
    cross join lateral (${segments.every(({ keptBy }) => isOfEvents(keptBy)) ? KEY_ALONE : PROFILE}) p
    ${passes.joins(isWanted)}`;
}

/** @returns the exits of absorbed profiles for which somebody stood who leaves now */
export async function writeMemberships(tx: Transaction, changes: readonly NewChange[]): Promise<NewChange[]> {
  const entered = changes.filter((change) => change.kind === 'ENTERED');
  // An absorbed profile has left before (see `depart`): deleting what is not there does no harm.
  const exited = changes.filter((change) => change.kind === 'EXITED' && !change.uncounted);
  const [, gone] = await Promise.all([
    entered.length > 0 &&
      tx.query(
        `/* enter segments */
        insert into membership (shard, profile_id, segment_id, entered_at)
        select shard, profile_id, segment_id, $4
        from unnest($1::int[], $2::uuid[], $3::uuid[]) as new(shard, profile_id, segment_id)`,
        [...keysOf(entered), entered[0]?.at],
      ),
    exited.length > 0
      ? tx.query<{ number: number; standsFor: StandsFor | null }>(
          `delete from membership m
          using unnest($1::int[], $2::uuid[], $3::uuid[]) with ordinality as gone(shard, profile_id, segment_id, number)
          where m.shard = gone.shard and m.profile_id = gone.profile_id and m.segment_id = gone.segment_id
          returning gone.number::int as number, m.stands_for as "standsFor"`,
          keysOf(exited),
        )
      : [],
  ]);
  return gone.flatMap(({ number, standsFor }) => {
    const exit = exited[number - 1];
    return exit && standsFor ? exitsOfAbsorbed(exit, standsFor) : [];
  });
}

function keysOf(changes: readonly NewChange[]): [Buffer, Buffer, Buffer] {
  return [
    ints(changes.map((change) => change.shard)),
    uuids(changes.map((change) => change.profileId)),
    uuids(changes.map((change) => change.segmentId)),
  ];
}
