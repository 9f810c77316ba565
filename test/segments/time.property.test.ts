import fc from 'fast-check';
import {
  createSegment,
  eventually,
  expectNoErrors,
  gql,
  ingest,
  ManualClock,
  newTenant,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { changesOf, endOfLog } from '../live/change-log.js';
import { fits } from './evaluate-plainly.js';
import {
  crowd,
  defineNames,
  instantsOf,
  itemsOf,
  nameOf,
  namesOf,
  NOW,
  peopleOf,
  ruleAfter,
} from './world.js';
import type { Sent } from './world.js';

const RUNS = process.env.CI === 'true' ? 25 : 15;
const KEYS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];
const HORIZON_MS = 5 * 86_400_000;
const WHO = 'identifiers { nodes { namespace: namespaceKey value } }';
const LOGGED = `at kind cause segment { key } profile { ${WHO} }`;

const world = fc.record({
  rules: fc.tuple(...KEYS.map((_, index) => ruleAfter(KEYS.slice(0, index), true))),
  told: crowd,
  /** Where to look besides the instants at which something changes. */
  between: fc.array(fc.integer({ min: 1, max: HORIZON_MS }), { maxLength: 5 }),
});

let clock: ManualClock;
let server: TestServer;

beforeAll(async () => {
  clock = new ManualClock(NOW);
  server = await startServer({ clock });
});

type Named = { identifiers: { nodes: { namespace: string; value: string }[] } };

/** Who is in which segment: `first ada`. */
async function membersOf(tenant: TestServer): Promise<string[]> {
  const query = `{ segments { nodes { key members(first: 100) { nodes { ${WHO} } } } } }`;
  const { segments } = expectNoErrors(await gql(tenant, query));
  return segments.nodes
    .flatMap(({ key, members }: { key: string; members: { nodes: Named[] } }) =>
      members.nodes.map((one) => `${key} ${nameOf(one.identifiers.nodes)}`),
    )
    .sort();
}

it('whatever the rules and the people: each flip comes at its instant, none is missed and none is early', async () => {
  let flips = 0;
  await fc.assert(
    fc.asyncProperty(world, async ({ rules, told, between }) => {
      clock.set(NOW);
      const tenant = { ...server, ...(await newTenant(server)) };
      const sent = itemsOf(told);
      await defineNames(tenant);
      for (const [index, rule] of rules.entries()) await createSegment(tenant, KEYS[index]!, rule);
      for (const batch of sent)
        await ingest(
          tenant,
          batch.map((one) => one.item),
        );
      const byKey = Object.fromEntries(rules.map((rule, index) => [KEYS[index]!, rule]));
      const expectedAt = (at: number) => truthAt(sent.flat(), byKey, new Date(at));
      const start = NOW.getTime();
      const foretold = instantsOf(sent.flat()).filter((at) => at > start && at <= start + HORIZON_MS);
      const turning = foretold.filter((at) => String(expectedAt(at - 1)) !== String(expectedAt(at)));
      const stops = new Set([...turning.flatMap((at) => [at - 1, at]), ...between.map((off) => start + off)]);

      const after = await endOfLog(tenant);
      const expected: string[] = [];
      let before = expectedAt(start);
      expect(await membersOf(tenant)).toEqual(before);
      for (const at of [...stops].sort((a, b) => a - b)) {
        const then = expectedAt(at);
        const flip = (kind: string) => (one: string) => `${new Date(at).toISOString()} ${kind} TIME ${one}`;
        expected.push(
          ...before.filter((one) => !then.includes(one)).map(flip('EXITED')),
          ...then.filter((one) => !before.includes(one)).map(flip('ENTERED')),
        );
        before = then;
        clock.set(new Date(at));
        await eventually(`all are where they belong at ${new Date(at).toISOString()}`, async () => {
          const members = await membersOf(tenant);
          return String(members) === String(then);
        });
      }
      // An absorbed profile leaves with its survivor: both show as one person.
      const changes = new Set(
        (await changesOf<Logged>(tenant, { after }, LOGGED)).map(
          ({ at, kind, cause, segment, profile }) =>
            `${at} ${kind} ${cause} ${segment.key} ${nameOf(profile.identifiers.nodes)}`,
        ),
      );
      expect([...changes].sort()).toEqual(expected.sort());
      flips += expected.length;
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(flips).toBeGreaterThan(RUNS);
}, 900_000);

interface Logged {
  at: string;
  kind: string;
  cause: string;
  segment: { key: string };
  profile: Named;
}

function truthAt(sent: readonly Sent[], rules: Readonly<Record<string, object>>, now: Date): string[] {
  const people = peopleOf(sent, now);
  return Object.entries(rules)
    .flatMap(([key, rule]) =>
      [...people].flatMap(([name, person]) =>
        fits(rule, person, now, namesOf(rules)) ? [`${key} ${name}`] : [],
      ),
    )
    .sort();
}
