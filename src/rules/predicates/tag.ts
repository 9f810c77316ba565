import { sql } from 'kysely';
import { didYouMean } from '../../platform/index.js';
import { labelDependency, LABEL_STANDING_FIRST } from '../../profiles/index.js';
import type { LabelKind } from '../../profiles/index.js';
import type { EventPasses } from '../event-passes.js';
import { labelsBegin } from '../facts-ahead.js';
import type { PredicateKind, Sql } from '../rule.js';
import { seenList } from '../seen-list.js';
import { unknownName } from '../unknown-name.js';

/** Whether the person is marked with a tag. */
export const tag: PredicateKind = {
  field: 'tag',
  parse(input, path, { labels, isSaved }) {
    const { key } = input as { key: string };
    if (!isSaved && labels && !labels.tags.has(key))
      throw unknownName('TAG_UNKNOWN', [...path, 'key'], {
        what: 'tag',
        meant: didYouMean(key, labels.tags.keys()),
        see: '`tags` for those there are, or define it',
      });
    return {
      compile: (passes) => hasLabel(passes, { kind: 'TAG', label: key }),
      holds: (passes) => labelOf(passes, { kind: 'TAG', label: key }),
      nextChange: () => null,
      begins: () => labelsBegin('TAG', [key]),
      dependsOn: () => [labelDependency('tag', key)],
      seen: { value: () => seenList(sql`select label as one from (${standing('TAG')}) l where is_on`) },
      describe: () => `are tagged ${key}`,
    };
  },
};

interface LabelName {
  kind: 'TAG' | 'FACET';
  label: string;
}

/** Whether a label stands for the person in row `p`; `byDefault` where nobody ever spoke of it. */
export function hasLabel(passes: EventPasses, name: LabelName, byDefault = false): Sql {
  return sql`coalesce(${labelOf(passes, name)}, ${byDefault}::boolean)`;
}

/** The same, but null where nobody ever spoke of it. */
function labelOf(passes: EventPasses, { kind, label }: LabelName): Sql {
  const meant = sql`kind = ${kind}::text and label = ${label}::text`;
  const order = sql.raw(LABEL_STANDING_FIRST);
  return passes.value({
    ofOne: sql`(
      select l.is_on from profile_label l
      where l.shard = p.shard and l.profile_id = p.id and ${meant} order by ${order} limit 1
    )`,
    ofAll: (among) => sql`
      select distinct on (l.shard, l.profile_id) l.shard, l.profile_id, l.is_on as value
      from (select * from profile_label e where ${among} and ${meant}) l order by l.shard, l.profile_id, ${order}`,
  });
}

/** What stands for each label of a kind that was ever said of the person in row `p`. */
export function standing(kind: LabelKind): Sql {
  return sql`select distinct on (l.label) l.label, l.is_on from profile_label l
    where l.shard = p.shard and l.profile_id = p.id and l.kind = ${kind}::text
    order by l.label, ${sql.raw(LABEL_STANDING_FIRST)}`;
}
