import { sql } from 'kysely';
import { OnefoldError } from '../../../platform/index.js';
import { invalid } from '../invalid.js';
import type { PredicateKind, RulePath, Sql } from '../rule.js';

interface IdentifierInput {
  namespace?: unknown;
  value?: unknown;
  validated?: unknown;
}

/** Whether the person has an identifier of a namespace, of which all that is asked is true. */
export const identifier: PredicateKind = {
  field: 'identifier',
  parse(input, path, context) {
    const { namespace, value, validated } = input as IdentifierInput;
    if (typeof namespace !== 'string')
      throw invalid([...path, 'namespace'], 'The key of a namespace is expected here.');
    const conditions: Sql[] = [
      sql`i.profile_shard = p.shard and i.profile_id = p.id and i.namespace = ${namespace}::text`,
    ];
    const wanted = typeof value === 'string' ? value : null;
    const canonical = within(path, () => (context.canonical ? context.canonical(namespace, wanted) : wanted));
    if (canonical !== null) conditions.push(sql`i.value = ${canonical}::text`);
    if (typeof validated === 'boolean')
      conditions.push(sql`(i.validated_at is not null) = ${validated}::boolean`);
    return {
      compile: () => sql`exists (select from identifier i where ${sql.join(conditions, sql` and `)})`,
      nextChange: () => null,
      dependsOn: () => ['identifier'],
      describe: () =>
        [
          `have an identifier of the namespace ${namespace}`,
          ...(canonical === null ? [] : [`that is "${canonical}"`]),
          ...(typeof validated === 'boolean'
            ? [validated ? 'that is validated' : 'that is not validated']
            : []),
        ].join(' '),
    };
  },
};

function within<T>(path: RulePath, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof OnefoldError)) throw error;
    throw new OnefoldError(error.code, { message: error.message, path: [...path, ...error.inputPath] });
  }
}
