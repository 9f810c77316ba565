import { sql } from 'kysely';
import type { RequestContext } from '../access/index.js';
import { ints, uuids } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { compileSql, derivedFigure, EventPasses, ruleContextFor, vocabularyOf } from '../rules/index.js';
import type { CompiledSql, Vocabulary } from '../rules/index.js';

const SHARDS = Object.freeze({ parameter: 'shards' });
const PROFILES = Object.freeze({ parameter: 'profiles' });

const statements = new WeakMap<object, Map<string, CompiledSql>>();
const MAX_KEPT = 100;

/** Loads the values of derived attributes of many profiles, by key; those that are not known are null. */
export const derivedOfProfiles =
  (context: RequestContext, variant: string) =>
  async (profiles: readonly ProfileRef[]): Promise<Record<string, unknown>[]> => {
    const statement = statementFor(await vocabularyOf(context), variant);
    const rows = await context.query<{ id: string; values: unknown[] }>(
      statement.text,
      statement.values(
        context.clock.now(),
        new Map<object, unknown>([
          [SHARDS, ints(profiles.map(({ shard }) => shard))],
          [PROFILES, uuids(profiles.map(({ id }) => id))],
        ]),
      ),
    );
    const keys = JSON.parse(variant) as string[];
    const byId = new Map(rows.map((row) => [row.id, row.values]));
    return profiles.map(({ id }) =>
      Object.fromEntries(keys.map((key, index) => [key, byId.get(id)?.[index] ?? null])),
    );
  };

/** The same text for the same keys while the definitions live, so that the database prepares it. */
function statementFor(vocabulary: Vocabulary, variant: string): CompiledSql {
  const known = statements.get(vocabulary) ?? new Map<string, CompiledSql>();
  statements.set(vocabulary, known);
  let statement = known.get(variant);
  if (!statement) {
    if (known.size >= MAX_KEPT) known.clear();
    statement = compileSql(figures(vocabulary, JSON.parse(variant) as string[]));
    known.set(variant, statement);
  }
  return statement;
}

function figures(vocabulary: Vocabulary, keys: readonly string[]) {
  const context = ruleContextFor(vocabulary, 'SAVED');
  const passes = new EventPasses();
  const values = keys.flatMap((key) => {
    const definition = vocabulary.derived.get(key);
    return definition ? [derivedFigure(definition, context).value(passes).json] : [];
  });
  return sql`${sql.raw('/* derived attributes of profiles */')}
    select p.id, json_build_array(${sql.join(values)}) as values
    from unnest(${SHARDS}::int[], ${PROFILES}::uuid[]) as p(shard, id) ${passes.joins()}`;
}
