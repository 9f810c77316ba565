/** Rules as people write them, and the same by hand as SQL over all profiles: `$1` and `$2` bound the shards. */
export interface TypicalRule {
  name: string;
  rule: object;
  /** A select of shard and id. */
  sql: string;
  /** Where time alone moves people: a select of shard, id, and the next instant at which it may. */
  due?: string;
}

const MINE = `p.shard >= $1 and p.shard < $2 and p.merged_into is null`;
const EVENTS = `e.shard >= $1 and e.shard < $2`;
/** When the first event of a type leaves a window. */
const leaving = (
  type: string,
  days: number,
) => `select e.shard, e.profile_id as id, min(e.occurred_at) + interval '${days} days' as next
  from event e where ${EVENTS} and e.type = '${type}' and e.occurred_at > now() - interval '${days} days' and e.occurred_at <= now()
  group by e.shard, e.profile_id`;
const total = `(e.properties ->> 'total')::numeric`;

export const TYPICAL_RULES: readonly TypicalRule[] = [
  {
    name: 'from Ghent',
    rule: { attribute: { key: 'city', is: { equals: 'Ghent' } } },
    sql: `select p.shard, p.id from profile p where ${MINE} and p.attributes ->> 'city' = 'Ghent'`,
  },
  {
    name: 'bought lately',
    rule: { event: { type: 'purchase', withinLast: { days: 30 } } },
    sql: `select p.shard, p.id from profile p where ${MINE} and exists (
      select from event e where e.shard = p.shard and e.profile_id = p.id and e.type = 'purchase'
        and e.occurred_at > now() - interval '30 days' and e.occurred_at <= now())`,
    due: leaving('purchase', 30),
  },
  {
    name: 'lapsing big spenders',
    rule: {
      all: [
        { derived: { key: 'total_spend', is: { gte: 300 } } },
        { not: { event: { type: 'purchase', withinLast: { days: 30 } } } },
      ],
    },
    sql: `select p.shard, p.id from profile p join (
        select e.shard, e.profile_id, sum(${total}) as spent,
          bool_or(e.occurred_at > now() - interval '30 days' and e.occurred_at <= now()) as lately
        from event e where ${EVENTS} and e.type = 'purchase' group by e.shard, e.profile_id
      ) s on s.shard = p.shard and s.profile_id = p.id
      where ${MINE} and s.spent >= 300 and not s.lately`,
    due: leaving('purchase', 30),
  },
  {
    name: 'several large purchases since a date',
    rule: {
      event: {
        type: 'purchase',
        from: '2026-01-01T00:00:00Z',
        where: [{ path: 'total', is: { gt: 50 } }],
        count: { atLeast: 3 },
      },
    },
    sql: `select p.shard, p.id from profile p join (
        select e.shard, e.profile_id from event e
        where ${EVENTS} and e.type = 'purchase' and e.occurred_at >= '2026-01-01T00:00:00Z' and ${total} > 50
        group by e.shard, e.profile_id having count(*) >= 3
      ) s on s.shard = p.shard and s.profile_id = p.id where ${MINE}`,
  },
  {
    name: 'good customers who look around',
    rule: {
      all: [
        { attribute: { key: 'loyaltyStatus', is: { in: ['silver', 'gold'] } } },
        { event: { type: 'page_view', withinLast: { days: 90 }, count: { atLeast: 2 } } },
      ],
    },
    sql: `select p.shard, p.id from profile p join (
        select e.shard, e.profile_id from event e
        where ${EVENTS} and e.type = 'page_view' and e.occurred_at > now() - interval '90 days' and e.occurred_at <= now()
        group by e.shard, e.profile_id having count(*) >= 2
      ) s on s.shard = p.shard and s.profile_id = p.id
      where ${MINE} and p.attributes ->> 'loyaltyStatus' in ('silver', 'gold')`,
    due: leaving('page_view', 90),
  },
  {
    name: 'ending soon, or large orders',
    rule: {
      any: [
        { attribute: { key: 'contractEndDate', is: { withinNext: { days: 30 } } } },
        {
          event: { type: 'purchase', aggregate: { function: 'AVERAGE', path: 'total', is: { gte: 180 } } },
        },
      ],
    },
    sql: `select p.shard, p.id from profile p left join (
        select e.shard, e.profile_id, avg(${total}) as average
        from event e where ${EVENTS} and e.type = 'purchase' group by e.shard, e.profile_id
      ) s on s.shard = p.shard and s.profile_id = p.id
      where ${MINE} and (s.average >= 180
        or (p.attributes ->> 'contractEndDate')::timestamptz > now()
          and (p.attributes ->> 'contractEndDate')::timestamptz <= now() + interval '30 days')`,
    due: `select p.shard, p.id, case when ends > now() + interval '30 days' then ends - interval '30 days' else ends end as next
      from (select p.shard, p.id, (p.attributes ->> 'contractEndDate')::timestamptz as ends from profile p where ${MINE}) p
      where ends > now()`,
  },
];
