import fc from 'fast-check';
import {
  createSegment,
  event,
  expectError,
  expectNoErrors,
  gql,
  ingest,
  item,
  ManualClock,
  newTenant,
  seed,
  snapshotTables,
  startServer,
  untilLive,
} from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';

const START = new Date('2026-03-01T00:00:00.000Z');
const HOUR_MS = 3_600_000;
const IS_ON = { attribute: { key: 'on', is: { equals: true } } };
const BUYERS = { event: { type: 'purchase' } };

let clock: ManualClock;
let server: TestServer;
let tenant: TestServer;

beforeAll(async () => {
  clock = new ManualClock();
  server = await startServer({ clock });
});

beforeEach(async () => {
  clock.set(START);
  tenant = { ...server, ...(await newTenant(server)) };
});

const hour = (number: number) => new Date(START.getTime() + number * HOUR_MS);
const turns = (who: Record<string, string>, on: boolean) => item(who, { attributes: { on } });

async function membersAsOf(at: Date, first = 500): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const query = `query ($at: DateTime, $first: Int, $after: String) { segment(key: "on") {
      members(asOf: $at, first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }`;
    const data: {
      segment: {
        members: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      };
    } = expectNoErrors(await gql(tenant, query, { at, first, after }));
    const { nodes, pageInfo } = data.segment.members;
    ids.push(...nodes.map(({ id }) => id));
    [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
  }
  return ids.sort();
}

async function sizes(from: Date, to: Date, points: number): Promise<number[]> {
  const query = `query ($from: DateTime!, $to: DateTime, $points: Int!) { segment(key: "on") { sizes(from: $from, to: $to, points: $points) { countedAt size } } }`;
  const { segment } = expectNoErrors(await gql(tenant, query, { from, to, points }));
  const step = (to.getTime() - from.getTime()) / (points - 1);
  expect(segment.sizes.map(({ countedAt }: { countedAt: string }) => countedAt)).toEqual(
    Array.from({ length: points }, (_, index) =>
      new Date(Math.floor(from.getTime() + index * step)).toISOString(),
    ),
  );
  return segment.sizes.map(({ size }: { size: number }) => size);
}

async function current(): Promise<{ members: string[]; size: number }> {
  const query = `{ segment(key: "on") { size members(first: 500) { nodes { id } } } }`;
  const { segment } = expectNoErrors(await gql(tenant, query));
  return { size: segment.size, members: segment.members.nodes.map((one: { id: string }) => one.id).sort() };
}

it('who belonged to it at an instant, and how many, is what was true then', async () => {
  await createSegment(tenant, 'on', IS_ON);
  clock.set(hour(1));
  const [ada, bea] = await seed(tenant, [turns({ external: 'ada' }, true), turns({ external: 'bea' }, true)]);
  clock.set(hour(2));
  await seed(tenant, [turns({ external: 'ada' }, false)]);
  clock.set(hour(4));
  await seed(tenant, [turns({ external: 'ada' }, true), turns({ external: 'bea' }, false)]);
  const everybody = [ada!, bea!].sort();
  expect(await membersAsOf(hour(0))).toEqual([]);
  expect(await membersAsOf(new Date(hour(1).getTime() - 1))).toEqual([]);
  expect(await membersAsOf(hour(1))).toEqual(everybody);
  expect(await membersAsOf(hour(1), 1)).toEqual(everybody);
  expect(await membersAsOf(hour(3))).toEqual([bea]);
  expect(await membersAsOf(hour(4))).toEqual([ada]);
  expect(await sizes(hour(0), hour(4), 5)).toEqual([0, 2, 1, 1, 1]);
  expect(await sizes(hour(1), hour(2), 3)).toEqual([2, 2, 1]);
});

it('what is still to come is not known', async () => {
  await createSegment(tenant, 'on', IS_ON);
  const asked = (fields: string) => gql(tenant, `{ segment(key: "on") { ${fields} } }`);
  const later = hour(1).toISOString();
  for (const [fields, path] of [
    [`members(asOf: "${later}") { nodes { id } }`, ['asOf']],
    [`sizes(from: "${START.toISOString()}", to: "${later}") { size }`, ['to']],
    [`sizes(from: "${START.toISOString()}") { size }`, ['to']],
    [`sizes(from: "2026-01-01T00:00:00Z", points: 1) { size }`, ['points']],
    [`sizes(from: "2026-01-01T00:00:00Z", points: 501) { size }`, ['points']],
  ] as const) {
    const error = expectError(await asked(fields), 'INVALID_VALUE');
    expect(error.extensions.argumentPath).toEqual(path);
  }
});

const step = fc.record({
  who: fc.constantFrom('a', 'b', 'c'),
  under: fc.constantFrom('external', 'device', 'both'),
  on: fc.boolean(),
});

it('whoever came, left and was merged meanwhile: each moment of the past stays as it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
      clock.set(START);
      tenant = { ...server, ...(await newTenant(server)) };
      await createSegment(tenant, 'on', IS_ON);
      const seen: { at: Date; members: string[]; size: number }[] = [];
      for (const [index, { who, under, on }] of steps.entries()) {
        clock.set(hour(index + 1));
        const ids: Record<string, string> =
          under === 'both' ? { external: who, device: who } : { [under]: who };
        const [result] = await ingest(tenant, [turns(ids, on) satisfies ItemInput]);
        expect(result?.status).toBe('ACCEPTED');
        seen.push({ at: hour(index + 1), ...(await current()) });
      }
      const living = await survivors(seen.flatMap(({ members }) => members));
      for (const { at, members } of seen) {
        const then = [...new Set(members.map((id) => living.get(id)!))].sort();
        expect({ at, members: await membersAsOf(at) }).toEqual({ at, members: then });
      }
      const last = seen.at(-1)!;
      expect((await sizes(hour(1), last.at, seen.length)).at(-1)).toBe(last.size);
      const expected = seen.map(({ members }) => new Set(members.map((id) => living.get(id))).size);
      expect(await sizes(hour(1), last.at, seen.length)).toEqual(expected);
    }),
    { numRuns: 40, endOnFailure: true },
  );
}, 120_000);

async function survivors(ids: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const id of new Set(ids)) {
    const { profile } = expectNoErrors(
      await gql(tenant, 'query ($id: ID!) { profile(id: $id) { id } }', { id }),
    );
    found.set(id, profile.id);
  }
  return found;
}

describe('comparing', () => {
  beforeEach(async () => {
    await createSegment(tenant, 'on', IS_ON);
    await createSegment(tenant, 'buyers', BUYERS);
    await seed(tenant, [
      ...['a', 'b', 'c'].map((external) => turns({ external }, true)),
      ...['b', 'c', 'd', 'e'].map((external) => event({ external }, 'purchase')),
    ]);
  });

  it('two segments tells how many they have in common', async () => {
    const query = `query ($segment: String!, $other: String!) { segmentOverlap(segment: $segment, other: $other) {
      segment { key } other { key } both onlySegment onlyOther similarity } }`;
    const overlap = async (segment: string, other: string) =>
      expectNoErrors(await gql(tenant, query, { segment, other })).segmentOverlap;
    expect(await overlap('on', 'buyers')).toEqual({
      segment: { key: 'on' },
      other: { key: 'buyers' },
      both: 2,
      onlySegment: 1,
      onlyOther: 2,
      similarity: 0.4,
    });
    expect(await overlap('on', 'on')).toMatchObject({ both: 3, onlySegment: 0, onlyOther: 0, similarity: 1 });
    await createSegment(tenant, 'nobody', { any: [] });
    expect(await overlap('nobody', 'nobody')).toMatchObject({ both: 0, similarity: 1 });
    expectError(await gql(tenant, query, { segment: 'on', other: 'none' }), 'SEGMENT_UNKNOWN');
  });

  it('an update with the segment tells who would enter and leave, and changes nothing', async () => {
    const named = 'identifiers { nodes { value } }';
    const query = `query ($input: UpdateSegmentInput!) { preview: previewSegmentUpdate(input: $input) {
      enters leaves stays summary entering { ${named} } leaving { ${named} } } }`;
    type Named = { identifiers: { nodes: { value: string }[] } };
    const names = (profiles: Named[]) => profiles.map((one) => one.identifiers.nodes[0]?.value).sort();
    const before = await snapshotTables(tenant);
    const ask = (input: object) => gql(tenant, query, { input: { key: 'on', ...input } });
    const compare = async (input: object) => {
      const { preview } = expectNoErrors(await ask(input));
      return { ...preview, entering: names(preview.entering), leaving: names(preview.leaving) };
    };
    expect(await compare({ rule: BUYERS })).toEqual({
      ...{ enters: 2, entering: ['d', 'e'], leaves: 1, leaving: ['a'], stays: 2 },
      summary: 'People who have at least 1 event of type purchase.',
    });
    expect(await compare({ rule: IS_ON })).toMatchObject({ enters: 0, leaves: 0, stays: 3 });
    expect(await compare({})).toMatchObject({ enters: 0, leaves: 0, stays: 3 });
    for (const targetState of ['ARCHIVED', 'DRAFT'])
      expect(await compare({ rule: BUYERS, targetState })).toMatchObject({ enters: 0, leaves: 3, stays: 0 });
    expect(await compare({ rule: BUYERS, targetState: 'PAUSED' })).toMatchObject({
      enters: 0,
      leaves: 0,
      stays: 3,
    });
    expect(await compare({ rule: BUYERS, exitRule: { not: IS_ON } })).toMatchObject({
      ...{ enters: 0, leaves: 0, stays: 3 },
    });
    const refusals: [input: object, code: string, path: string[]][] = [
      [{ rule: { segment: { key: 'on' } } }, 'SEGMENT_CYCLE', ['rule']],
      [{ exitRule: { tag: { key: 'none' } } }, 'TAG_UNKNOWN', ['exitRule', 'tag', 'key']],
      [{ rule: null }, 'REQUIRED', ['rule']],
      [{ key: 'none' }, 'SEGMENT_UNKNOWN', ['key']],
      [{ ifUnchangedSince: '2000-01-01T00:00:00Z' }, 'CHANGED_SINCE', ['ifUnchangedSince']],
    ];
    for (const [input, code, path] of refusals) {
      const { data, errors } = await ask(input);
      expect(data).toEqual({ preview: null });
      expect(errors?.[0]?.extensions).toMatchObject({ code, argumentPath: ['input', ...path] });
    }
    expect(await snapshotTables(tenant)).toEqual(before);

    // As it says, so it comes.
    const update = `mutation ($input: UpdateSegmentInput!) { updateSegment(input: $input) { userErrors { code } } }`;
    expectNoErrors(await gql(tenant, update, { input: { key: 'on', rule: BUYERS } }));
    await untilLive(tenant, 'on');
    expect((await current()).size).toBe(4);
  });
});

it('a preview that may not take long is an estimate, which says by how much it may be off', async () => {
  await seed(
    tenant,
    Array.from({ length: 1_000 }, (_, index) => turns({ external: `p${index}` }, index % 2 === 0)),
  );
  const query = `query ($within: Int) { previewSegment(rule: { attribute: { key: "on", is: { equals: true } } }, sample: 0, answerWithinMs: $within) { count isExact margin } }`;
  const preview = async (within: number | null) =>
    expectNoErrors(await gql(tenant, query, { within })).previewSegment;
  expect(await preview(null)).toEqual({ count: 500, isExact: true, margin: 0 });
  expect(await preview(60_000)).toEqual({ count: 500, isExact: true, margin: 0 });
  const estimate = await preview(1);
  expect(estimate.isExact).toBe(false);
  expect(estimate.margin).toBeGreaterThan(0);
  // Off by four times the margin is one in many thousands.
  expect(Math.abs(estimate.count - 500)).toBeLessThan(4 * Math.max(estimate.margin, 60));
  expectError(await gql(tenant, query, { within: 0 }), 'INVALID_VALUE');
});
