import type { TypicalRule } from './typical-rules.ts';

/** A rule of each kind of predicate, and the same by hand, over a crowd of which everything is known. */

const MINE = `p.shard >= $1 and p.shard < $2 and p.merged_into is null`;
const people = (condition: string) => `select p.shard, p.id from profile p where ${MINE} and ${condition}`;
const ends = `(p.attributes ->> 'contractEndDate')::timestamptz`;
const total = `(e.properties ->> 'total')::numeric`;
const currency = `coalesce(upper(e.properties ->> 'currency'), 'USD')`;
const spent = `sum(${total}) filter (where e.type = 'purchase' and ${currency} = 'USD')`;
const refunded = `sum(abs(${total})) filter (where e.type = 'refund' and ${currency} = 'USD')`;
const lately = `e.occurred_at > now() - interval '90 days' and e.occurred_at <= now()`;

const attribute = (key: string, is: object) => ({ attribute: { key, is } });
const purchase = (rest: object) => ({ event: { type: 'purchase', ...rest } });

/** People of whom a figure over their events of a type is true. */
const having = (
  condition: string,
  events = `e.type = 'purchase'`,
) => `select p.shard, p.id from profile p join (
    select e.shard, e.profile_id from event e where e.shard >= $1 and e.shard < $2 and ${events}
    group by e.shard, e.profile_id having ${condition}
  ) s on s.shard = p.shard and s.profile_id = p.id where ${MINE}`;

/** People for whom the newest word on a label is that it is on. */
const labelled = (kind: string, labels: string) =>
  people(`exists (select from (
    select distinct on (l.shard, l.profile_id, l.label) l.shard, l.profile_id, l.is_on from profile_label l
    where l.shard >= $1 and l.shard < $2 and l.kind = '${kind}' and l.label in (${labels})
    order by l.shard, l.profile_id, l.label, l.at desc, l.is_on
  ) l where l.is_on and l.shard = p.shard and l.profile_id = p.id)`);

/** The next anniversary of a day, and today's, are in this year or the next. */
const birthday = `make_date(1972, extract(month from b)::int, extract(day from b)::int)`;
const today = `make_date(1972, extract(month from now())::int, extract(day from now())::int)`;

export const KIND_RULES: readonly TypicalRule[] = [
  {
    name: 'attribute, not equal',
    rule: attribute('loyaltyStatus', { notEquals: 'bronze' }),
    sql: people(`(p.attributes ->> 'loyaltyStatus' = 'bronze') is not true`),
  },
  {
    name: 'attribute, one of a list',
    rule: attribute('city', { in: ['Ghent', 'Bruges', 'Genk'] }),
    sql: people(`p.attributes ->> 'city' in ('Ghent', 'Bruges', 'Genk')`),
  },
  {
    name: 'attribute, number',
    rule: attribute('points', { gte: 900 }),
    sql: people(`(p.attributes -> 'points')::numeric >= 900`),
  },
  {
    name: 'attribute, range',
    rule: attribute('points', { between: { from: 100, to: 200 } }),
    sql: people(`(p.attributes -> 'points')::numeric between 100 and 200`),
  },
  {
    name: 'attribute, part of a text',
    rule: attribute('city', { contains: 'russ' }),
    sql: people(`strpos(p.attributes ->> 'city', 'russ') > 0`),
  },
  {
    name: 'attribute, list',
    rule: attribute('interests', { hasAny: ['golf', 'chess'] }),
    sql: people(`p.attributes -> 'interests' ?| array['golf', 'chess']`),
  },
  {
    name: 'attribute, is known',
    rule: attribute('points', { exists: false }),
    sql: people(`p.attributes ->> 'points' is null`),
  },
  {
    name: 'attribute, instant',
    rule: attribute('contractEndDate', { lt: '2027-01-01T00:00:00Z' }),
    sql: people(`${ends} < '2027-01-01T00:00:00Z'`),
  },
  {
    name: 'attribute, relative date',
    rule: attribute('contractEndDate', { withinNext: { days: 60 } }),
    sql: people(`${ends} > now() and ${ends} <= now() + interval '60 days'`),
  },
  {
    name: 'attribute, long ago',
    rule: attribute('contractEndDate', { moreThanAgo: { days: 10 } }),
    sql: people(`${ends} <= now() - interval '10 days'`),
  },
  {
    name: 'attribute, anniversary',
    rule: attribute('birthDate', { anniversaryWithinNext: { days: 7 } }),
    sql: `select p.shard, p.id from (
        select p.shard, p.id, (p.attributes ->> 'birthDate')::date as b from profile p where ${MINE}
      ) p where (${birthday} - ${today} + 366) % 366 <= 7`,
  },
  {
    name: 'identifier of a namespace',
    rule: { identifier: { namespace: 'email' } },
    sql: people(`exists (
      select from identifier i where i.profile_shard = p.shard and i.profile_id = p.id and i.namespace = 'email')`),
  },
  {
    name: 'identifier, verified',
    rule: { identifier: { namespace: 'email', isVerified: true } },
    sql: people(`exists (select from identifier i
      where i.profile_shard = p.shard and i.profile_id = p.id and i.namespace = 'email' and i.validated_at is not null)`),
  },
  {
    name: 'channel',
    rule: { channel: { type: 'EMAIL' } },
    // The newest word on an address decides: a person who was merged may have several.
    sql: people(`exists (select from channel c where c.shard = p.shard and c.profile_id = p.id and c.type = 'EMAIL'
      and c.is_active is not false and not exists (
        select from channel d where d.shard = c.shard and d.profile_id = c.profile_id and d.type = c.type
          and d.endpoint = c.endpoint and d.is_active is false
          and (c.active_at is null or (d.active_at, d.active_arrival) > (c.active_at, c.active_arrival))
      ))`),
  },
  {
    name: 'channel with consent',
    rule: { channel: { type: 'EMAIL', consent: 'GRANTED' } },
    sql: people(`exists (select from channel c join (
        select distinct on (s.shard, s.profile_id, s.endpoint) s.shard, s.profile_id, s.endpoint, s.state from (
          select s.*, bool_or(s.state in ('REVOKED', 'DENIED')) over (partition by s.shard, s.profile_id, s.endpoint order by s.at) as refused
          from consent_change s
          where s.shard >= $1 and s.shard < $2 and s.type = 'EMAIL' and s.purpose = 'marketing' and s.at <= now()
            and (s.expires_at is null or s.expires_at > now())
        ) s where not (s.state = 'GRANTED' and s.backing = 'NONE' and s.refused)
        order by s.shard, s.profile_id, s.endpoint, s.at desc
      ) s on s.shard = c.shard and s.profile_id = c.profile_id and s.endpoint = c.endpoint and s.state = 'GRANTED'
      where c.shard = p.shard and c.profile_id = p.id and c.type = 'EMAIL' and c.is_active is not false)`),
  },
  { name: 'tag', rule: { tag: { key: 'vip' } }, sql: labelled('TAG', `'vip'`) },
  {
    name: 'term',
    rule: { term: { taxonomy: 'pastimes', term: 'sport' } },
    sql: labelled('TERM', `'pastimes/sport', 'pastimes/golf'`),
  },
  { name: 'facet', rule: { facet: { schema: 'student' } }, sql: labelled('FACET', `'student'`) },
  { name: 'event, count', rule: purchase({ count: { atLeast: 3 } }), sql: having('count(*) >= 3') },
  {
    name: 'event, none',
    rule: { not: purchase({}) },
    sql: people(`not exists (
      select from event e where e.shard = p.shard and e.profile_id = p.id and e.type = 'purchase')`),
  },
  {
    name: 'event, condition',
    rule: purchase({ where: [{ path: 'category', is: { equals: 'c1' } }] }),
    sql: having('count(*) >= 1', `e.type = 'purchase' and e.properties ->> 'category' = 'c1'`),
  },
  {
    name: 'event, window',
    rule: purchase({ withinLast: { days: 90 } }),
    sql: having('count(*) >= 1', `e.type = 'purchase' and ${lately}`),
  },
  {
    name: 'event, sum',
    rule: purchase({ aggregate: { function: 'SUM', path: 'total', is: { gte: 500 } } }),
    sql: having(`sum(${total}) filter (where ${currency} = 'USD') >= 500`),
  },
  {
    name: 'event, nested property',
    rule: purchase({ where: [{ path: 'delivery.days', is: { gte: 8 } }] }),
    sql: having(
      'count(*) >= 1',
      `e.type = 'purchase' and (e.properties #>> '{delivery,days}')::numeric >= 8`,
    ),
  },
  {
    name: 'event, instant',
    rule: purchase({ where: [{ path: 'deliverBy', is: { gte: '2026-09-01T00:00:00Z' } }] }),
    sql: having(
      'count(*) >= 1',
      `e.type = 'purchase' and (e.properties ->> 'deliverBy')::timestamptz >= '2026-09-01T00:00:00Z'`,
    ),
  },
  {
    name: 'event, distinct values',
    rule: purchase({ aggregate: { function: 'DISTINCT', path: 'category', is: { gte: 3 } } }),
    sql: having(`count(distinct e.properties ->> 'category') >= 3`),
  },
  {
    name: 'event, last value',
    rule: purchase({ aggregate: { function: 'LAST', path: 'category', is: { equals: 'c1' } } }),
    sql: having(`(array_agg(e.properties ->> 'category' order by e.occurred_at desc, e.id desc))[1] = 'c1'`),
  },
  {
    name: 'event, not followed by another',
    rule: purchase({ notFollowedBy: { type: 'service_contact', within: { days: 30 } } }),
    sql: having(
      'count(*) >= 1',
      `e.type = 'purchase' and e.occurred_at <= now() - interval '30 days' and not exists (
        select from event f where f.shard = e.shard and f.profile_id = e.profile_id and f.type = 'service_contact'
          and f.occurred_at > e.occurred_at and f.occurred_at <= e.occurred_at + interval '30 days')`,
    ),
  },
  {
    name: 'derived, sum',
    rule: { derived: { key: 'total_spend', is: { gte: 500 } } },
    sql: having(`sum(${total}) filter (where ${currency} = 'USD') >= 500`),
  },
  {
    name: 'derived, sum less another',
    rule: { derived: { key: 'net_spend', is: { gte: 500 } } },
    sql: having(
      `coalesce(${spent} - ${refunded}, ${spent}, - ${refunded}) >= 500`,
      `e.type in ('purchase', 'refund')`,
    ),
  },
  {
    name: 'derived, sums by currency',
    rule: { derived: { key: 'spend_by_currency', is: { exists: true } } },
    sql: people(`exists (select from (
      select s.shard, s.profile_id, jsonb_object_agg(s.currency, s.total) as sums from (
        select e.shard, e.profile_id, ${currency} as currency, sum(${total}) as total from event e
        where e.shard >= $1 and e.shard < $2 and e.type = 'purchase' group by 1, 2, 3
      ) s group by 1, 2
    ) s where s.sums is not null and s.shard = p.shard and s.profile_id = p.id)`),
  },
  {
    name: 'derived, last time',
    rule: { derived: { key: 'last_purchase_at', is: { moreThanAgo: { days: 30 } } } },
    sql: having(`max(e.occurred_at) <= now() - interval '30 days'`),
  },
  {
    name: 'another segment',
    rule: { segment: { key: 'from-ghent' } },
    sql: people(`p.attributes ->> 'city' = 'Ghent'`),
  },
];

/** What the rules refer to. */
export const KIND_DEFINITIONS: readonly string[] = [
  'defineTag(input: { key: "vip", label: "VIP" }) { userErrors { message } }',
  `defineTaxonomy(input: { key: "pastimes", label: "Pastimes", terms: [
    { key: "sport", label: "Sport" }, { key: "golf", label: "Golf", parent: "sport" } ] }) { userErrors { message } }`,
  `createSegment(input: { key: "from-ghent", name: "From Ghent", targetState: DRAFT,
    rule: { attribute: { key: "city", is: { equals: "Ghent" } } } }) { userErrors { message } }`,
  ...[
    ['points', 'NUMBER'],
    ['interests', 'TEXT_LIST'],
  ].map(
    ([key, type]) => `defineAttribute(input: { key: "${key}", type: ${type} }) { userErrors { message } }`,
  ),
];
