import fc from 'fast-check';
import {
  eventually,
  expectNoErrors,
  gql,
  ingest,
  ManualClock,
  newTenant,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { fits } from './evaluate-plainly.js';
import { batches, defineNames, itemsOf, nameOf, namesOf, NOW, peopleOf, ruleAfter } from './world.js';

/** With ten rules each: 1,000 in CI. */
const RUNS = process.env.CI === 'true' ? 100 : 40;
const KEYS = Array.from({ length: 10 }, (_, index) => `rule-${index}`);
/** How many of the rules are explained: an operation has at most 40 aliases. */
const EXPLAINED = 3;
const WHO = 'identifiers { nodes { namespace: namespaceKey value } }';

const world = fc.record({
  rules: fc.tuple(...KEYS.map((_, index) => ruleAfter(KEYS.slice(0, index)))),
  batches,
});

/** The keys of the segments in a rule, under other names. */
function renamed(rule: object, prefix: string): object {
  return JSON.parse(
    JSON.stringify(rule, (name, inner: unknown) =>
      name === 'segment' ? { key: `${prefix}${(inner as { key: string }).key}` } : inner,
    ),
  ) as object;
}

let server: TestServer;

beforeAll(async () => {
  server = await startServer({ clock: new ManualClock(NOW) });
});

async function createAll(tenant: TestServer, rules: readonly object[], prefix: string): Promise<void> {
  const inputs = rules.map((rule, index) => ({
    key: `${prefix}${KEYS[index]}`,
    name: 'Generated',
    rule: renamed(rule, prefix),
    allowUndefined: true,
  }));
  const names = inputs.map((_, index) => `s${index}`);
  const answer = await gql(
    tenant,
    `mutation (${names.map((name) => `$${name}: CreateSegmentInput!`).join()}) {
      ${names.map((name) => `${name}: createSegment(input: $${name}) { userErrors { code path message } }`).join(' ')} }`,
    Object.fromEntries(inputs.map((input, index) => [`s${index}`, input])),
  );
  const data = expectNoErrors(answer) as Record<string, { userErrors: unknown[] }>;
  expect(Object.values(data).flatMap((payload) => payload.userErrors)).toEqual([]);
}

interface Outcome {
  segments: Map<string, { size: number; members: string[] }>;
  previews: { count: number; people: string[] }[];
  /** Who is in each segment by the entries and exits in the log. */
  logged: Map<string, string[]>;
  /** Of whom the explanation says that they fit. */
  explained: string[][];
}

type Named = { id: string; identifiers: { nodes: { namespace: string; value: string }[] } };
const names = (profiles: Named[]) => profiles.map((one) => nameOf(one.identifiers.nodes)).sort();

async function outcomeOf(tenant: TestServer, rules: readonly object[]): Promise<Outcome> {
  const previews = rules.map(
    (_, index) => `p${index}: previewSegment(rule: $r${index}, sample: 100) { count sample { id ${WHO} } }`,
  );
  const data = expectNoErrors(
    await gql(
      tenant,
      `query (${rules.map((_, index) => `$r${index}: RuleInput!`).join()}) {
        profiles { nodes { id ${WHO} } }
        segments { nodes { key size members { nodes { id ${WHO} } } } }
        changes: segmentChanges(first: 500) { nodes { kind segment { key } profile { id ${WHO} } } }
        ${previews.join(' ')} }`,
      Object.fromEntries(rules.map((rule, index) => [`r${index}`, renamed(rule, 'live-')])),
    ),
  );
  return {
    segments: new Map(
      data.segments.nodes.map((segment: { key: string; size: number; members: { nodes: Named[] } }) => [
        segment.key,
        { size: segment.size, members: names(segment.members.nodes) },
      ]),
    ),
    previews: rules.map((_, index) => ({
      count: data[`p${index}`].count,
      people: names(data[`p${index}`].sample),
    })),
    logged: loggedIn(data.changes.nodes),
    explained: await explainedBy(tenant, rules, data.profiles.nodes),
  };
}

/** An absorbed profile that its survivor stands for has entered, and not left: both show as one person. */
function loggedIn(changes: { kind: string; segment: { key: string }; profile: Named }[]) {
  const depths = new Map<string, Map<string, number>>();
  for (const { kind, segment, profile } of changes) {
    const inside = depths.get(segment.key) ?? new Map<string, number>();
    const name = nameOf(profile.identifiers.nodes);
    inside.set(name, (inside.get(name) ?? 0) + (kind === 'ENTERED' ? 1 : -1));
    depths.set(segment.key, inside);
  }
  return new Map(
    [...depths].map(([key, inside]) => [
      key,
      [...inside].flatMap(([name, depth]) => (depth > 0 ? [name] : [])).sort(),
    ]),
  );
}

async function explainedBy(tenant: TestServer, rules: readonly object[], profiles: Named[]) {
  const asked = rules.flatMap((_, index) =>
    profiles.map(
      (_who, of) =>
        `x${index}_${of}: explainSegment(audience: { rule: $r${index} }, profileId: $p${of}) { isMatch }`,
    ),
  );
  if (asked.length === 0) return [];
  const pick = asked.slice(0, EXPLAINED * profiles.length);
  const data = expectNoErrors(
    await gql(
      tenant,
      `query (${rules
        .slice(0, EXPLAINED)
        .map((_, index) => `$r${index}: RuleInput!`)
        .join()}, ${profiles.map((_, of) => `$p${of}: ID!`).join()}) { ${pick.join(' ')} }`,
      Object.fromEntries([
        ...rules.slice(0, EXPLAINED).map((rule, index) => [`r${index}`, renamed(rule, 'live-')]),
        ...profiles.map(({ id }, of) => [`p${of}`, id]),
      ]),
    ),
  );
  return rules
    .slice(0, EXPLAINED)
    .map((_, index) => names(profiles.filter((_who, of) => data[`x${index}_${of}`].isMatch)));
}

it('whatever the rules and the people: kept live, built afterwards, previewed, explained and worked out by hand are the same', async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ rules, batches: told }) => {
      const tenant = { ...server, ...(await newTenant(server)) };
      const sent = itemsOf(told);
      await defineNames(tenant);
      await createAll(tenant, rules, 'live-');
      for (const batch of sent) {
        const results = await ingest(
          tenant,
          batch.map((one) => one.item),
        );
        expect(results.map(({ status }) => status)).toEqual(batch.map(() => 'ACCEPTED'));
      }
      await createAll(tenant, rules, 'built-');
      await eventually('all segments are live', async () => {
        const { segments } = expectNoErrors(await gql(tenant, '{ segments { nodes { state } } }'));
        return segments.nodes.every(({ state }: { state: string }) => state === 'LIVE');
      });
      const outcome = await outcomeOf(tenant, rules);
      const people = peopleOf(sent.flat(), NOW);
      const known = namesOf(Object.fromEntries(rules.map((rule, index) => [KEYS[index]!, rule])));
      rules.forEach((rule, index) => {
        const expected = [...people].flatMap(([name, person]) =>
          fits(rule, person, NOW, known) ? [name] : [],
        );
        expected.sort();
        const kept = { size: expected.length, members: expected };
        expect({
          preview: outcome.previews[index],
          live: outcome.segments.get(`live-${KEYS[index]}`),
          built: outcome.segments.get(`built-${KEYS[index]}`),
          liveByLog: outcome.logged.get(`live-${KEYS[index]}`) ?? [],
          builtByLog: outcome.logged.get(`built-${KEYS[index]}`) ?? [],
          explained: outcome.explained[index] ?? expected,
        }).toEqual({
          preview: { count: expected.length, people: expected },
          live: kept,
          built: kept,
          liveByLog: expected,
          builtByLog: expected,
          explained: expected,
        });
      });
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
}, 900_000);
