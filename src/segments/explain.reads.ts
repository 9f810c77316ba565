import { sql } from 'kysely';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { compileSql, EventPasses, explainRule, nodesOf } from '../rules/index.js';
import type { Explained, Rule, Sql } from '../rules/index.js';

/** A node of a rule, as it is answered for one person. */
export interface Answer {
  isMatch: boolean;
  seen: unknown;
  nextChangeAt: Date | null;
}

/** Answers every node of a rule for one person, in one statement. */
export async function explanationOf(
  tx: Pick<Transaction, 'query'>,
  { rule, profile, now }: { rule: Rule; profile: ProfileRef; now: Date },
): Promise<{ root: Explained; answers: ReadonlyMap<Explained, Answer> }> {
  const passes = new EventPasses();
  const root = explainRule(rule, passes);
  const nodes = nodesOf(root);
  const statement = compileSql(sql`
    select to_json(array[${sql.join(nodes.map(({ condition }) => condition))}]) as matches,
      json_build_array(${sql.join(nodes.map(({ seen }) => seen ?? sql`null`))}) as seen,
      json_build_array(${sql.join(nodes.map(({ nextChange }) => millisecondsOf(nextChange)))}) as next
    from profile p ${passes.joins()} where p.shard = ${profile.shard}::int and p.id = ${profile.id}::uuid`);
  const [row] = await tx.query<{ matches: boolean[]; seen: unknown[]; next: (number | null)[] }>(
    statement.text,
    statement.values(now),
  );
  if (!row) throw new Error('a profile that was found cannot be gone in the same snapshot');
  const answers = nodes.map((node, index): [Explained, Answer] => [
    node,
    {
      isMatch: row.matches[index] ?? false,
      seen: row.seen[index] ?? null,
      nextChangeAt: dateOf(row.next[index]),
    },
  ]);
  return { root, answers: new Map(answers) };
}

function millisecondsOf(instant: Sql | null): Sql {
  return instant ? sql`extract(epoch from (${instant})::timestamptz) * 1000` : sql`null`;
}

function dateOf(milliseconds: number | null | undefined): Date | null {
  return milliseconds == null ? null : new Date(milliseconds);
}
