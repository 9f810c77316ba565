/** Everything that is known of one person, as a page of a customer 360 asks for it. Ids are left out: SQL has none. */
export const PROFILE_PAGE = `query ($id: ID!) {
  profile(id: $id) {
    name email phone lifecycle createdAt updatedAt
    attributes { key value setAt source { key name } }
    identifiers { nodes { namespaceKey value semanticType label firstSeenAt lastSeenAt verifiedAt verifiedBy source { key } } }
    events(first: 20) { nodes { type occurredAt receivedAt properties source { key } } pageInfo { hasNextPage } }
    channels { nodes {
      type endpoint isActive isReachable verifiedAt verifiedBy firstSeenAt lastSeenAt source { key }
      consents { purposeKey state at expiresAt legalBasis evidence source { key } }
    } }
    isContactable(channel: EMAIL)
    consentHistory(first: 20) { nodes { channelType endpoint purposeKey state at source { key } } }
    tags { tag { key label } setAt source { key } }
    terms { term { taxonomyKey key } setAt source { key } }
    facets { schema { key } adoptedAt completeness } completeness
    segments { nodes { enteredAt segment { key name } } }
    segmentHistory(first: 20) { nodes { kind at cause segment { key } } }
    mergedFrom { nodes { mergedAt } }
  }
}`;

/** An instant as GraphQL shows it. */
const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const CONSENT_RANK = `array_position(array['REVOKED', 'DENIED', 'PENDING', 'UNKNOWN', 'GRANTED'], n.state)`;
/** Those that are shipped: here they are part of the statement, as they are part of Onefold. */
const SCHEMAS = `(values ('customer', array['firstName', 'lastName', 'birthDate', 'city', 'country', 'language'], true),
  ('member', array['member.type', 'member.startDate', 'member.expiryDate'], false),
  ('student', array['student.school', 'student.startDate', 'student.endDate'], false)) as f(key, attributes, is_default)`;

/** The same JSON in one statement; $1 = the shard, $2 = the id. */
export const PROFILE_PAGE_SQL = `
select json_build_object(
  'name', coalesce(p.attributes ->> 'displayName', nullif(concat_ws(' ', p.attributes ->> 'firstName', p.attributes ->> 'lastName'), '')),
  'email', coalesce(
    (select i.value from identifier i where i.profile_shard = p.shard and i.profile_id = p.id and i.namespace = 'email' order by i.label = 'main' desc nulls last, i.first_seen_at, i.value limit 1),
    (select c.endpoint from channel c where c.shard = p.shard and c.profile_id = p.id and c.type = any(array['EMAIL']) and c.is_active is not false and c.is_reachable is not false
      order by array_position(array['EMAIL'], c.type), c.first_seen_at limit 1)),
  'phone', coalesce(
    (select i.value from identifier i where i.profile_shard = p.shard and i.profile_id = p.id and i.namespace = 'phone' order by i.label = 'main' desc nulls last, i.first_seen_at, i.value limit 1),
    (select c.endpoint from channel c where c.shard = p.shard and c.profile_id = p.id and c.type = any(array['PHONE', 'SMS', 'WHATSAPP']) and c.is_active is not false and c.is_reachable is not false
      order by array_position(array['PHONE', 'SMS', 'WHATSAPP'], c.type), c.first_seen_at limit 1)),
  'lifecycle', case
    when exists (select from event e where e.shard = p.shard and e.profile_id = p.id and e.type = 'purchase' and e.occurred_at <= now()) then 'CUSTOMER'
    when exists (select from identifier i where i.profile_shard = p.shard and i.profile_id = p.id and i.namespace in ('email', 'phone') and i.validated_at is not null)
      or exists (select from channel c where c.shard = p.shard and c.profile_id = p.id and c.verified_at is not null) then 'CONTACT'
    when (exists (select from identifier i where i.profile_shard = p.shard and i.profile_id = p.id and i.namespace = 'external')
        or btrim(concat(p.attributes ->> 'displayName', p.attributes ->> 'firstName', p.attributes ->> 'lastName')) <> '') and (
      exists (select from identifier i where i.profile_shard = p.shard and i.profile_id = p.id and i.namespace in ('email', 'phone'))
      or exists (select from channel c where c.shard = p.shard and c.profile_id = p.id)) then 'LEAD'
    else 'ANONYMOUS' end,
  'createdAt', ${instant('p.created_at')}, 'updatedAt', ${instant('p.updated_at')},
  'attributes', coalesce((
    select json_agg(json_build_object('key', a.key, 'value', a.value,
      'setAt', split_part(p.provenance ->> a.key, ' ', 1), 'source', json_build_object('key', s.key, 'name', s.name)) order by a.key collate "C")
    from jsonb_each(p.attributes) a left join source s on s.id = split_part(p.provenance ->> a.key, ' ', 2)::uuid
  ), '[]'),
  'identifiers', json_build_object('nodes', coalesce((
    select json_agg(json_build_object('namespaceKey', i.namespace, 'value', i.value, 'semanticType', upper(i.namespace), 'label', i.label,
      'firstSeenAt', ${instant('i.first_seen_at')}, 'lastSeenAt', ${instant('i.last_seen_at')},
      'verifiedAt', ${instant('i.validated_at')}, 'verifiedBy', i.validated_by, 'source', json_build_object('key', s.key))
      order by i.first_seen_at, i.namespace, i.value)
    from identifier i left join source s on s.id = i.source_id where i.profile_shard = p.shard and i.profile_id = p.id
  ), '[]')),
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
  'channels', json_build_object('nodes', coalesce((
    select json_agg(json_build_object('type', c.type, 'endpoint', c.endpoint, 'isActive', c.active, 'isReachable', c.is_reachable,
      'verifiedAt', ${instant('c.verified_at')}, 'verifiedBy', c.verified_by, 'firstSeenAt', ${instant('c.first_seen_at')},
      'lastSeenAt', ${instant('c.last_seen_at')}, 'source', json_build_object('key', s.key), 'consents', coalesce((
        select json_agg(json_build_object('purposeKey', n.purpose, 'state', n.state, 'at', ${instant('n.at')}, 'expiresAt', ${instant('n.expires_at')},
          'legalBasis', n.legal_basis, 'evidence', n.evidence, 'source', json_build_object('key', t.key)) order by n.purpose collate "C")
        from (select distinct on (n.purpose) n.* from consent_change n
          where n.shard = p.shard and n.profile_id = p.id and n.type = c.type and n.endpoint = c.endpoint and n.at <= now() and (n.expires_at is null or n.expires_at > now())
          order by n.purpose, n.at desc, ${CONSENT_RANK}, n.expires_at desc nulls first, n.source_id, n.id) n
        left join source t on t.id = n.source_id
      ), '[]')) order by c.type collate "C", c.first_seen_at)
    from (select c.*, coalesce(c.is_active, true) as active from channel c where c.shard = p.shard and c.profile_id = p.id) c
    left join source s on s.id = c.source_id
  ), '[]')),
  'isContactable', exists (
    select from channel c where c.shard = p.shard and c.profile_id = p.id and c.type = 'EMAIL' and coalesce(c.is_active, true) and coalesce(c.is_reachable, true)
      and (select n.state from consent_change n where n.shard = p.shard and n.profile_id = p.id and n.type = c.type and n.endpoint = c.endpoint and n.purpose = 'marketing'
        and n.at <= now() and (n.expires_at is null or n.expires_at > now()) order by n.at desc, ${CONSENT_RANK} limit 1) = 'GRANTED'
  ),
  'consentHistory', json_build_object('nodes', coalesce((
    select json_agg(json_build_object('channelType', n.type, 'endpoint', n.endpoint, 'purposeKey', n.purpose, 'state', n.state, 'at', ${instant('n.at')}, 'source', json_build_object('key', s.key)) order by n.at desc, n.id desc)
    from (select * from consent_change n where n.shard = p.shard and n.profile_id = p.id order by n.at desc, n.id desc limit 20) n
    left join source s on s.id = n.source_id
  ), '[]')),
  'tags', coalesce((
    select json_agg(json_build_object('tag', json_build_object('key', l.label, 'label', d.body ->> 'label'), 'setAt', ${instant('l.at')}, 'source', json_build_object('key', s.key)) order by l.label collate "C")
    from profile_label l join definition d on d.workspace_id = p.shard >> 8 and d.kind = 'TAG' and d.key = l.label left join source s on s.id = l.source_id
    where l.shard = p.shard and l.profile_id = p.id and l.kind = 'TAG' and l.is_on
  ), '[]'),
  'terms', coalesce((
    select json_agg(json_build_object('term', json_build_object('taxonomyKey', split_part(l.label, '/', 1), 'key', split_part(l.label, '/', 2)), 'setAt', ${instant('l.at')}, 'source', json_build_object('key', s.key)) order by l.label collate "C")
    from profile_label l left join source s on s.id = l.source_id
    where l.shard = p.shard and l.profile_id = p.id and l.kind = 'TERM' and l.is_on
  ), '[]'),
  'facets', coalesce((
    select json_agg(json_build_object('schema', json_build_object('key', f.key), 'adoptedAt', ${instant('l.at')}, 'completeness',
      (select floor(100.0 * count(*) filter (where p.attributes ? a) / count(*)) from unnest(f.attributes) a)) order by f.key)
    from ${SCHEMAS} left join profile_label l on l.shard = p.shard and l.profile_id = p.id and l.kind = 'FACET' and l.label = f.key
    where coalesce(l.is_on, f.is_default)
  ), '[]'),
  'completeness', (
    select floor(100.0 * count(*) filter (where p.attributes ? a) / count(*))
    from ${SCHEMAS} left join profile_label l on l.shard = p.shard and l.profile_id = p.id and l.kind = 'FACET' and l.label = f.key
    cross join unnest(f.attributes) a where coalesce(l.is_on, f.is_default)
  ),
  'segments', json_build_object('nodes', coalesce((
    select json_agg(json_build_object('enteredAt', ${instant('m.entered_at')}, 'segment', json_build_object('key', g.key, 'name', g.name)) order by m.entered_at, g.id)
    from membership m join segment g on g.id = m.segment_id where m.shard = p.shard and m.profile_id = p.id and g.deleted_at is null
  ), '[]')),
  'segmentHistory', json_build_object('nodes', coalesce((
    select json_agg(json_build_object('kind', c.kind, 'at', ${instant('c.at')}, 'cause', c.cause, 'segment', json_build_object('key', g.key)) order by c.id desc)
    from (select * from change_log c where c.shard = p.shard and c.profile_id = p.id order by c.id desc limit 20) c
    join segment g on g.id = c.segment_id
  ), '[]')),
  'mergedFrom', json_build_object('nodes', coalesce((
    select json_agg(json_build_object('mergedAt', ${instant('m.at')}) order by m.id) from profile_merge m
    where m.shard = p.shard and m.survivor_id = p.id and m.undone_at is null
  ), '[]'))
) as page
from profile p where p.shard = $1 and p.id = $2`;
