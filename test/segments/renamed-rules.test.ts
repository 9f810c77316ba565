import { migrate } from '../../src/platform/index.js';
import { asAdmin, cloneDatabase, createSegment, item, seed, startServer } from '../kit/index.js';

const MIGRATION = 'Migration20261130200000_verified';

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
    { attribute: { key: 'city', is: { in: ['validated', { reachable: 1 }] } } },
    { event: { type: 'visit', where: [{ path: 'verified', is: { equals: { reachable: true } } }] } },
    { identifier: { namespace: 'external', value: '"validated":' } },
    { all: [] },
  ].map((rule): [string, object, object] => [`nothing of ${JSON.stringify(rule)}`, rule, rule]),
];

it('rules that an older server has kept are kept under the names of today', async () => {
  const databaseUrl = await cloneDatabase();
  const server = await startServer({ databaseUrl });
  await seed(server, [item({ email: 'ada@example.com' }), item({ external: 'bob' })]);
  for (const index of RULES.keys()) await createSegment(server, `s${index}`, { all: [] });
  await asAdmin(databaseUrl, async (client) => {
    for (const [index, [, was]] of RULES.entries()) {
      const values = [JSON.stringify(was), `s${index}`];
      await client.query('update segment set rule = $1, exit_rule = $1 where key = $2', values);
      await client.query(
        'update segment_version v set rule = $1, exit_rule = $1 from segment s where s.id = v.segment_id and s.key = $2',
        values,
      );
    }
    await client.query('alter table identifier rename column verified_at to validated_at');
    await client.query('alter table identifier rename column verified_by to validated_by');
    await client.query('delete from mikro_orm_migrations where name = $1', [MIGRATION]);
  });
  expect(await migrate(databaseUrl)).toEqual([MIGRATION]);

  const kept = await asAdmin(databaseUrl, async (client) => {
    const text = `select s.key, s.rule, s.exit_rule, v.rule as said, v.exit_rule as exit_said
      from segment s join segment_version v on v.segment_id = s.id`;
    const { rows } = await client.query<{ key: string; [name: string]: unknown }>(text);
    return new Map(rows.map(({ key, ...rules }) => [key, rules]));
  });
  const expected = RULES.map(([, , is]) => ({ rule: is, exit_rule: is, said: is, exit_said: is }));
  expect([...RULES.keys()].map((index) => kept.get(`s${index}`))).toEqual(expected);
});
