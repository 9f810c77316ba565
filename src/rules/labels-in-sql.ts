import { sql } from 'kysely';
import { LABEL_STANDING_FIRST } from '../profiles/index.js';
import type { LabelKind } from '../profiles/index.js';
import type { EventPasses } from './events/event-passes.js';
import { firstAhead } from './first-ahead.js';
import type { Sql } from './sql.js';

interface LabelName {
  kind: 'TAG' | 'FACET';
  label: string;
}

/** Whether a label stands for the person in row `p`; `byDefault` where nobody ever spoke of it. */
export function hasLabel(passes: EventPasses, name: LabelName, byDefault = false): Sql {
  return sql`coalesce(${labelOf(passes, name)}, ${byDefault}::boolean)`;
}

/** The same, but null where nobody ever spoke of it. */
export function labelOf(passes: EventPasses, { kind, label }: LabelName): Sql {
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

/** When one of these labels next begins to be told of the person in row `p`. */
export function labelsBegin(kind: LabelKind, labels: readonly string[]): Sql {
  return firstAhead(sql`exists (
    select from jsonb_array_elements(a.facts -> 'labels') l
    where l ->> 'kind' = ${kind}::text and l ->> 'label' = any(${labels}::text[])
  )`);
}
