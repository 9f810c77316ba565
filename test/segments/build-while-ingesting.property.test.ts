import fc from 'fast-check';
import { Builder } from '../../src/segments/builder.js';
import {
  eventually,
  expectNoErrors,
  gql,
  ingest,
  item,
  ManualClock,
  newTenant,
  seed,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { changesOf } from '../live/change-log.js';
import { nameOf as nameBy } from './world.js';

const DAY_MS = 86_400_000;
const PEOPLE = 12;
const RULES = [
  {
    any: [
      { attribute: { key: 'on', is: { equals: true } } },
      { attribute: { key: 'until', is: { withinNext: { days: 2 } } } },
    ],
  },
  { attribute: { key: 'on', is: { equals: false } } },
];

const UPDATE = `mutation ($rule: RuleInput!) { updateSegment(input: { key: "built", rule: $rule, allowUndefined: true }) { userErrors { code } } }`;
const WHO = 'identifiers { nodes { namespace: namespaceKey value } }';

interface Named {
  identifiers: { nodes: { namespace: string; value: string }[] };
}

interface Logged {
  kind: string;
  profile: Named;
}

let clock: ManualClock;
let server: TestServer;

beforeAll(async () => {
  clock = new ManualClock();
  server = await startServer({ clock });
});

afterEach(() => {
  delete (server.database as Partial<typeof server.database>).lookingForWork;
});

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ who: fc.nat(PEOPLE - 1), on: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ who: fc.nat(PEOPLE - 1), untilDays: fc.integer({ min: -3, max: 5 }) }),
  },
  { weight: 1, arbitrary: fc.record({ days: fc.integer({ min: 1, max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ join: fc.nat(PEOPLE / 2 - 1) }) },
  { weight: 4, arbitrary: fc.constant({ build: true }) },
  { weight: 1, arbitrary: fc.record({ rule: fc.nat(RULES.length - 1) }) },
);

/** The identifier by which somebody is known at first: two and two of them can turn out to be one person. */
function known(number: number): Record<string, string> {
  const pair = Math.floor(number / 2);
  return number % 2 ? { external: `p${pair}` } : { device: `d${pair}` };
}

const nameOf = ({ identifiers }: Named) => nameBy(identifiers.nodes);

/** What a step of the world does, other than to build. */
async function take(tenant: TestServer, one: object): Promise<void> {
  const told = one as { who?: number; on?: boolean; untilDays?: number; days?: number; join?: number };
  if (told.days) clock.advance(told.days * DAY_MS);
  if (told.join !== undefined)
    await ingest(tenant, [item({ external: `p${told.join}`, device: `d${told.join}` })]);
  if (told.who === undefined) return;
  const until = new Date(clock.now().getTime() + (told.untilDays ?? 0) * DAY_MS + 1).toISOString();
  const attributes = told.on === undefined ? { until } : { on: told.on };
  clock.advance(1);
  await seed(tenant, [item(known(told.who), { attributes })]);
}

async function change(tenant: TestServer, rule: object): Promise<void> {
  const { updateSegment } = expectNoErrors(await gql(tenant, UPDATE, { rule }));
  expect(updateSegment.userErrors).toEqual([]);
}

it('whatever ingest, time, merges and changes of the rule do between finding people and writing them down, membership ends exact', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const tenant = { ...server, ...(await newTenant(server)) };
      await seed(
        tenant,
        Array.from({ length: PEOPLE }, (_, index) =>
          item(known(index), { attributes: { on: index % 3 === 0 } }),
        ),
      );
      // Only this test takes steps of the build, so that the world can change between them.
      server.database.lookingForWork = (work) => work({ query: () => Promise.resolve([]) } as never);
      const builder = new Builder(server.database, clock, { least: 3, most: 3 });
      let [rule] = RULES;
      const create = `mutation ($rule: RuleInput!) { createSegment(input: { key: "built", name: "Built", rule: $rule, allowUndefined: true }) { userErrors { code } } }`;
      expectNoErrors(await gql(tenant, create, { rule }));
      const [row] = await server.database.transaction(tenant.workspaceId, (tx) =>
        tx.query<{ segmentId: string }>(`select segment_id as "segmentId" from segment_build`),
      );
      const build = { workspaceId: tenant.workspaceId, segmentId: row!.segmentId };
      for (const one of steps) {
        if ('build' in one) await builder.advance(build);
        else if ('rule' in one) {
          rule = RULES[one.rule];
          // While people are found for the rule as it was.
          await Promise.all([builder.advance(build), change(tenant, rule!)]);
        } else await take(tenant, one);
      }
      while (await builder.advance(build));
      delete (server.database as Partial<typeof server.database>).lookingForWork;

      const people = `first: 100) { nodes { ${WHO} } }`;
      const query = `query ($rule: RuleInput!) { profiles(where: $rule, ${people} segment(key: "built") { state size members(${people} } }`;
      const names = ({ nodes }: { nodes: Named[] }) => nodes.map(nameOf).sort();
      let expected: string[] = [];
      await eventually('the members are those who fit', async () => {
        const { profiles, segment } = expectNoErrors(await gql(tenant, query, { rule }));
        expected = names(profiles);
        expect(segment.state).toBe('LIVE');
        return String(names(segment.members)) === String(expected) && segment.size === expected.length;
      });
      const inside = new Map<string, number>();
      // An absorbed profile that its survivor stands for has not left: both show as one person.
      for (const { kind, profile } of await changesOf<Logged>(tenant, {}, `kind profile { ${WHO} }`)) {
        const by = kind === 'ENTERED' ? 1 : -1;
        inside.set(nameOf(profile), (inside.get(nameOf(profile)) ?? 0) + by);
      }
      const told = [...inside].flatMap(([name, depth]) => (depth > 0 ? [name] : [])).sort();
      expect(told).toEqual(expected);
      const touched = await server.database.transaction(tenant.workspaceId, (tx) =>
        tx.query('select from build_touch'),
      );
      expect(touched).toEqual([]);
    }),
    { numRuns: 60, endOnFailure: true },
  );
}, 120_000);
