import { sql } from 'kysely';
import { instantIn, jsonValue } from '../comparisons/json-value.js';
import type { JsonValue } from '../comparisons/json-value.js';
import type { Sql } from '../sql.js';

/** An event as it stands in a statement. */
export interface EventRow {
  shard: Sql;
  profileId: Sql;
  occurredAt: Sql;
  id: Sql;
  type: Sql;
  /** The ids of the events that it has come after, in a row of events; absent = none. */
  after?: readonly Sql[];
  /** @param steps of the path to it */
  property(steps: readonly string[]): JsonValue;
}

/** An expression over an event. */
export type OfEvent = (row: EventRow) => Sql;

/** A row of the table, under an alias: each property is read again wherever it is asked for. */
export function storedEvent(alias: string): EventRow {
  const column = (name: string) => sql.raw(`${alias}.${name}`);
  return {
    shard: column('shard'),
    profileId: column('profile_id'),
    occurredAt: column('occurred_at'),
    id: column('id'),
    type: column('type'),
    property: (steps) => propertyOf(column('properties'), steps),
  };
}

/** To look up a key is quicker than to follow a path. */
function propertyOf(properties: Sql, steps: readonly string[]): JsonValue {
  const [key] = steps;
  return steps.length === 1
    ? jsonValue(sql`(${properties} -> ${key}::text)`, sql`(${properties} ->> ${key}::text)`)
    : jsonValue(sql`(${properties} #> ${steps}::text[])`, sql`(${properties} #>> ${steps}::text[])`);
}

/**
 * Events of which each property that is asked for, and each form in which it is compared, is read once, however many
 * figures want it: fifty conditions on one property took ten times as long. They come from a subquery under the alias.
 */
export class ReadEvents {
  private readonly stored: EventRow;
  private readonly values: Columns;
  private readonly forms: Columns;
  readonly row: EventRow;

  constructor(private readonly alias: string) {
    this.stored = storedEvent(alias);
    this.values = new Columns(alias, 'v');
    this.forms = new Columns(alias, 'f');
    this.row = { ...this.stored, property: (steps) => this.property(steps) };
  }

  /** What follows `from`. @param condition that decides which events are read */
  from(condition: Sql): Sql {
    const alias = sql.raw(this.alias);
    const events = sql`event ${alias} where ${condition}`;
    if (this.values.isEmpty) return events;
    const { shard, profileId, occurredAt, id, type } = this.stored;
    const columns = [shard, profileId, occurredAt, id, type, ...this.values.all()];
    // `offset 0` keeps each expression where it is.
    const read = sql`(select ${sql.join(columns)} from ${events} offset 0) ${alias}`;
    return this.forms.isEmpty
      ? read
      : sql`(select ${alias}.*, ${sql.join(this.forms.all())} from ${read} offset 0) ${alias}`;
  }

  private property(steps: readonly string[]): JsonValue {
    const name = JSON.stringify(steps);
    const json = this.values.ref(name, () => this.stored.property(steps).json);
    const form = (kind: 'number' | 'text' | 'plain') =>
      this.forms.ref(`${kind} ${name}`, () => jsonValue(json)[kind]);
    return {
      json,
      get number() {
        return form('number');
      },
      get text() {
        return form('text');
      },
      get plain() {
        return form('plain');
      },
      // Not a form of its own: of most values the first letters tell enough.
      instant: (timeZone) => instantIn(form('plain')).instant(timeZone),
      instantText: (timeZone) => instantIn(form('plain')).instantText(timeZone),
    };
  }
}

/** Expressions that are columns of a subquery, each once. */
class Columns {
  private readonly expressions = new Map<string, Sql>();

  constructor(
    private readonly alias: string,
    private readonly letter: string,
  ) {}

  get isEmpty(): boolean {
    return this.expressions.size === 0;
  }

  /** @param name the same for what says the same */
  ref(name: string, expression: () => Sql): Sql {
    if (!this.expressions.has(name)) this.expressions.set(name, expression());
    return sql.raw(`${this.alias}.${this.letter}${[...this.expressions.keys()].indexOf(name)}`);
  }

  all(): Sql[] {
    return [...this.expressions.values()].map(
      (one, index) => sql`${one} as ${sql.raw(`${this.letter}${index}`)}`,
    );
  }
}
