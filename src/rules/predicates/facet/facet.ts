import { sql } from 'kysely';
import { didYouMean } from '../../../platform/index.js';
import { labelDependency } from '../../../profiles/index.js';
import { hasLabel, labelsBegin, standing } from '../../labels-in-sql.js';
import type { PredicateKind } from '../../predicate-kind.js';
import { seenList } from '../../seen-list.js';
import { unknownName } from '../../unknown-name.js';
import { FacetRuleInput } from './facet-rule.type.js';

/** Whether the person has a facet of a profile schema: adopted, or by default and not dropped. */
export const facet: PredicateKind = {
  field: 'facet',
  input: { type: FacetRuleInput, description: 'A facet of the person.' },
  parse(input, path, { labels, isSaved }) {
    const { schema } = input as { schema: string };
    const definition = labels?.schemas.get(schema);
    if (!isSaved && labels && !definition)
      throw unknownName('SCHEMA_UNKNOWN', [...path, 'schema'], {
        what: 'profile schema',
        meant: didYouMean(schema, labels.schemas.keys()),
        see: '`profileSchemas` for those there are, or define it',
      });
    const byDefault = [...(labels?.schemas.values() ?? [])].flatMap((one) => (one.isDefault ? one.key : []));
    return {
      compile: (passes) => hasLabel(passes, { kind: 'FACET', label: schema }, definition?.isDefault),
      nextChange: () => null,
      begins: () => labelsBegin('FACET', [schema]),
      dependsOn: () => [labelDependency('facet', schema)],
      seen: {
        value: () =>
          seenList(sql`select one from (
              select unnest(${byDefault}::text[]) as one union select label from (${standing('FACET')}) l where is_on
            ) held where one not in (select label from (${standing('FACET')}) l where not is_on)`),
      },
      describe: () => `have the facet ${schema}`,
    };
  },
};
