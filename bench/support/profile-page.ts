/** Everything that is known of one person, as a page of a customer 360 asks for it. Ids are left out: SQL has none. */
export const PROFILE_PAGE = `query ($id: ID!) {
  profile(id: $id) {
    name email phone createdAt updatedAt
    attributes { key value setAt source { key name } }
    identifiers { namespace value semanticType label firstSeenAt lastSeenAt validatedAt validatedBy source { key } }
    events(first: 20) { nodes { type occurredAt receivedAt properties source { key } } pageInfo { hasNextPage } }
    segments { enteredAt segment { key name } }
    segmentHistory(first: 20) { nodes { kind at cause segment { key } } }
    mergedFrom { at }
  }
}`;

/** An instant as GraphQL shows it. */
const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The same JSON in one statement; $1 = the shard, $2 = the id. */
export const PROFILE_PAGE_SQL = `
select json_build_object(
  'name', coalesce(p.attributes ->> 'displayName', nullif(concat_ws(' ', p.attributes ->> 'firstName', p.attributes ->> 'lastName'), '')),
  'email', (select i.value from identifier i where i.profile_shard = p.shard and i.profile_id = p.id and i.namespace = 'email' order by i.first_seen_at, i.value limit 1),
  'phone', (select i.value from identifier i where i.profile_shard = p.shard and i.profile_id = p.id and i.namespace = 'phone' order by i.first_seen_at, i.value limit 1),
  'createdAt', ${instant('p.created_at')}, 'updatedAt', ${instant('p.updated_at')},
  'attributes', coalesce((
    select json_agg(json_build_object('key', a.key, 'value', a.value,
      'setAt', p.provenance -> a.key ->> 'at', 'source', json_build_object('key', s.key, 'name', s.name)) order by a.key collate "C")
    from jsonb_each(p.attributes) a left join source s on s.id = (p.provenance -> a.key ->> 'source')::uuid
  ), '[]'),
  'identifiers', coalesce((
    select json_agg(json_build_object('namespace', i.namespace, 'value', i.value, 'semanticType', upper(i.namespace), 'label', i.label,
      'firstSeenAt', ${instant('i.first_seen_at')}, 'lastSeenAt', ${instant('i.last_seen_at')},
      'validatedAt', ${instant('i.validated_at')}, 'validatedBy', i.validated_by, 'source', json_build_object('key', s.key))
      order by i.first_seen_at, i.namespace, i.value)
    from identifier i left join source s on s.id = i.source_id where i.profile_shard = p.shard and i.profile_id = p.id
  ), '[]'),
  'events', (
    select json_build_object(
      'nodes', coalesce(json_agg(json_build_object('type', e.type, 'occurredAt', ${instant('e.occurred_at')}, 'receivedAt', ${instant('e.received_at')},
        'properties', e.properties, 'source', json_build_object('key', s.key)) order by e.occurred_at desc, e.id desc) filter (where e.number <= 20), '[]'),
      'pageInfo', json_build_object('hasNextPage', count(*) > 20))
    from (
      select e.*, row_number() over (order by e.occurred_at desc, e.id desc) as number from event e
      where e.shard = p.shard and e.profile_id = p.id order by e.occurred_at desc, e.id desc limit 21
    ) e left join source s on s.id = e.source_id
  ),
  'segments', coalesce((
    select json_agg(json_build_object('enteredAt', ${instant('m.entered_at')}, 'segment', json_build_object('key', g.key, 'name', g.name)) order by m.entered_at, g.id)
    from membership m join segment g on g.id = m.segment_id where m.shard = p.shard and m.profile_id = p.id and g.deleted_at is null
  ), '[]'),
  'segmentHistory', json_build_object('nodes', coalesce((
    select json_agg(json_build_object('kind', c.kind, 'at', ${instant('c.at')}, 'cause', c.cause, 'segment', json_build_object('key', g.key)) order by c.id desc)
    from (select * from membership_change c where c.shard = p.shard and c.profile_id = p.id order by c.id desc limit 20) c
    join segment g on g.id = c.segment_id
  ), '[]')),
  'mergedFrom', coalesce((
    select json_agg(json_build_object('at', ${instant('m.at')}) order by m.id) from profile_merge m
    where m.shard = p.shard and m.survivor_id = p.id and m.undone_at is null
  ), '[]')
) as page
from profile p where p.shard = $1 and p.id = $2`;
