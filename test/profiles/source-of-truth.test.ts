import fc from 'fast-check';
import { expectNoErrors, gql, item, newKey, newTenant, seed, startServer } from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

interface Tenant extends TestServer {
  keys: Record<string, string>;
}

/** A workspace in which `city` is believed of `best` more than of `other`, and kept in history. */
async function newWorkspace(ranked: readonly string[] = ['best', 'other']): Promise<Tenant> {
  const tenant = { ...server, ...(await newTenant(server)) };
  const keys: Record<string, string> = {};
  for (const key of ['best', 'other', 'third']) {
    expectNoErrors(
      await gql(
        tenant,
        `mutation { createSource(input: { key: "${key}", name: "x" }) { userErrors { code } } }`,
      ),
    );
    keys[key] = await newKey(tenant, ['INGEST'], { source: key });
  }
  const query = `mutation ($sources: [String!]) { updateAttribute(input: { key: "city", isAudited: true, sources: $sources }) { userErrors { code } } }`;
  expect(expectNoErrors(await gql(tenant, query, { sources: ranked })).updateAttribute.userErrors).toEqual(
    [],
  );
  return { ...tenant, keys };
}

const DAY = (day: number) => `2026-02-0${day}T00:00:00.000Z`;

async function cityOf(tenant: TestServer, device: string) {
  const query = `query ($device: String!) { profileByIdentifier(namespace: "device", value: $device) { attributes(keys: ["city"]) { value setAt source { key } } } }`;
  const { profileByIdentifier } = expectNoErrors(await gql(tenant, query, { device }));
  const [value] = profileByIdentifier?.attributes ?? [];
  return value ? `${value.value} of ${value.source.key} for ${value.setAt}` : null;
}

async function undoAll(tenant: TestServer): Promise<number> {
  const { merges } = expectNoErrors(await gql(tenant, '{ merges { nodes { id } } }'));
  for (const { id } of merges.nodes) {
    const undo = `mutation ($id: ID!) { unmergeProfiles(input: { mergeId: $id }) { userErrors { code } } }`;
    expect(expectNoErrors(await gql(tenant, undo, { id })).unmergeProfiles.userErrors).toEqual([]);
  }
  return merges.nodes.length;
}

function* ordersOf<T>(all: readonly T[]): Generator<T[]> {
  if (all.length === 0) yield [];
  for (const [index, one] of all.entries())
    for (const rest of ordersOf(all.toSpliced(index, 1))) yield [one, ...rest];
}

/** Two sources, two times, each said to one of two people; and a merge of these. */
const STEPS: Record<string, (tenant: Tenant) => Promise<unknown>> = {
  'best, early, to one': (tenant) => says(tenant, 'best', 1, 'one'),
  'best, late, to two': (tenant) => says(tenant, 'best', 3, 'two'),
  'other, earlier, to two': (tenant) => says(tenant, 'other', 2, 'two'),
  'other, later, to one': (tenant) => says(tenant, 'other', 4, 'one'),
  merge: (tenant) => seed(tenant, [linking()]),
};

function says(tenant: Tenant, source: string, day: number, device: string) {
  const attributes = { city: `city ${day}` };
  return seed(tenant, [item({ device }, { attributes, occurredAt: DAY(day) })], {
    key: tenant.keys[source] ?? '',
  });
}

function linking(): ItemInput {
  const one = item({ device: 'one' });
  return { ...one, identifiers: [...one.identifiers, { namespace: 'device', value: 'two' }] };
}

it('the better source stands, and of it the newer time, in each of the 120 orders of two sources, two times and a merge', async () => {
  const orders = [...ordersOf(Object.keys(STEPS))];
  expect(orders).toHaveLength(120);
  for (const order of orders) {
    const tenant = await newWorkspace();
    for (const step of order) await STEPS[step]?.(tenant);
    const together = `city 3 of best for ${DAY(3)}`;
    expect([order, await cityOf(tenant, 'one'), await cityOf(tenant, 'two')]).toEqual([
      order,
      together,
      together,
    ]);
    const isMerged = (await undoAll(tenant)) > 0;
    // Where they were never two, there is nothing to undo.
    if (isMerged)
      expect([order, await cityOf(tenant, 'one'), await cityOf(tenant, 'two')]).toEqual([
        order,
        `city 1 of best for ${DAY(1)}`,
        `city 3 of best for ${DAY(3)}`,
      ]);
  }
}, 120_000);

it('a better source takes a value away, too, however late a lesser one writes', async () => {
  const tenant = await newWorkspace();
  const said = (city: string | null, source: string, day: number) =>
    seed(tenant, [item({ device: 'one' }, { attributes: { city }, occurredAt: DAY(day) })], {
      key: tenant.keys[source] ?? '',
    });
  await said('Ghent', 'best', 1);
  await said(null, 'best', 2);
  await said('Bruges', 'other', 3);
  expect(await cityOf(tenant, 'one')).toBeNull();
  await said('Ypres', 'best', 4);
  expect(await cityOf(tenant, 'one')).toBe(`Ypres of best for ${DAY(4)}`);
});

it('sources that are not listed come last, alike: of them the newer stands', async () => {
  const tenant = await newWorkspace(['best']);
  await says(tenant, 'third', 2, 'one');
  await says(tenant, 'other', 1, 'one');
  expect(await cityOf(tenant, 'one')).toBe(`city 2 of third for ${DAY(2)}`);
  await says(tenant, 'other', 3, 'one');
  expect(await cityOf(tenant, 'one')).toBe(`city 3 of other for ${DAY(3)}`);
  await says(tenant, 'best', 1, 'one');
  expect(await cityOf(tenant, 'one')).toBe(`city 1 of best for ${DAY(1)}`);
});

it('a new order of sources counts for what comes from then on', async () => {
  const tenant = await newWorkspace(['other', 'best']);
  await says(tenant, 'other', 1, 'one');
  const query = `mutation { updateAttribute(input: { key: "city", sources: ["best", "other"] }) { userErrors { code } } }`;
  expectNoErrors(await gql(tenant, query));
  expect(await cityOf(tenant, 'one')).toBe(`city 1 of other for ${DAY(1)}`);
  await says(tenant, 'best', 1, 'one');
  expect(await cityOf(tenant, 'one')).toBe(`city 1 of best for ${DAY(1)}`);
});

it('a preview of a merge says that the source decides', async () => {
  const tenant = await newWorkspace();
  const [one] = await says(tenant, 'best', 1, 'one');
  const [two] = await says(tenant, 'other', 2, 'two');
  const query = `query ($ids: [ID!]!) { previewMerge(input: { profileIds: $ids }) { attributes { key stands { value reason } givesWay { value reason } } } }`;
  expect(expectNoErrors(await gql(tenant, query, { ids: [one, two] })).previewMerge.attributes).toEqual([
    {
      key: 'city',
      stands: { value: 'city 1', reason: 'Its source is believed more than the others.' },
      givesWay: [{ value: 'city 2', reason: 'Its source is believed less of this attribute.' }],
    },
  ]);
});

const fact = fc.record({
  source: fc.constantFrom('best', 'other', 'third'),
  day: fc.integer({ min: 1, max: 4 }),
  value: fc.constantFrom<string | null>('a', 'b', null),
  device: fc.constantFrom('one', 'two'),
});

it('what stands depends on the order of arrival for equal instants alone, and not on batches or on when a merge comes, and the history gives it by the rules', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fact, { minLength: 1, maxLength: 7 }),
      fc.shuffledSubarray(['best', 'other', 'third']),
      fc.infiniteStream(fc.nat()),
      fc.nat(7),
      async (facts, ranked, order, mergeAfter) => {
        const tenant = await newWorkspace(ranked);
        const shuffled = facts
          .map((one) => ({ one, place: order.next().value ?? 0 }))
          .sort((a, b) => a.place - b.place)
          .map(({ one }) => one);
        const at = Math.min(mergeAfter, shuffled.length);
        for (const [index, one] of [...shuffled.slice(0, at), null, ...shuffled.slice(at)].entries()) {
          if (!one) {
            await seed(tenant, [linking()]);
            continue;
          }
          const rest = { attributes: { city: one.value }, occurredAt: DAY(one.day) };
          // Now and then two in one batch.
          const twice = item({ device: one.device }, rest);
          await seed(tenant, index % 2 === 0 ? [item({ device: one.device }, rest), twice] : [twice], {
            key: tenant.keys[one.source] ?? '',
          });
        }
        expect(await cityOf(tenant, 'one')).toBe(plainly(shuffled, ranked));
        expect(plainly(await historyOf(tenant), ranked)).toBe(plainly(shuffled, ranked));
        if ((await undoAll(tenant)) > 0)
          for (const device of ['one', 'two'])
            expect(await cityOf(tenant, device)).toBe(
              plainly(
                shuffled.filter((one) => one.device === device),
                ranked,
              ),
            );
      },
    ),
    { numRuns: 60, endOnFailure: true },
  );
}, 120_000);

interface Said {
  source: string;
  day: number;
  value: string | null;
}

/** The rule as docs/profiles.md says it. @param facts in the order of their arrival */
function plainly(facts: readonly Said[], ranked: readonly string[]): string | null {
  const rank = ({ source }: Said) => (ranked.includes(source) ? ranked.indexOf(source) : ranked.length);
  const [stands] = facts.toReversed().sort((a, b) => rank(a) - rank(b) || b.day - a.day);
  return stands?.value ? `${stands.value} of ${stands.source} for ${DAY(stands.day)}` : null;
}

/** The oldest arrival first, of each day. */
async function historyOf(tenant: TestServer): Promise<Said[]> {
  const query = `{ profileByIdentifier(namespace: "device", value: "one") { attributeHistory(key: "city") { nodes { value setAt source { key } } } } }`;
  const { profileByIdentifier } = expectNoErrors(await gql(tenant, query));
  return (profileByIdentifier?.attributeHistory.nodes ?? [])
    .toReversed()
    .map(({ value, setAt, source }: { value: string | null; setAt: string; source: { key: string } }) => ({
      value,
      source: source.key,
      day: Number(setAt.slice(8, 10)),
    }));
}
