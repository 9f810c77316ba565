import { expectNoErrors, gql, newTenant, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

let tenant: TestServer;

beforeAll(async () => {
  const server = await startServer();
  tenant = { ...server, ...(await newTenant(server)) };
  const define = `mutation {
    number: defineAttribute(input: { key: "age", type: NUMBER }) { userErrors { code } }
    list: defineAttribute(input: { key: "sizes", type: NUMBER_LIST }) { userErrors { code } }
    flag: defineAttribute(input: { key: "isNew", type: BOOLEAN }) { userErrors { code } }
    date: defineAttribute(input: { key: "since", type: DATE }) { userErrors { code } }
    any: defineAttribute(input: { key: "extra", type: JSON }) { userErrors { code } } }`;
  const data = expectNoErrors(await gql(tenant, define)) as Record<string, { userErrors: unknown[] }>;
  expect(Object.values(data).flatMap(({ userErrors }) => userErrors)).toEqual([]);
});

const ask = (rule: object) =>
  gql(tenant, `query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } }`, { rule });
const attribute = (key: string, is: object) => ({ attribute: { key, is } });
const purchase = (is: object) => ({ event: { type: 'purchase', where: [{ path: 'total', is }] } });

it.each([
  attribute('age', { gte: 18 }),
  attribute('age', { between: { from: 18, to: 65 } }),
  attribute('age', { in: [1, 2] }),
  attribute('age', { exists: false }),
  attribute('city', { startsWith: 'G' }),
  attribute('city', { gt: 'G' }),
  attribute('sizes', { hasAny: [38, 39] }),
  attribute('sizes', { equals: [38] }),
  attribute('isNew', { equals: true }),
  attribute('since', { gte: '2026' }),
  attribute('since', { withinLast: { days: 1 } }),
  attribute('extra', { contains: 'x' }),
  attribute('extra', { withinLast: { days: 1 } }),
  attribute('nobody-defined-this', { hasAny: [1] }),
  purchase({ gt: 10 }),
  { derived: { key: 'total_spend', is: { gt: 10 } } },
  { derived: { key: 'last_purchase_at', is: { moreThanAgo: { days: 30 } } } },
  { derived: { key: 'current_tier', is: { equals: 'gold' } } },
])('%j can be asked', async (rule) => {
  expect(expectNoErrors(await ask(rule)).previewSegment.count).toBe(0);
});

it.each<[object, string[]]>([
  [attribute('age', { gte: '18' }), ['attribute', 'is', 'gte']],
  [attribute('age', { contains: '1' }), ['attribute', 'is', 'contains']],
  [attribute('age', { in: [1, '2'] }), ['attribute', 'is', 'in', '1']],
  [attribute('age', { withinLast: { days: 1 } }), ['attribute', 'is', 'withinLast']],
  [attribute('age', { between: { from: 'a', to: 'b' } }), ['attribute', 'is', 'between', 'from']],
  [attribute('city', { equals: 7 }), ['attribute', 'is', 'equals']],
  [attribute('city', { hasAny: ['x'] }), ['attribute', 'is', 'hasAny']],
  [attribute('sizes', { hasAny: ['38'] }), ['attribute', 'is', 'hasAny', '0']],
  [attribute('sizes', { gt: 3 }), ['attribute', 'is', 'gt']],
  [attribute('isNew', { equals: 'yes' }), ['attribute', 'is', 'equals']],
  [attribute('isNew', { lt: 1 }), ['attribute', 'is', 'lt']],
  [attribute('since', { equals: '2026-02-31' }), ['attribute', 'is', 'equals']],
  [attribute('since', { startsWith: '2026' }), ['attribute', 'is', 'startsWith']],
  [purchase({ contains: '9' }), ['event', 'where', '0', 'is', 'contains']],
  [{ derived: { key: 'total_spend', is: { gt: '10' } } }, ['derived', 'is', 'gt']],
  [{ derived: { key: 'last_purchase_at', is: { gt: 5 } } }, ['derived', 'is', 'gt']],
  [
    { event: { type: 'x', aggregate: { function: 'SUM', path: 'y', is: { contains: '1' } } } },
    ['event', 'aggregate', 'is', 'contains'],
  ],
])('%j does not fit the type, and is refused with its place', async (rule, path) => {
  const { errors } = await ask(rule);
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'RULE_INVALID', argumentPath: ['rule', ...path] });
});
