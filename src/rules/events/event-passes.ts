import { sql } from 'kysely';
import { compileSql } from '../compile-sql.js';
import { ReadEvents, storedEvent } from './event-row.js';
import type { EventRow, OfEvent } from './event-row.js';
import type { Sql } from '../sql.js';

/** A figure over those events of the person that have a type and meet conditions. */
export interface EventFigure {
  /** Null = of any. */
  type: string | null;
  conditions: readonly OfEvent[];
  /** An instant before which no event can count; null when there is none. */
  since: Sql | null;
  /** An aggregate, such as `count(*)`. */
  figure: OfEvent;
  /** What it comes to where there is no event; absent = null. */
  ofNone?: number | undefined;
}

/** A value of each person that is read off the rows of another table. */
interface ValueAside {
  /** Of the person in row `p`. */
  ofOne: Sql;
  /** A select of `shard`, `profile_id` and `value`, one row for each person who has rows. @param among conditions over a row `e` of any table of people */
  ofAll: (among: Sql) => Sql;
}

interface Pass {
  alias: string;
  type: string | null;
  columns: Map<string, Pick<EventFigure, 'figure' | 'conditions'>>;
  bounds: Sql[] | null;
  users: Set<number>;
}

/** PostgreSQL's select lists end at 1,664 columns; long before that a second pass costs nothing that matters. */
const MAX_FIGURES = 200;

/** As it is called in a pass. */
const EVENT = 'e';
const STORED = storedEvent(EVENT);

/**
 * The passes over a person's events that a statement makes: one for each type of event, however many questions
 * there are about it, and each figure is computed once, however many rules want it. Going through the index once
 * for each question instead took four times as long with twenty segments.
 */
export class EventPasses {
  private readonly passes: Pass[] = [];
  /** By what they say: in a statement about all people. */
  private readonly asides = new Map<string, Sql>();

  /**
   * @param allOf conditions over `e`: the statement is about all people whose events these are, and goes through them
   * once instead of person by person
   */
  constructor(private readonly allOf: readonly Sql[] | null = null) {}

  /** Which of the statement's rules is being compiled: a pass notes who needs it. */
  user = 0;

  /** @returns the expression under which the figure can be read in the statement */
  figure({ type, conditions, since, figure, ofNone }: EventFigure): Sql {
    const name = nameOf(filtered({ figure, conditions }, STORED));
    const pass = this.passFor(type, name);
    pass.users.add(this.user);
    if (since) pass.bounds?.push(since);
    else pass.bounds = null;
    if (!pass.columns.has(name)) pass.columns.set(name, { figure, conditions });
    const column = sql.ref(`${pass.alias}.c${[...pass.columns.keys()].indexOf(name)}`);
    return this.allOf && ofNone !== undefined ? sql`coalesce(${column}, ${sql.lit(ofNone)})` : column;
  }

  /** @returns the expression under which the value can be read in the statement; null where there is no row */
  value({ ofOne, ofAll }: ValueAside): Sql {
    if (!this.allOf) return ofOne;
    const values = ofAll(all(this.allOf));
    const name = nameOf(values);
    this.asides.set(name, values);
    return sql.ref(`aside${[...this.asides.keys()].indexOf(name)}.value`);
  }

  /**
   * The joins that make the passes, for a row `p` of profile.
   * @param isWanted for the rules that use a pass, whether any of them is asked of the row; absent = always
   */
  joins(isWanted?: (users: ReadonlySet<number>) => Sql): Sql {
    return sql.join([...this.passJoins(isWanted), ...this.asideJoins()], sql` `);
  }

  private passJoins(isWanted?: (users: ReadonlySet<number>) => Sql): Sql[] {
    return this.passes.map((pass) => {
      const alias = sql.ref(pass.alias);
      const figures = this.figuresOf(pass);
      if (this.allOf)
        return sql`left join (${figures}) as ${alias} on ${alias}.shard = p.shard and ${alias}.profile_id = p.id`;
      if (!isWanted) return sql`cross join lateral (${figures}) as ${alias}`;
      // `offset 0` keeps the question outside: a pass that is not wanted is not even begun.
      return sql`left join lateral (
          select * from (${figures} offset 0) as figures where ${isWanted(pass.users)} offset 0
        ) as ${alias} on true`;
    });
  }

  private asideJoins(): Sql[] {
    return [...this.asides.values()].map((values, index) => {
      const alias = sql.ref(`aside${index}`);
      return sql`left join (${values}) as ${alias} on ${alias}.shard = p.shard and ${alias}.profile_id = p.id`;
    });
  }

  private figuresOf({ type, columns, bounds }: Pass): Sql {
    const read = new ReadEvents(EVENT);
    // The database shares a pass over everybody out among its workers, but not what stands behind `offset 0`.
    const row = this.allOf ? STORED : read.row;
    const figures = [...columns.values()];
    const shared = sharedConditions(figures);
    const which = [...shared.values()].map((condition) => [condition(STORED), condition(row)] as const);
    const [early, late] = [which.filter(saysTheSame), which.filter((one) => !saysTheSame(one))];
    const computed = figures.map(({ figure, conditions }, index) => {
      const own = conditions.filter((condition) => !shared.has(nameOf(condition(STORED))));
      return sql`${filtered({ figure, conditions: own }, row)} as ${sql.ref(`c${index}`)}`;
    });
    const events = read.from(
      all([
        ...(this.allOf ?? [sql`e.shard = p.shard and e.profile_id = p.id`]),
        ...(type === null ? [] : [sql`e.type = ${type}::text`]),
        ...(bounds ? [sql`e.occurred_at >= least(${sql.join(distinct(bounds))})`] : []),
        ...early.map(([stored]) => stored),
      ]),
    );
    const meant = late.length > 0 ? sql`where ${all(late.map(([, condition]) => condition))}` : sql``;
    return this.allOf
      ? sql`select e.shard, e.profile_id, ${sql.join(computed)} from ${events} ${meant} group by e.shard, e.profile_id`
      : sql`select ${sql.join(computed)} from ${events} ${meant}`;
  }

  /** The pass that computes the figure already, or else one that has room for it. */
  private passFor(type: string | null, figure: string): Pass {
    const ofType = this.passes.filter((pass) => pass.type === type);
    const known =
      ofType.find((pass) => pass.columns.has(figure)) ??
      ofType.find((pass) => pass.columns.size < MAX_FIGURES);
    if (known) return known;
    const alias = `events${this.passes.length}`;
    const pass: Pass = { alias, type, columns: new Map(), bounds: [], users: new Set() };
    this.passes.push(pass);
    return pass;
  }
}

function filtered({ figure, conditions }: Pick<EventFigure, 'figure' | 'conditions'>, row: EventRow): Sql {
  if (conditions.length === 0) return figure(row);
  return sql`${figure(row)} filter (where ${all(conditions.map((condition) => condition(row)))})`;
}

function all(conditions: readonly Sql[]): Sql {
  return sql.join(conditions, sql` and `);
}

/** What an event must meet for any of the figures: the others need not be looked at. By what they say. */
function sharedConditions(figures: readonly Pick<EventFigure, 'conditions'>[]): ReadonlyMap<string, OfEvent> {
  const [first, ...others] = figures.map(
    ({ conditions }) => new Map(conditions.map((condition) => [nameOf(condition(STORED)), condition])),
  );
  return new Map([...(first ?? [])].filter(([name]) => others.every((one) => one.has(name))));
}

/** Whether it reads nothing that is read once, and so can decide which events are read at all. */
function saysTheSame([stored, read]: readonly [Sql, Sql]): boolean {
  return nameOf(stored) === nameOf(read);
}

function distinct(fragments: readonly Sql[]): Sql[] {
  return [...new Map(fragments.map((fragment) => [nameOf(fragment), fragment])).values()];
}

/** The same for fragments that say the same. */
function nameOf(fragment: Sql): string {
  const { text, parameters } = compileSql(fragment);
  return JSON.stringify([text, parameters]);
}
