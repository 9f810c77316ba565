import fc from 'fast-check';
import {
  event,
  eventually,
  expectNoErrors,
  gql,
  ingest,
  item,
  ManualClock,
  newTenant,
  startServer,
} from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';
import { fits } from './evaluate-plainly.js';
import type { PlainPerson } from './evaluate-plainly.js';

const RUNS = 125;
const NOW = new Date('2026-03-01T12:00:00.000Z');
const HALF_DAY_MS = 12 * 3_600_000;

/** An instant on a coarse grid, so that events lie exactly on the bounds of rules. */
const instant = (halfDays: number) => new Date(NOW.getTime() + halfDays * HALF_DAY_MS);

const scalar = fc.constantFrom(0, 1, 1.5, -2, '', 'x', 'y', 'xy', '1', '\uff61', '\u{1f600}', true, false);
const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.record({ r: scalar }, { requiredKeys: [] }) },
);
const ordered = scalar.filter((one) => typeof one !== 'boolean');
const range = fc
  .tuple(ordered, ordered)
  .filter(([from, to]) => typeof from === typeof to)
  .map(([from, to]) => ({ from, to }));
const part = fc.constantFrom('x', 'y', 'xy', '\u{1f600}');
const values = fc.array(value, { maxLength: 3 });
const scalars = fc.array(scalar, { maxLength: 2 });

const comparison = fc.oneof(
  fc.record({ equals: value }),
  fc.record({ notEquals: value }),
  fc.record({ in: values }),
  fc.record({ notIn: values }),
  ...['gt', 'gte', 'lt', 'lte'].map((name) => ordered.map((one) => ({ [name]: one }))),
  fc.record({ between: range }),
  ...['contains', 'startsWith', 'endsWith'].map((name) => part.map((one) => ({ [name]: one }))),
  ...['hasAny', 'hasAll', 'hasNone'].map((name) => scalars.map((some) => ({ [name]: some }))),
  fc.record({ exists: fc.boolean() }),
);

const attributeRule = fc.record({
  attribute: fc.record({ key: fc.constantFrom('a', 'b'), is: comparison }),
});
const period = fc.oneof(
  fc.constant({}),
  fc.integer({ min: 1, max: 3 }).map((halfDays) => ({ withinLast: { hours: 12 * halfDays } })),
  fc.integer({ min: 1, max: 6 }).map((halfDays) => ({ withinLast: { hours: 12 * halfDays } })),
  fc.integer({ min: -6, max: 1 }).map((from) => ({ from: instant(from).toISOString() })),
  fc.integer({ min: -6, max: 1 }).map((to) => ({ to: instant(to).toISOString() })),
  fc.tuple(fc.integer({ min: -6, max: 0 }), fc.integer({ min: 1, max: 4 })).map(([from, length]) => ({
    from: instant(from).toISOString(),
    to: instant(from + length).toISOString(),
    ...(length === 4 && { withinLast: { days: 1, hours: 12 } }),
  })),
);
const count = fc.oneof(
  fc.constant({}),
  fc
    .tuple(fc.constantFrom('atLeast', 'atMost', 'exactly'), fc.integer({ min: 0, max: 3 }))
    .map(([name, n]) => ({ count: { [name]: n } })),
);
const where = fc.oneof(
  fc.constant([]),
  fc.array(fc.record({ path: fc.constantFrom('p', 'q.r'), is: comparison }), { maxLength: 2 }),
);
const eventRule = fc
  .tuple(fc.constantFrom('visit', 'call'), where, period, count)
  .map(([type, conditions, within, counted]) => ({
    event: { type, ...(conditions.length > 0 && { where: conditions }), ...within, ...counted },
  }));

/** A rule that may refer to the segments before it. */
function ruleAfter(earlier: readonly string[]): fc.Arbitrary<object> {
  const { rule } = fc.letrec<{ rule: object }>((tie) => ({
    rule: fc.oneof(
      { depthSize: 'small', maxDepth: 3 },
      attributeRule,
      eventRule,
      eventRule,
      ...(earlier.length > 0
        ? [fc.constantFrom(...earlier).map((key): object => ({ segment: { key } }))]
        : []),
      fc.record({ all: fc.array(tie('rule'), { maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('rule'), { maxLength: 3 }) }),
      fc.record({ not: tie('rule') }),
    ),
  }));
  return rule;
}

interface Fact {
  person: string;
  halfDays: number;
  event: { type: string; properties: object } | null;
  attributes: object | null;
}

const fact: fc.Arbitrary<Fact> = fc.record({
  person: fc.constantFrom('ada', 'bea', 'cid', 'dan'),
  halfDays: fc.integer({ min: -6, max: 1 }),
  event: fc.option(
    fc.record({
      type: fc.constantFrom('visit', 'call'),
      properties: fc.record(
        { p: fc.option(value), q: fc.option(fc.record({ r: fc.option(value) })) },
        { requiredKeys: [] },
      ),
    }),
  ),
  // Often none: only then does the event lie exactly on the grid (see `itemsOf`).
  attributes: fc.option(fc.record({ a: fc.option(value), b: fc.option(value) }, { requiredKeys: [] }), {
    freq: 1,
  }),
});

const KEYS = ['first', 'second', 'third'];
const world = fc.record({
  rules: fc.tuple(ruleAfter([]), ruleAfter(KEYS.slice(0, 1)), ruleAfter(KEYS.slice(0, 2))),
  batches: fc.array(fc.array(fact, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 }),
});

/** What was said at the same instant of one person differs by a millisecond for each item: no ties. */
function itemsOf(batches: readonly Fact[][]): { fact: Fact; sent: ItemInput; at: number }[][] {
  let told = 0;
  return batches.map((batch) =>
    batch.map((one) => {
      const at = instant(one.halfDays).getTime() - (one.attributes ? (told += 1) : 0);
      const rest = { occurredAt: new Date(at).toISOString(), attributes: one.attributes };
      const who = { external: one.person };
      const sent = one.event
        ? event(who, one.event.type, one.event.properties as never, rest)
        : item(who, rest);
      return { fact: one, sent, at };
    }),
  );
}

function peopleOf(facts: readonly { fact: Fact; at: number }[]): Map<string, PlainPerson> {
  const inOrder = facts.toSorted((one, other) => one.at - other.at);
  return new Map(
    [...Map.groupBy(inOrder, (one) => one.fact.person)].map(([person, theirs]) => [
      person,
      {
        attributes: new Map(theirs.flatMap((one) => Object.entries(one.fact.attributes ?? {}))),
        events: theirs.flatMap(({ fact: { event: told }, at }) => (told ? [{ ...told, at }] : [])),
      },
    ]),
  );
}

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
}

async function outcomeOf(tenant: TestServer, rules: readonly object[]): Promise<Outcome> {
  const who = `identifiers { value }`;
  const previews = rules.map(
    (_, index) => `p${index}: previewSegment(rule: $r${index}, sample: 100) { count sample { ${who} } }`,
  );
  const answer = await gql(
    tenant,
    `query (${rules.map((_, index) => `$r${index}: RuleInput!`).join()}) {
      segments { nodes { key size members { nodes { ${who} } } } }
      changes(first: 500) { nodes { kind segment { key } profile { ${who} } } }
      ${previews.join(' ')} }`,
    Object.fromEntries(rules.map((rule, index) => [`r${index}`, renamed(rule, 'live-')])),
  );
  const data = expectNoErrors(answer);
  type Named = { identifiers: { value: string }[] };
  const name = (profile: Named) => profile.identifiers[0]?.value ?? '';
  const names = (profiles: Named[]) => profiles.map(name).sort();
  const logged = new Map<string, string[]>();
  for (const { kind, segment, profile } of data.changes.nodes) {
    const inside = logged.get(segment.key) ?? [];
    expect(inside.includes(name(profile))).toBe(kind === 'EXITED');
    logged.set(
      segment.key,
      kind === 'ENTERED' ? [...inside, name(profile)].sort() : inside.filter((one) => one !== name(profile)),
    );
  }
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
    logged,
  };
}

it('whatever the rules and the people: kept live, built afterwards, previewed and worked out by hand are the same', async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ rules, batches }) => {
      const tenant = { ...server, ...(await newTenant(server)) };
      const sent = itemsOf(batches);
      await createAll(tenant, rules, 'live-');
      for (const batch of sent) {
        const results = await ingest(
          tenant,
          batch.map((one) => one.sent),
        );
        expect(results.map(({ status }) => status)).toEqual(batch.map(() => 'ACCEPTED'));
      }
      await createAll(tenant, rules, 'built-');
      await eventually('all segments are live', async () => {
        const { segments } = expectNoErrors(await gql(tenant, '{ segments { nodes { state } } }'));
        return segments.nodes.every(({ state }: { state: string }) => state === 'LIVE');
      });
      const outcome = await outcomeOf(tenant, rules);
      const people = peopleOf(sent.flat());
      const byKey = Object.fromEntries(rules.map((rule, index) => [KEYS[index], rule]));
      rules.forEach((rule, index) => {
        const expected = [...people].flatMap(([name, person]) =>
          fits(rule, person, NOW, byKey) ? [name] : [],
        );
        expected.sort();
        const kept = { size: expected.length, members: expected };
        expect({
          preview: outcome.previews[index],
          live: outcome.segments.get(`live-${KEYS[index]}`),
          built: outcome.segments.get(`built-${KEYS[index]}`),
          liveByLog: outcome.logged.get(`live-${KEYS[index]}`) ?? [],
          builtByLog: outcome.logged.get(`built-${KEYS[index]}`) ?? [],
        }).toEqual({
          preview: { count: expected.length, people: expected },
          live: kept,
          built: kept,
          liveByLog: expected,
          builtByLog: expected,
        });
      });
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
}, 120_000);
