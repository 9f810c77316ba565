import { sql } from 'kysely';
import type { Transaction } from '../platform/index.js';
import { compileSql, conditionOf, EventPasses } from '../rules/index.js';
import type { Rule } from '../rules/index.js';

/** Whether each rule fits a person about whom nothing is known. Throws when the database cannot run a rule. */
export async function fitsNewcomer(tx: Transaction, rules: readonly Rule[]): Promise<boolean[]> {
  const passes = new EventPasses();
  const conditions = rules.map((rule) => conditionOf(rule, passes));
  const statement = compileSql(sql`
    select to_json(array[${sql.join(conditions)}]) as answers
    from (select -1 as shard, '00000000-0000-0000-0000-000000000000'::uuid as id, '{}'::jsonb as attributes) as p
    ${passes.joins()}`);
  const [row] = await tx.query<{ answers: boolean[] }>(statement.text, statement.values(new Date(0)));
  return row?.answers ?? [];
}
