import { sql } from 'kysely';
import { bits, elementsOf, ints, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import type { ChangeKind } from './log-changes.js';
import { compileSql, conditionOf, earliest, EventPasses, nextChangeOf } from '../rules/index.js';
import type { CompiledSql, Sql } from '../rules/index.js';
import type { LiveSegment } from './live-segment.js';
import type { Shelf } from './shelves.js';

/** Which segments a profile is tried for. Profiles that are tried for the same ones should share the array. */
export interface Look {
  profile: ProfileRef;
  segments: readonly LiveSegment[];
}

/** What has come of a look. */
export interface Answer {
  /** When time alone may next change one of the answers. */
  next: Date | null;
  /** What the segments say otherwise than the memberships on record. */
  differences: readonly { segmentId: string; kind: ChangeKind }[];
  /** Whether it is in the segment, and stays there. */
  staysIn(segmentId: string): boolean;
}

interface Row {
  /** Which of the looks this answers, from 1. */
  look: number;
  /** The segments it is in: their ids in hexadecimal, one behind the other. */
  current: string | null;
  /** Which segments it fits, of those that were asked for at least: a bit each, in words, as the text of an array. */
  fits: string;
  next: Date | null;
}

/** A bit for each segment, by its place in the statement. */
type Words = readonly number[];

const FITS_NONE = /^[{}0,]*$/;
/** Bits in one of PostgreSQL's integers, its sign left alone. */
const WORD_BITS = 31;
const HEX_DIGITS = 32;

const SHARDS = Object.freeze({ parameter: 'shards' });
const PROFILES = Object.freeze({ parameter: 'profiles' });
const ASKED = Object.freeze({ parameter: 'asked' });

/**
 * Tries profiles for segments of one shelf, in one statement.
 * @returns an answer for each look; none where there is no such profile, which a shelf of events does not ask
 */
export async function askSegments(
  tx: Transaction,
  looks: readonly Look[],
  shelf: Shelf,
  now: Date,
): Promise<(Answer | undefined)[]> {
  const { statement, places } = questionFor(shelf);
  const asked = askedOf(looks, shelf.segments);
  const rows = await tx.query<Row>(
    statement.text,
    statement.values(
      now,
      new Map<object, unknown>([
        [SHARDS, ints(looks.map((look) => look.profile.shard))],
        [PROFILES, uuids(looks.map((look) => look.profile.id))],
        [ASKED, bits(asked.map((one) => one.text))],
      ]),
    ),
  );
  const answers: (Answer | undefined)[] = looks.map(() => undefined);
  for (const row of rows) answers[row.look - 1] = answerOf(row, asked[row.look - 1]?.words ?? [], places);
  return answers;
}

/** Where in a statement each segment stands. */
class Places {
  private readonly ids: readonly string[];
  private readonly byHex: ReadonlyMap<string, number>;

  constructor(segments: readonly LiveSegment[]) {
    this.ids = segments.map(({ definition }) => definition.id);
    this.byHex = new Map(this.ids.map((id, place) => [hexOf(id), place]));
  }

  idAt(place: number): string {
    return this.ids[place] ?? '';
  }

  of(segmentId: string): number | undefined {
    return this.byHex.get(hexOf(segmentId));
  }

  /** Segments that stand elsewhere are passed over. @param hex ids, one behind the other */
  wordsOf(hex: string): Words {
    const places: number[] = [];
    for (let at = 0; at < hex.length; at += HEX_DIGITS) {
      const place = this.byHex.get(hex.slice(at, at + HEX_DIGITS));
      if (place !== undefined) places.push(place);
    }
    return wordsWith(places, this.ids.length);
  }
}

function wordsWith(places: readonly number[], bits: number): Words {
  const words = new Array<number>(Math.ceil(bits / WORD_BITS)).fill(0);
  for (const place of places) {
    const word = Math.floor(place / WORD_BITS);
    words[word] = (words[word] ?? 0) | (1 << (place % WORD_BITS));
  }
  return words;
}

function hexOf(id: string): string {
  return id.replaceAll('-', '');
}

function answerOf({ current, fits, next }: Row, asked: Words, places: Places): Answer {
  // Mostly there is nothing to compare.
  if (current === null && FITS_NONE.test(fits)) return { next, differences: [], staysIn: () => false };
  const isIn = places.wordsOf(current ?? '');
  const belongs = elementsOf(fits).map(Number);
  const differs = asked.map((word, index) => word & ((isIn[index] ?? 0) ^ (belongs[index] ?? 0)));
  const differences = differs.flatMap((word, index) =>
    placesIn(word, index).map((place) => ({
      segmentId: places.idAt(place),
      kind: hasBit(belongs, place) ? ('ENTERED' as const) : ('EXITED' as const),
    })),
  );
  return {
    next,
    differences,
    staysIn(segmentId) {
      const place = places.of(segmentId);
      return place !== undefined && hasBit(isIn, place) && !hasBit(differs, place);
    },
  };
}

function placesIn(word: number, index: number): number[] {
  const found: number[] = [];
  for (let rest = word; rest !== 0; rest &= rest - 1)
    found.push(index * WORD_BITS + 31 - Math.clz32(rest & -rest));
  return found;
}

function hasBit(words: Words, place: number): boolean {
  return (((words[Math.floor(place / WORD_BITS)] ?? 0) >> (place % WORD_BITS)) & 1) === 1;
}

interface Asked {
  /** A zero or a one for each segment. */
  text: string;
  words: Words;
}

/** For each profile the segments that it is to be tried for. */
function askedOf(looks: readonly Look[], segments: readonly LiveSegment[]): Asked[] {
  const known = new Map<readonly LiveSegment[], Asked>();
  return looks.map((look) => {
    const asked = known.get(look.segments) ?? asking(new Set(look.segments), segments);
    known.set(look.segments, asked);
    return asked;
  });
}

function asking(wanted: ReadonlySet<LiveSegment>, segments: readonly LiveSegment[]): Asked {
  const places = segments.flatMap((segment, place) => (wanted.has(segment) ? [place] : []));
  return {
    text: segments.map((segment) => (wanted.has(segment) ? '1' : '0')).join(''),
    words: wordsWith(places, segments.length),
  };
}

interface Question {
  statement: CompiledSql;
  places: Places;
}

const questions = new WeakMap<Shelf, Question>();

/** The same text while the definitions live: prepared by the database. */
function questionFor(shelf: Shelf): Question {
  const known = questions.get(shelf);
  if (known) return known;
  const question = { statement: compileSql(evaluation(shelf)), places: new Places(shelf.segments) };
  questions.set(shelf, question);
  return question;
}

const PROFILE = sql`select * from profile p where p.shard = asked.shard and p.id = asked.id offset 0`;
const KEY_ALONE = sql`select asked.shard, asked.id`;

/**
 * What a profile is not tried for is not computed, nor are the events gone through for it. (Where only events are asked
 * for, what there is to compute is quicker done than the question.)
 */
function evaluation({ segments, isOfEvents }: Shelf): Sql {
  const passes = new EventPasses();
  const answers = segments.map(({ keptBy: rule }, index) => {
    passes.user = index;
    const asked = isOfEvents ? null : sql`get_bit(asked.segments, ${sql.lit(index)}) = 1`;
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
    select asked.look, encode(members.segments, 'hex') as current, array[${sql.join(words)}]::text as fits,
      ${earliest(answers.map(({ next }) => next)) ?? sql`null`}::timestamptz as next
    from (
      select unnest(${SHARDS}::int[]) as shard, unnest(${PROFILES}::uuid[]) as id, unnest(${ASKED}::bit varying[]) as segments,
        generate_subscripts(${SHARDS}::int[], 1) as look
    ) as asked
    cross join lateral (${isOfEvents ? KEY_ALONE : PROFILE}) p
    cross join lateral (
      select string_agg(uuid_send(m.segment_id), '') as segments
      from membership m where m.shard = p.shard and m.profile_id = p.id
    ) members
    ${passes.joins(isWanted)}`;
}
