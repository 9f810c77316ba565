import { sql } from 'kysely';
import { moneyOf } from '../../events/index.js';
import { parseAggregate } from './aggregate.js';
import type { Aggregate } from './aggregate.js';
import { earliest } from '../earliest.js';
import { parseProperties, readingOf, stepsOf } from './event-conditions.js';
import type { EventPasses } from './event-passes.js';
import type { OfEvent } from './event-row.js';
import { EventsWithin } from './events-within.js';
import { parseFollowing } from './following-events.js';
import { parsePeriod } from './period.js';
import type { Dependency } from '../dependency.js';
import type { RuleContext } from '../rule-context.js';
import type { RulePath } from '../rule-path.js';
import type { Sql } from '../sql.js';

/** Which events of a person are meant, and figures over them. */
export interface SelectedEvents {
  /** Where a figure over them can be read. @param rest more conditions that an event must meet, and see `EventFigure` */
  figure(
    passes: EventPasses,
    of: OfEvent,
    rest?: { conditions?: readonly OfEvent[]; ofNone?: number | undefined },
  ): Sql;
  /** When time alone next changes which they are; null = never. */
  nextChange(passes: EventPasses): Sql | null;
  /** When the next event that is dated ahead begins to count. */
  begins(passes: EventPasses): Sql;
  dependsOn: readonly Dependency[];
  words: readonly string[];
  /** Where a personal property decides which they are; absent = none does. */
  personal: RulePath | undefined;
}

/** Which events are meant, as rules say it. */
export interface EventsInput {
  type?: unknown;
  where?: unknown;
  withinLast?: unknown;
  from?: unknown;
  to?: unknown;
  followedBy?: unknown;
  notFollowedBy?: unknown;
}

/** @throws OnefoldError RULE_INVALID with the path of the offending place */
export function selectEvents(given: EventsInput, path: RulePath, context: RuleContext): SelectedEvents {
  const type = typeof given.type === 'string' ? given.type : null;
  const name = type === null ? undefined : context.names?.eventType(type, [...path, 'type']);
  const properties = parseProperties(given.where, [...path, 'where'], readingOf(type, context));
  const following = parseFollowing(given, path, { context });
  const period = parsePeriod(given, path);
  const ofEvent = [...properties.conditions, ...following.conditions];
  const lasting = [...properties.lasting, ...following.lasting];
  const turns = [...properties.turns, ...following.turns];
  // The quickest to answer first.
  const conditions = [...period.conditions, ...ofEvent];
  const since = period.from && sql`${period.from}::timestamptz`;
  return {
    figure: (passes, of, { conditions: more = [], ofNone } = {}) =>
      passes.figure({ type, conditions: [...conditions, ...more], since, figure: of, ofNone }),
    nextChange: (passes) => {
      const ofPeriod = period.nextChange && passes.figure({ type, ...period.nextChange(ofEvent) });
      const turn = (of: OfEvent) =>
        passes.figure({ type, conditions: lasting, since: null, figure: (row) => sql`min(${of(row)})` });
      return earliest([ofPeriod, ...turns.map(turn)]);
    },
    begins: (passes) =>
      earliest([
        passes.figure({ type, ...period.begins(properties.lasting) }),
        ...following.begins.map((of) =>
          passes.figure({
            ...{ type, conditions: [...period.conditions, ...properties.lasting], since },
            figure: (row) => sql`min(${of(row)})`,
          }),
        ),
      ]),
    dependsOn: [
      new EventsWithin(type, period, properties.needs),
      ...properties.dependsOn,
      ...following.dependsOn,
    ],
    words: [
      type === null ? 'of any type' : `of type ${type}${name?.mark ?? ''}`,
      ...properties.words,
      ...period.words,
      ...following.words,
    ],
    personal: properties.personal ?? following.personal,
  };
}

/** Figures that look at numbers alone. */
const OF_NUMBERS: ReadonlySet<string> = new Set(['SUM', 'SUM_BY_CURRENCY', 'AVERAGE', 'MINIMUM', 'MAXIMUM']);

/** The figure that is asked of these events. @throws OnefoldError RULE_INVALID with the path of the offending place */
export function aggregateOf(
  { type }: { type?: unknown },
  path: RulePath,
  context: RuleContext,
  input: unknown,
): Aggregate {
  const ofType = typeof type === 'string' ? type : null;
  const reading = readingOf(ofType, context);
  const aggregate = parseAggregate(input, path, {
    stepsOf: (property, here) => stepsOf(property, here, reading),
    typeOf: (property) => reading.typeOf(property),
    privacyOf: (property) => reading.privacyOf(property),
    amountsOf: ofType === null ? [] : [moneyOf(ofType)],
    currency: context.currency ?? 'USD',
    currencyKeyOf: (property) => (ofType === null ? undefined : context.currencyKey?.(ofType, property)),
  });
  const { path: property, function: figure } = input as { path?: string | null; function: string };
  if (!reading.names || !property) return aggregate;
  const here = [...path, 'path'];
  const name = reading.names.property(reading.eventType, property, here);
  if (OF_NUMBERS.has(figure) && !context.isSaved) reading.names.sum(name, here);
  return { ...aggregate, words: `${aggregate.words}${name.mark}` };
}
