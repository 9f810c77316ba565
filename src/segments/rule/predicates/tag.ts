import { sql } from 'kysely';
import { didYouMean, OnefoldError } from '../../../platform/index.js';
import { LABEL_STANDING_FIRST } from '../../../profiles/index.js';
import type { LabelKind } from '../../../profiles/index.js';
import type { PredicateKind, Sql } from '../rule.js';
import { seenList } from '../seen-list.js';

/** Whether the person is marked with a tag. */
export const tag: PredicateKind = {
  field: 'tag',
  parse(input, path, { labels, isSaved }) {
    const { key } = input as { key: string };
    if (!isSaved && labels && !labels.tags.has(key))
      throw new OnefoldError('TAG_UNKNOWN', {
        path: [...path, 'key'],
        message: `There is no such tag.${didYouMean(key, labels.tags.keys())} See \`tags\` for those there are, or define it.`,
      });
    return {
      compile: () => hasLabel('TAG', key),
      nextChange: () => null,
      dependsOn: () => [`tag:${key}`],
      seen: { value: () => seenList(sql`select label as one from (${standing('TAG')}) l where is_on`) },
      describe: () => `are tagged ${key}`,
    };
  },
};

/** Whether a label stands for the person in row `p`; `byDefault` where nobody ever spoke of it. */
export function hasLabel(kind: 'TAG' | 'FACET', label: string, byDefault = false): Sql {
  return sql`coalesce((
    select l.is_on from profile_label l
    where l.shard = p.shard and l.profile_id = p.id and l.kind = ${kind}::text and l.label = ${label}::text
    order by ${sql.raw(LABEL_STANDING_FIRST)} limit 1
  ), ${byDefault}::boolean)`;
}

/** What stands for each label of a kind that was ever said of the person in row `p`. */
export function standing(kind: LabelKind): Sql {
  return sql`select distinct on (l.label) l.label, l.is_on from profile_label l
    where l.shard = p.shard and l.profile_id = p.id and l.kind = ${kind}::text
    order by l.label, ${sql.raw(LABEL_STANDING_FIRST)}`;
}
