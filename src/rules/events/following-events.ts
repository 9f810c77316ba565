import { sql } from 'kysely';
import { interval, parseDuration } from '../duration.js';
import type { Duration } from '../duration.js';
import { earliest } from '../earliest.js';
import { maskConditions, parseProperties, readingOf } from './event-conditions.js';
import type { EventConditions, PropertyRule } from './event-conditions.js';
import { storedEvent } from './event-row.js';
import type { EventRow, OfEvent } from './event-row.js';
import { ALWAYS, EventsWithin } from './events-within.js';
import { invalid } from '../invalid.js';
import { NOW } from '../now.js';
import { HAS_BEGUN } from './period.js';
import type { Dependency } from '../dependency.js';
import type { RuleContext } from '../rule-context.js';
import type { RulePath } from '../rule-path.js';
import type { Sql } from '../sql.js';

/** What must come after an event, or must not. */
export interface FollowingInput {
  followedBy?: unknown;
  notFollowedBy?: unknown;
}

/** Conditions of one event that are about those after it. */
export interface Following extends EventConditions {
  /** When the next of those after it that are dated ahead begins to count. */
  begins: readonly OfEvent[];
}

interface NextInput extends FollowingInput {
  type?: unknown;
  where?: unknown;
  within?: unknown;
}

interface Next {
  type: string;
  within: Duration;
  /** Of the event that comes next: that it is one that is meant. */
  meant: OfEvent;
  /** When time alone next changes whether it is. */
  turn: OfEvent | null;
  /** When the next of those after it that are dated ahead begins to count. */
  begins: readonly OfEvent[];
  words: string;
  personal: RulePath | undefined;
  dependsOn: readonly Dependency[];
}

/** Events in a row, the first included. */
const MAX_STEPS = 5;

/**
 * Reads what must follow an event, or must not. Without it there is nothing to ask.
 *
 * An event follows another when it is another one, not earlier, and later by no more than the duration: sources that
 * know no more than the second, or send a whole visit at once, give several events one instant. That nothing has
 * followed is known when the duration is over, and not before.
 * @param steps how many events have been asked for so far
 * @throws OnefoldError RULE_INVALID with the path of the offending place
 */
export function parseFollowing(
  input: FollowingInput,
  path: RulePath,
  { context, steps = 1 }: { context: RuleContext; steps?: number },
): Following {
  const kinds = (['followedBy', 'notFollowedBy'] as const).filter((name) => input[name] != null);
  const parsed = kinds.map((name) => {
    const here = [...path, name];
    const step = parseNext(input[name] as NextInput, here, { context, steps: steps + 1 });
    return conditionOn({ alias: `e${steps}`, step, isDenied: name === 'notFollowedBy' });
  });
  return {
    conditions: parsed.map(({ condition }) => condition),
    lasting: parsed.filter(({ turn }) => !turn).map(({ condition }) => condition),
    turns: parsed.flatMap(({ turn }) => turn ?? []),
    words: parsed.map(({ words }) => words),
    personal: parsed.find(({ personal }) => personal)?.personal,
    dependsOn: parsed.flatMap(({ dependsOn }) => dependsOn),
    begins: parsed.map(({ begins }) => begins),
  };
}

/** Events as they are saved, with conditions on those that follow. */
interface SavedEvents {
  type: string;
  where?: PropertyRule[] | null;
  followedBy?: SavedEvents | null;
  notFollowedBy?: SavedEvents | null;
}

/** The same with all that personal properties are compared with hidden. */
export function maskEvents<Saved extends SavedEvents>(saved: Saved, context: RuleContext): Saved {
  const { type, where, followedBy, notFollowedBy } = saved;
  return {
    ...saved,
    ...(where && { where: maskConditions(where, readingOf(type, context)) }),
    ...(followedBy && { followedBy: maskEvents(followedBy, context) }),
    ...(notFollowedBy && { notFollowedBy: maskEvents(notFollowedBy, context) }),
  };
}

function parseNext(
  given: NextInput,
  path: RulePath,
  { context, steps }: { context: RuleContext; steps: number },
): Next {
  if (steps > MAX_STEPS) throw invalid(path, `At most ${MAX_STEPS} events can be asked for in a row.`);
  const { type } = given;
  if (typeof type !== 'string' || type === '')
    throw invalid([...path, 'type'], 'The type of an event is expected here.');
  const name = context.names?.eventType(type, [...path, 'type']);
  const within = parseDuration(given.within, [...path, 'within']);
  const reading = readingOf(type, context);
  const properties = parseProperties(given.where, [...path, 'where'], reading);
  const after = parseFollowing(given, path, { context, steps });
  const conditions = [...properties.conditions, ...after.conditions];
  const [turn, ...turns] = [...properties.turns, ...after.turns];
  return {
    type,
    within,
    meant: (row) =>
      sql.join(
        [sql`${row.type} = ${type}::text`, HAS_BEGUN(row), ...conditions.map((condition) => condition(row))],
        sql` and `,
      ),
    turn: turn ? (row) => earliest([turn(row), ...turns.map((one) => one(row))]) : null,
    begins: after.begins,
    words: [
      `one of type ${type}${name?.mark ?? ''} within ${within.describe()}`,
      ...properties.words,
      ...after.words,
    ].join(' '),
    personal: properties.personal ?? after.personal,
    dependsOn: [
      new EventsWithin(type, ALWAYS, properties.needs),
      ...properties.dependsOn,
      ...after.dependsOn,
    ],
  };
}

interface Link {
  /** Of the event that comes next, in the statement. */
  alias: string;
  step: Next;
  isDenied: boolean;
}

function conditionOn({ alias, step, isDenied }: Link) {
  const stored = storedEvent(alias);
  const end = (row: EventRow) => sql`(${row.occurredAt} + ${interval(step.within)})`;
  const nextTo = (row: EventRow): EventRow => ({ ...stored, after: [row.id, ...(row.after ?? [])] });
  const follows = (row: EventRow) => sql`from event ${sql.ref(alias)}
    where ${stored.shard} = ${row.shard} and ${stored.profileId} = ${row.profileId}
      and ${stored.occurredAt} >= ${row.occurredAt} and ${stored.occurredAt} <= ${end(row)}
      and ${stored.id} not in (${sql.join(nextTo(row).after ?? [])})`;
  const exists = (row: EventRow) => sql`exists (select ${follows(row)} and ${step.meant(nextTo(row))})`;
  const firstOf = (of: OfEvent) => (row: EventRow) => sql`(select min(${of(nextTo(row))}) ${follows(row)})`;
  const turnOfNext = step.turn && firstOf(step.turn);
  const over = (row: EventRow) => sql`case when ${end(row)} > ${NOW}::timestamptz then ${end(row)} end`;
  const begin: OfEvent = (next) =>
    earliest([beginOf(next, step.type), ...step.begins.map((one) => one(next))]);
  return {
    condition: isDenied
      ? (row: EventRow) => sql`(${end(row)} <= ${NOW}::timestamptz and not ${exists(row)})`
      : exists,
    turn: isDenied ? (row: EventRow) => earliest([over(row), turnOfNext?.(row) ?? null]) : turnOfNext,
    begins: firstOf(begin),
    words: `${isDenied ? 'not followed by' : 'followed by'} ${step.words}`,
    personal: step.personal,
    dependsOn: step.dependsOn,
  };
}

function beginOf({ type, occurredAt }: EventRow, wanted: string): Sql {
  return sql`case when ${type} = ${wanted}::text and ${occurredAt} > ${NOW}::timestamptz then ${occurredAt} end`;
}
