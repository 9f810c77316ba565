import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { NOW } from './now.js';
import type { Sql } from './rule.js';

/** SQL text whose parameters are known except for a few that are filled in at every run. */
export interface CompiledSql {
  text: string;
  parameters: readonly unknown[];
  /** @param given what stands for the placeholders among the parameters, such as NOW */
  values(given: ReadonlyMap<object, unknown>): unknown[];
}

const compiler = new Kysely<never>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

export function compileSql(fragment: Sql): CompiledSql {
  const { sql: text, parameters } = fragment.compile(compiler);
  return {
    text,
    parameters,
    values: (given) =>
      parameters.map((parameter) =>
        given.has(parameter as object) ? given.get(parameter as object) : parameter,
      ),
  };
}

export function atInstant(now: Date): ReadonlyMap<object, unknown> {
  return new Map([[NOW, now]]);
}
