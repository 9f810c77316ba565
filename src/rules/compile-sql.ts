import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { AtNow } from './now.js';
import type { Sql } from './sql.js';

/** SQL text whose parameters are known except for a few that are filled in at every run. */
export interface CompiledSql {
  text: string;
  parameters: readonly unknown[];
  /** @param others what stands for other placeholders among the parameters than those of instants */
  values(now: Date, others?: ReadonlyMap<object, unknown>): unknown[];
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
    values: (now, others) =>
      parameters.map((parameter) => {
        const value = parameter instanceof AtNow ? parameter.at(now) : parameter;
        // pg would write it in the zone of the machine, and lose the seconds that zones of old were off by.
        if (value instanceof Date) return value.toISOString();
        return others?.has(parameter as object) ? others.get(parameter as object) : value;
      }),
  };
}
