import { sql } from 'kysely';
import { didYouMean } from '../../../platform/index.js';
import type { OnefoldError } from '../../../platform/index.js';
import {
  labelDependency,
  LABEL_STANDING_FIRST,
  termLabel,
  withDescendants,
} from '../../../profiles/index.js';
import { orFalse } from '../../comparisons/comparison.js';
import { earliest } from '../../earliest.js';
import type { EventPasses } from '../../events/event-passes.js';
import { hasLabel, labelsBegin, standing } from '../../labels-in-sql.js';
import type { PredicateKind } from '../../predicate-kind.js';
import type { RulePath } from '../../rule-path.js';
import type { Sql } from '../../sql.js';
import { seenList } from '../../seen-list.js';
import { unknownName } from '../../unknown-name.js';
import { TermRuleInput } from './term-rule.type.js';

interface TermInput {
  taxonomy: string;
  term: string;
  includeDescendants?: boolean;
}

/** Whether the person is sorted under a term of a taxonomy, or under one below it. */
export const term: PredicateKind = {
  field: 'term',
  input: { type: TermRuleInput, description: 'A term of the person.' },
  parse(input, path, { labels, isSaved }) {
    const { taxonomy, term: key, includeDescendants: isDeep = true } = input as TermInput;
    const definition = labels?.taxonomies.get(taxonomy);
    const wanted = definition ? withDescendants(definition, key) : [];
    if (!isSaved && labels && wanted.length === 0)
      throw definition
        ? unknown(
            [...path, 'term'],
            'term',
            didYouMean(
              key,
              definition.terms.map((one) => one.key),
            ),
          )
        : unknown([...path, 'taxonomy'], 'taxonomy', didYouMean(taxonomy, labels.taxonomies.keys()));
    const names = (isDeep ? wanted : wanted.slice(0, 1)).map((one) => termLabel({ taxonomy, term: one }));
    const schemas = definition?.schemas ?? null;
    const meant = sql`kind = 'TERM' and label = any(${names}::text[])`;
    const order = sql.raw(LABEL_STANDING_FIRST);
    const held = (passes: EventPasses) =>
      passes.value({
        ofOne: sql`exists (
          select from (
            select distinct on (l.label) l.is_on from profile_label l
            where l.shard = p.shard and l.profile_id = p.id and ${meant} order by l.label, ${order}
          ) l where l.is_on
        )`,
        ofAll: (among) => sql`
          select l.shard, l.profile_id, bool_or(l.is_on) as value from (
            select distinct on (l.shard, l.profile_id, l.label) l.shard, l.profile_id, l.is_on
            from (select * from profile_label e where ${among} and ${meant}) l
            order by l.shard, l.profile_id, l.label, ${order}
          ) l group by l.shard, l.profile_id`,
      });
    const answer = (passes: EventPasses, isHeld: Sql) => {
      if (names.length === 0 || schemas?.length === 0) return sql`false`;
      if (!schemas) return isHeld;
      const applies = schemas.map((schema) =>
        hasLabel(passes, { kind: 'FACET', label: schema }, labels?.schemas.get(schema)?.isDefault),
      );
      return sql`(${isHeld} and (${sql.join(applies, sql` or `)}))`;
    };
    return {
      compile: (passes) => answer(passes, orFalse(held(passes))),
      holds: (passes) => answer(passes, held(passes)),
      nextChange: () => null,
      begins: () => earliest([labelsBegin('TERM', names), labelsBegin('FACET', schemas ?? [])]),
      dependsOn: () => [
        labelDependency('term', taxonomy),
        ...(schemas ?? []).map((schema) => labelDependency('facet', schema)),
      ],
      seen: {
        value: () =>
          seenList(sql`select substr(label, ${taxonomy.length + 2}::int) as one from (${standing('TERM')}) l
            where is_on and starts_with(label, ${termLabel({ taxonomy, term: '' })}::text)`),
      },
      describe: () => `are sorted under ${key} of ${taxonomy}${isDeep ? '' : ' itself'}`,
    };
  },
};

function unknown(path: RulePath, what: string, meant: string): OnefoldError {
  return unknownName('TERM_UNKNOWN', path, {
    what,
    meant,
    see: '`taxonomies` for those there are, or add it',
  });
}
