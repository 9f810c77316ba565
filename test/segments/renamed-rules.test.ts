import { asAdmin, expectNoErrors, gql, item, seed, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

/** Each as an older server kept it, and as it is kept now. */
const RULES: [name: string, was: object, is: object][] = [
  [
    'an identifier',
    { identifier: { namespace: 'email', validated: true } },
    { identifier: { namespace: 'email', isVerified: true } },
  ],
  [
    'a channel',
    { channel: { type: 'EMAIL', reachable: false, verified: true } },
    { channel: { type: 'EMAIL', isReachable: false, isVerified: true } },
  ],
  [
    'a term',
    { term: { taxonomy: 'themes', term: 'delivery', withDescendants: false } },
    { term: { taxonomy: 'themes', term: 'delivery', includeDescendants: false } },
  ],
  [
    'all, any and not, in their order',
    {
      all: [
        { any: [{ identifier: { namespace: 'email', validated: false } }, { any: [] }, { all: [] }] },
        { not: { not: { channel: { type: 'SMS', verified: false } } } },
      ],
    },
    {
      all: [
        { any: [{ identifier: { namespace: 'email', isVerified: false } }, { any: [] }, { all: [] }] },
        { not: { not: { channel: { type: 'SMS', isVerified: false } } } },
      ],
    },
  ],
  ...[
    { attribute: { key: 'validated', is: { equals: { validated: true, channel: { verified: true } } } } },
    { attribute: { key: 'city', is: { in: ['validated', 'reachable'] } } },
    { event: { type: 'visit', where: [{ path: 'verified', is: { equals: { reachable: true } } }] } },
    { identifier: { namespace: 'external', value: '"validated":' } },
    { all: [] },
  ].map((rule): [string, object, object] => [`nothing of ${JSON.stringify(rule)}`, rule, rule]),
];

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

/** What an older server stores goes past this one. */
const store = (text: string, values: unknown[] = []) =>
  asAdmin(server.databaseUrl, async (client) => {
    await client.query(text, values);
    await client.query('update workspace set catalogue_version = catalogue_version + 1');
  });

async function draft(key: string, rule: object) {
  const text = `mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { userErrors { code path } } }`;
  const input = { key, name: key, rule, exitRule: rule, targetState: 'DRAFT', allowUndefined: true };
  expect(expectNoErrors(await gql(server, text, { input })).createSegment.userErrors).toEqual([]);
}

it.each(RULES)(
  '%s is shown under the names of today, and stored under those of older servers',
  async (name, was, is) => {
    const key = `s${RULES.findIndex(([one]) => one === name)}`;
    await draft(key, is);
    const stored = async () =>
      (
        await asAdmin(server.databaseUrl, (client) =>
          client.query(
            `select s.rule, s.exit_rule, v.rule as said, v.exit_rule as exit_said
          from segment s join segment_version v on v.segment_id = s.id where s.key = $1`,
            [key],
          ),
        )
      ).rows;
    expect(await stored()).toEqual([{ rule: was, exit_rule: was, said: was, exit_said: was }]);
    const query = `query ($key: String!) { segment(key: $key) { rule exitRule versions { nodes { rule exitRule } } } }`;
    const shown = { rule: is, exitRule: is, versions: { nodes: [{ rule: is, exitRule: is }] } };
    expect(expectNoErrors(await gql(server, query, { key })).segment).toEqual(shown);
    const update = `mutation ($input: UpdateSegmentInput!) { updateSegment(input: $input) { segment { versions { nodes { number } } } userErrors { code } } }`;
    const input = { key, rule: is, allowUndefined: true };
    expect(expectNoErrors(await gql(server, update, { input })).updateSegment).toEqual({
      segment: { versions: { nodes: [{ number: 1 }] } },
      userErrors: [],
    });
  },
);

it('what an older server has stored asks for what it says', async () => {
  const [, bob] = await seed(server, [
    item({ email: 'ada@example.com' }),
    item({ email: 'bob@example.com' }),
  ]);
  const verify = `mutation { verifyIdentifier(input: { namespace: "email", value: "bob@example.com", method: CODE }) { userErrors { code } } }`;
  expectNoErrors(await gql(server, verify));
  await draft('verified', { all: [] });
  await store(`update segment set rule = $1, exit_rule = null where key = 'verified'`, [
    JSON.stringify({ identifier: { namespace: 'email', validated: true } }),
  ]);
  const query = '{ profiles(where: { segment: { key: "verified" } }) { nodes { id } } }';
  expect(expectNoErrors(await gql(server, query)).profiles.nodes).toEqual([{ id: bob }]);
});
