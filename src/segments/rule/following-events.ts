import { sql } from 'kysely';
import { interval, parseDuration } from './duration.js';
import type { Duration } from './duration.js';
import { earliest } from './earliest.js';
import { parseProperties, readingOf } from './event-conditions.js';
import type { EventConditions } from './event-conditions.js';
import { EventsWithin } from './events-within.js';
import { invalid } from './invalid.js';
import { NOW } from './now.js';
import type { Dependency, RuleContext, RulePath, Sql } from './rule.js';

/** What must come after an event, or must not. */
export interface FollowingInput {
  followedBy?: unknown;
  notFollowedBy?: unknown;
}

/** Conditions of one event that are about those after it. */
export interface Following extends EventConditions {
  dependsOn: readonly Dependency[];
}

interface NextInput extends FollowingInput {
  type?: unknown;
  where?: unknown;
  within?: unknown;
}

interface Next {
  type: string;
  within: Duration;
  /** Over the row of the event that comes next: that it is one that is meant. */
  meant: Sql;
  /** For that row: when time alone next changes whether it is. */
  turn: Sql | null;
  words: string;
  dependsOn: readonly Dependency[];
}

/** Events in a row, the first included. */
const MAX_STEPS = 5;

/**
 * Reads what must follow an event, or must not. Without it there is nothing to ask.
 *
 * An event follows another when it is later, and by no more than the duration. That nothing has followed is known
 * when the duration is over, and not before.
 * @param row the alias of the first of the events in the statement
 * @throws OnefoldError RULE_INVALID with the path of the offending place
 */
export function parseFollowing(
  input: FollowingInput,
  path: RulePath,
  { context, row, steps = 1 }: { context: RuleContext; row: string; steps?: number },
): Following {
  const kinds = (['followedBy', 'notFollowedBy'] as const).filter((name) => input[name] != null);
  const parsed = kinds.map((name) => {
    const here = [...path, name];
    const next = `e${steps}`;
    const step = parseNext(input[name] as NextInput, here, { context, row: next, steps: steps + 1 });
    return conditionOn({ row, next, step, isDenied: name === 'notFollowedBy' });
  });
  return {
    conditions: parsed.map(({ condition }) => condition),
    lasting: parsed.filter(({ turn }) => !turn).map(({ condition }) => condition),
    turns: parsed.flatMap(({ turn }) => turn ?? []),
    words: parsed.map(({ words }) => words),
    dependsOn: parsed.flatMap(({ dependsOn }) => dependsOn),
  };
}

function parseNext(
  given: NextInput,
  path: RulePath,
  { context, row, steps }: { context: RuleContext; row: string; steps: number },
): Next {
  if (steps > MAX_STEPS) throw invalid(path, `At most ${MAX_STEPS} events can be asked for in a row.`);
  const { type } = given;
  if (typeof type !== 'string' || type === '')
    throw invalid([...path, 'type'], 'The type of an event is expected here.');
  const within = parseDuration(given.within, [...path, 'within']);
  const reading = readingOf(type, context);
  const properties = parseProperties(given.where, [...path, 'where'], { reading, row });
  const after = parseFollowing(given, path, { context, row, steps });
  const meant = [
    sql`${sql.raw(`${row}.type`)} = ${type}::text`,
    ...properties.conditions,
    ...after.conditions,
  ];
  return {
    type,
    within,
    meant: sql.join(meant, sql` and `),
    turn: earliest([...properties.turns, ...after.turns]),
    words: [`one of type ${type} within ${within.describe()}`, ...properties.words, ...after.words].join(' '),
    dependsOn: [new EventsWithin(type, null, null), ...after.dependsOn],
  };
}

interface Link {
  row: string;
  next: string;
  step: Next;
  isDenied: boolean;
}

function conditionOn({ row, next, step, isDenied }: Link) {
  const [first, second] = [sql.raw(`${row}.occurred_at`), sql.raw(`${next}.occurred_at`)];
  const end = sql`(${first} + ${interval(step.within)})`;
  const follows = sql`from event ${sql.raw(next)}
    where ${sql.raw(`${next}.shard`)} = ${sql.raw(`${row}.shard`)} and ${sql.raw(`${next}.profile_id`)} = ${sql.raw(`${row}.profile_id`)}
      and ${second} > ${first} and ${second} <= ${end}`;
  const exists = sql`exists (select ${follows} and ${step.meant})`;
  const turnOfNext = step.turn && sql`(select min(${step.turn}) ${follows})`;
  const over = sql`case when ${end} > ${NOW}::timestamptz then ${end} end`;
  return {
    condition: isDenied ? sql`(${end} <= ${NOW}::timestamptz and not ${exists})` : exists,
    turn: isDenied ? earliest([over, turnOfNext]) : turnOfNext,
    words: `${isDenied ? 'not followed by' : 'followed by'} ${step.words}`,
    dependsOn: step.dependsOn,
  };
}
