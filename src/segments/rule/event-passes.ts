import { sql } from 'kysely';
import { compileSql } from './compile-sql.js';
import type { Sql } from './rule.js';

/** A figure over those events `e` of the person that have a type and meet conditions. */
export interface EventFigure {
  /** Null = of any. */
  type: string | null;
  conditions: readonly Sql[];
  /** An instant before which no event can count; null when there is none. */
  since: Sql | null;
  /** An aggregate, such as `count(*)`. */
  figure: Sql;
  /** What it comes to where there is no event; absent = null. */
  ofNone?: number | undefined;
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

/**
 * The passes over a person's events that a statement makes: one for each type of event, however many questions
 * there are about it, and each figure is reckoned once, however many rules want it. Going through the index once
 * for each question instead took four times as long with twenty segments.
 */
export class EventPasses {
  private readonly passes: Pass[] = [];

  /**
   * @param allOf conditions over `e`: the statement is about all people whose events these are, and goes through them
   * once instead of person by person
   */
  constructor(private readonly allOf: readonly Sql[] | null = null) {}

  /** Which of the statement's rules is being compiled: a pass notes who needs it. */
  user = 0;

  /** @returns the expression under which the figure can be read in the statement */
  figure({ type, conditions, since, figure, ofNone }: EventFigure): Sql {
    const name = nameOf(filtered(figure, conditions));
    const pass = this.passFor(type, name);
    pass.users.add(this.user);
    if (since) pass.bounds?.push(since);
    else pass.bounds = null;
    if (!pass.columns.has(name)) pass.columns.set(name, { figure, conditions });
    const column = sql.ref(`${pass.alias}.c${[...pass.columns.keys()].indexOf(name)}`);
    return this.allOf && ofNone !== undefined ? sql`coalesce(${column}, ${sql.lit(ofNone)})` : column;
  }

  /**
   * The joins that make the passes, for a row `p` of profile.
   * @param isWanted for the rules that use a pass, whether any of them is asked of the row; absent = always
   */
  joins(isWanted?: (users: ReadonlySet<number>) => Sql): Sql {
    return sql.join(
      [...this.passes].map((pass) => {
        const shared = sharedConditions([...pass.columns.values()]);
        const columns = [...pass.columns.values()].map(({ figure, conditions }, index) => {
          const own = conditions.filter((condition) => !shared.has(nameOf(condition)));
          return sql`${filtered(figure, own)} as ${sql.ref(`c${index}`)}`;
        });
        const conditions = [
          ...(this.allOf ?? [sql`e.shard = p.shard and e.profile_id = p.id`]),
          ...(pass.type === null ? [] : [sql`e.type = ${pass.type}::text`]),
          ...(pass.bounds ? [sql`e.occurred_at >= least(${sql.join(distinct(pass.bounds))})`] : []),
          ...shared.values(),
        ];
        const alias = sql.ref(pass.alias);
        const events = sql`from event e where ${sql.join(conditions, sql` and `)}`;
        if (this.allOf)
          return sql`left join (
            select e.shard, e.profile_id, ${sql.join(columns)} ${events} group by e.shard, e.profile_id
          ) as ${alias} on ${alias}.shard = p.shard and ${alias}.profile_id = p.id`;
        const figures = sql`select ${sql.join(columns)} ${events}`;
        if (!isWanted) return sql`cross join lateral (${figures}) as ${alias}`;
        // `offset 0` keeps the question outside: a pass that is not wanted is not even begun.
        return sql`left join lateral (
          select * from (${figures} offset 0) as figures where ${isWanted(pass.users)} offset 0
        ) as ${alias} on true`;
      }),
      sql` `,
    );
  }

  /** The pass that reckons the figure already, or else one that has room for it. */
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

function filtered(figure: Sql, conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? figure : sql`${figure} filter (where ${sql.join(conditions, sql` and `)})`;
}

/** What an event must meet for any of the figures: the others need not be looked at. By what they say. */
function sharedConditions(columns: readonly Pick<EventFigure, 'conditions'>[]): ReadonlyMap<string, Sql> {
  const [first, ...others] = columns.map(
    ({ conditions }) => new Map(conditions.map((condition) => [nameOf(condition), condition])),
  );
  return new Map([...(first ?? [])].filter(([name]) => others.every((one) => one.has(name))));
}

function distinct(fragments: readonly Sql[]): Sql[] {
  return [...new Map(fragments.map((fragment) => [nameOf(fragment), fragment])).values()];
}

/** The same for fragments that say the same. */
function nameOf(fragment: Sql): string {
  const { text, parameters } = compileSql(fragment);
  return JSON.stringify([text, parameters]);
}
