import { sql } from 'kysely';
import { OnefoldError } from '../../../platform/index.js';
import { LABEL_STANDING_FIRST, termLabel, withDescendants } from '../../../profiles/index.js';
import { earliest } from '../earliest.js';
import { labelsBegin } from '../facts-ahead.js';
import type { PredicateKind, Sql } from '../rule.js';
import { hasLabel } from './tag.js';

interface TermInput {
  taxonomy: string;
  term: string;
  withDescendants?: boolean;
}

/** Whether the person is sorted under a term of a taxonomy, or under one below it. */
export const term: PredicateKind = {
  field: 'term',
  parse(input, path, { labels, isSaved }) {
    const { taxonomy, term: key, withDescendants: isDeep = true } = input as TermInput;
    const definition = labels?.taxonomies.get(taxonomy);
    const wanted = definition ? withDescendants(definition, key) : [];
    if (!isSaved && labels && wanted.length === 0)
      throw new OnefoldError('TERM_UNKNOWN', { path: [...path, 'term'] });
    const names = (isDeep ? wanted : wanted.slice(0, 1)).map((one) => termLabel({ taxonomy, term: one }));
    const roles = definition?.schemas ?? null;
    const isHeld = sql`exists (
      select from (
        select distinct on (l.label) l.is_on from profile_label l
        where l.shard = p.shard and l.profile_id = p.id and l.kind = 'TERM' and l.label = any(${names}::text[])
        order by l.label, ${sql.raw(LABEL_STANDING_FIRST)}
      ) l where l.is_on
    )`;
    const applies = (schema: string): Sql =>
      hasLabel('FACET', schema, labels?.schemas.get(schema)?.isDefault);
    return {
      compile: () => {
        if (names.length === 0 || roles?.length === 0) return sql`false`;
        return roles ? sql`(${isHeld} and (${sql.join(roles.map(applies), sql` or `)}))` : isHeld;
      },
      nextChange: () => null,
      begins: () => earliest([labelsBegin('TERM', names), labelsBegin('FACET', roles ?? [])]),
      dependsOn: () => [`term:${taxonomy}`, ...(roles ?? []).map((schema) => `facet:${schema}`)],
      describe: () => `are sorted under ${key} of ${taxonomy}${isDeep ? '' : ' itself'}`,
    };
  },
};
