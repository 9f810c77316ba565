import { sql } from 'kysely';
import type { Transaction } from '../platform/index.js';
import { compileSql, conditionOf, dependenciesOf, EventPasses, EventsWithin } from '../rules/index.js';
import type { Rule, Sql } from '../rules/index.js';

/** Some of the people, by conditions over their row `p`, and over the rows `e` of their events. */
export interface Among {
  people: Sql;
  events: readonly Sql[];
}

const SAMPLE = 1_000;
/** With fewer people than this left it is quicker to look the events of each of them up. */
const FEW = 0.25;

/**
 * How a statement about many people goes through their events: all of them once, or, where most people are ruled out by
 * what needs no events, person by person. The database cannot tell: it knows nothing of what is in JSON.
 */
export async function passesFor(
  tx: Transaction,
  rule: Rule,
  { among, now }: { among: Among; now: Date },
): Promise<EventPasses> {
  const plain = rule.kind === 'all' ? rule.rules.filter((one) => !asksForEvents(one)) : [];
  if (plain.length > 0 && asksForEvents(rule)) {
    const condition = conditionOf({ kind: 'all', rules: plain }, new EventPasses());
    const statement = compileSql(sql`
      select coalesce(avg(${condition}::int), 0)::float8 as left from (
        select * from profile p where ${among.people} limit ${SAMPLE}::int
      ) p`);
    const [row] = await tx.searching<{ left: number }>(statement.text, statement.values(now));
    if ((row?.left ?? 0) < FEW) return new EventPasses();
  }
  return new EventPasses(among.events);
}

function asksForEvents(rule: Rule): boolean {
  return [...dependenciesOf(rule).values()].some((one) => one instanceof EventsWithin);
}
