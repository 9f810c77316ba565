import { sql } from 'kysely';
import { asksPersonal } from '../../../profiles/index.js';
import { orFalse } from '../../comparisons/comparison.js';
import { maskComparison, parseComparison } from '../../comparisons/parse-comparison.js';
import { earliest } from '../../earliest.js';
import type { EventPasses } from '../../events/event-passes.js';
import { invalid, onlyField } from '../../invalid.js';
import { maskEvents } from '../../events/following-events.js';
import { numberValue } from '../../comparisons/json-value.js';
import { savedStepsOf } from '../../names.js';
import type { PredicateKind } from '../../predicate-kind.js';
import type { RuleContext } from '../../rule-context.js';
import type { RulePath } from '../../rule-path.js';
import type { Sql } from '../../sql.js';
import { aggregateOf, selectEvents } from '../../events/select-events.js';
import type { EventsInput } from '../../events/select-events.js';
import { EventRuleInput } from './event-rule.type.js';

interface EventInput extends EventsInput {
  count?: unknown;
  aggregate?: unknown;
}

const COUNTS: ReadonlyMap<string, readonly [Sql, string]> = new Map([
  ['atLeast', [sql`>=`, 'at least']],
  ['atMost', [sql`<=`, 'at most']],
  ['exactly', [sql`=`, 'exactly']],
]);
const MAX_COUNT = 1_000_000;

/** Counts the person's events of one type, with conditions on their properties, their time and what follows them. */
export const event: PredicateKind = {
  field: 'event',
  input: { type: EventRuleInput, description: 'What the person did.' },
  parse(input, path, context) {
    const given = input as EventInput;
    if (typeof given.type !== 'string' || given.type === '')
      throw invalid([...path, 'type'], 'The type of an event is expected here.');
    const events = selectEvents(given, path, context);
    const aggregate =
      given.aggregate == null ? null : aggregateOf(given, [...path, 'aggregate'], context, given.aggregate);
    const wanted = (given.aggregate as { is?: unknown } | null | undefined)?.is;
    const isPersonal = asksPersonal(aggregate?.privacy, wanted);
    const is =
      aggregate &&
      parseComparison(wanted, [...path, 'aggregate', 'is'], {
        timeZone: context.timeZone,
        type: aggregate.type,
        isMasked: isPersonal && context.isMasked,
      });
    // An aggregate speaks for itself, unless a count is asked for as well.
    const count = aggregate && given.count == null ? null : parseCount(given.count, [...path, 'count']);
    const value = (passes: EventPasses) =>
      aggregate?.shown(events.figure(passes, aggregate.figure, aggregate));
    const counted = (passes: EventPasses, ofNone?: 0) =>
      events.figure(passes, () => sql`count(*)`, { ofNone });
    const answer = (passes: EventPasses, isNeverNull: boolean) => {
      const shown = value(passes);
      const holds = is && shown && is.holds(shown);
      const answers = [
        ...(count ? [count.compile(counted(passes, isNeverNull || count.fitsNone ? 0 : undefined))] : []),
        ...(holds ? [isNeverNull ? orFalse(holds) : holds] : []),
      ];
      const [only, ...others] = answers;
      return only && others.length === 0 ? only : sql`(${sql.join(answers, sql` and `)})`;
    };
    return {
      compile: (passes) => answer(passes, true),
      holds: (passes) => answer(passes, false),
      nextChange: (passes) => {
        const shown = value(passes);
        const ofAggregate = shown && is?.nextChange?.(shown);
        const ofEvents = events.nextChange(passes);
        return ofAggregate ? earliest([ofEvents, ofAggregate]) : ofEvents;
      },
      begins: (passes) => events.begins(passes),
      seen: {
        value: (passes) => (value(passes) ?? numberValue(counted(passes, 0))).json,
        privacy: aggregate?.privacy,
      },
      personal: events.personal ?? (isPersonal ? [...path, 'aggregate', 'path'] : undefined),
      dependsOn: () => [...events.dependsOn, ...(aggregate?.dependsOn ?? []), ...(is?.dependsOn ?? [])],
      describe: () =>
        [
          'have',
          count?.words ?? 'events',
          ...events.words,
          ...(aggregate && is ? [`with a ${aggregate.words} that ${is.describe()}`] : []),
        ].join(' '),
    };
  },
  mask(input: SavedEvent, context) {
    const events = maskEvents(input, context);
    const { aggregate } = input;
    return aggregate ? { ...events, aggregate: maskAggregate(input, aggregate, context) } : events;
  },
};

interface SavedAggregate {
  path?: string | null;
  is: object;
}

type SavedEvent = Parameters<typeof maskEvents>[0] & { aggregate?: SavedAggregate | null };

function maskAggregate(
  { type }: SavedEvent,
  aggregate: SavedAggregate,
  { personal }: RuleContext,
): SavedAggregate {
  const privacy = aggregate.path ? personal?.property(type, savedStepsOf(aggregate.path)) : undefined;
  return asksPersonal(privacy, aggregate.is) ? { ...aggregate, is: maskComparison(aggregate.is) } : aggregate;
}

interface Count {
  compile(counted: Sql): Sql;
  /** Whether it is met where there is no event. */
  fitsNone: boolean;
  words: string;
}

function parseCount(input: unknown, path: RulePath): Count {
  const [name, operand] =
    input === undefined || input === null ? (['atLeast', 1] as const) : onlyField(input, path);
  const n = Number(operand);
  if (!Number.isInteger(n) || n < 0 || n > MAX_COUNT) {
    throw invalid([...path, name], 'A count is a whole number from 0 to 1,000,000.');
  }
  const comparison = COUNTS.get(name);
  if (!comparison) throw invalid([...path, name], 'A count is one of atLeast, atMost, exactly.');
  const [symbol, words] = comparison;
  return {
    compile: (counted) => sql`(${counted} ${symbol} ${sql.lit(n)}::bigint)`,
    fitsNone: n === 0 || name === 'atMost',
    words: `${words} ${n} ${n === 1 ? 'event' : 'events'}`,
  };
}
