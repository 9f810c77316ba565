import fc from 'fast-check';
import { expectNoErrors, gql, ingest, item, ManualClock, newKey, seed, startServer } from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';

const [EARLY, MIDDLE, LATE] = [
  '2026-01-01T00:00:00.000Z',
  '2026-01-02T00:00:00.000Z',
  '2026-01-03T00:00:00.000Z',
];

let server: TestServer;
let clock: ManualClock;
let crm: string;
let people = 0;

beforeAll(async () => {
  clock = new ManualClock('2026-03-01T12:00:00.000Z');
  server = await startServer({ clock });
  expectNoErrors(
    await gql(
      server,
      'mutation { createSource(input: { key: "crm", name: "CRM" }) { userErrors { code } } }',
    ),
  );
  crm = await newKey(server, ['INGEST'], { source: 'crm' });
});

/** Somebody whom nothing is known of yet. */
function somebody(): {
  says(attributes: unknown, occurredAt?: string): ItemInput;
  attributes(): Promise<unknown[]>;
} {
  const external = `somebody-${(people += 1)}`;
  return {
    says: (attributes, occurredAt) => item({ external }, { attributes, occurredAt }),
    attributes: async () => {
      const query = `query ($value: String!) { profileByIdentifier(namespace: "external", value: $value) { attributes { key value setAt source { key } } } }`;
      return expectNoErrors(await gql(server, query, { value: external })).profileByIdentifier?.attributes;
    },
  };
}

const said = (key: string, value: unknown, setAt: string | undefined, source = 'default') => ({
  key,
  value,
  setAt,
  source: { key: source },
});

describe('the value that stands', () => {
  it('is the one for the newest instant, with its source and instant, in whichever order they come', async () => {
    for (const order of [
      [EARLY, LATE],
      [LATE, EARLY],
    ]) {
      const one = somebody();
      for (const at of order)
        await seed(server, [one.says({ city: `city of ${at}` }, at)], at === LATE ? { key: crm } : {});
      expect(await one.attributes()).toEqual([said('city', `city of ${LATE}`, LATE, 'crm')]);
    }
  });

  it('is the one for the newest instant also within a batch', async () => {
    const one = somebody();
    await seed(server, [
      one.says({ city: 'Ghent' }, MIDDLE),
      one.says({ city: 'Bruges' }, LATE),
      one.says({ city: 'Ypres' }, EARLY),
    ]);
    expect(await one.attributes()).toEqual([said('city', 'Bruges', LATE)]);
  });

  it('is chosen for each attribute by itself', async () => {
    const one = somebody();
    await seed(server, [one.says({ city: 'Ghent', age: 30 }, MIDDLE)]);
    await seed(server, [one.says({ age: 29, height: 170 }, EARLY), one.says({ city: 'Bruges' }, LATE)]);
    expect(await one.attributes()).toEqual([
      said('age', 30, MIDDLE),
      said('city', 'Bruges', LATE),
      said('height', 170, EARLY),
    ]);
  });

  it('is for now when the item does not say for when', async () => {
    const one = somebody();
    await seed(server, [one.says({ city: 'Ghent' })]);
    expect(await one.attributes()).toEqual([said('city', 'Ghent', '2026-03-01T12:00:00.000Z')]);
  });

  it('is, of two for the same instant, the one that arrived later', async () => {
    const pairs: [unknown, unknown][] = [
      ['Ghent', 'Bruges'],
      [1, 2],
      [9, 10],
      [true, false],
      ['1', 1],
      [{ a: 1 }, [1]],
      [
        { a: 1, b: 2 },
        { b: 3, a: 1 },
      ],
      ['Ghent', null],
      [0, null],
    ];
    for (const [first, second] of pairs) {
      const [one, other, both] = [somebody(), somebody(), somebody()];
      await seed(server, [one.says({ x: first }, EARLY)]);
      await seed(server, [one.says({ x: second }, EARLY)]);
      await seed(server, [other.says({ x: second }, EARLY)]);
      await seed(server, [other.says({ x: first }, EARLY)]);
      await seed(server, [both.says({ x: second }, EARLY), both.says({ x: first }, EARLY)]);
      const standing = (value: unknown) => (value === null ? [] : [said('x', value, EARLY)]);
      expect(await one.attributes()).toEqual(standing(second));
      expect(await other.attributes()).toEqual(standing(first));
      expect(await both.attributes()).toEqual(standing(first));
    }
  });

  it('is, of two sources that say the same for the same instant, that of the one whose word arrived later', async () => {
    const [one, other] = [somebody(), somebody()];
    await seed(server, [one.says({ x: 1 }, EARLY)]);
    await seed(server, [one.says({ x: 1 }, EARLY)], { key: crm });
    await seed(server, [other.says({ x: 1 }, EARLY)], { key: crm });
    await seed(server, [other.says({ x: 1 }, EARLY)]);
    const sourceOf = ([fact]: unknown[]) => (fact as { source: { key: string } }).source.key;
    expect([sourceOf(await one.attributes()), sourceOf(await other.attributes())]).toEqual([
      'crm',
      'default',
    ]);
  });

  it('keeps any JSON as it was sent', async () => {
    const one = somebody();
    const values = {
      text: '“Zoë” 👩‍👩‍👧',
      list: [1, 'a', null, { b: [] }],
      object: { z: 1, a: { b: null } },
      no: false,
      zero: 0,
      empty: '',
      'member.startDate': '2026-01-01',
    };
    await seed(server, [one.says(values, EARLY)]);
    const attributes = (await one.attributes()) as { key: string; value: unknown }[];
    expect(Object.fromEntries(attributes.map(({ key, value }) => [key, value]))).toEqual(values);
    expect(attributes.map(({ key }) => key)).toEqual(Object.keys(values).sort());
  });
});

describe('an explicit null', () => {
  it('removes the attribute', async () => {
    const one = somebody();
    await seed(server, [one.says({ city: 'Ghent', age: 30 }, EARLY)]);
    await seed(server, [one.says({ city: null }, LATE)]);
    expect(await one.attributes()).toEqual([said('age', 30, EARLY)]);
  });

  it('keeps an older value away that comes later', async () => {
    const one = somebody();
    await seed(server, [one.says({ city: null }, LATE)]);
    await seed(server, [one.says({ city: 'Ghent' }, EARLY)]);
    await seed(server, [one.says({ city: 'Bruges' }, MIDDLE), one.says({ city: 'Ypres' }, EARLY)]);
    expect(await one.attributes()).toEqual([]);
  });

  it('gives way to a newer value', async () => {
    const one = somebody();
    await seed(server, [one.says({ city: null }, MIDDLE)]);
    await seed(server, [one.says({ city: 'Ghent' }, LATE)]);
    expect(await one.attributes()).toEqual([said('city', 'Ghent', LATE)]);
  });

  it('that is older than the value changes nothing', async () => {
    const one = somebody();
    await seed(server, [one.says({ city: 'Ghent' }, LATE)]);
    await seed(server, [one.says({ city: null }, EARLY)]);
    expect(await one.attributes()).toEqual([said('city', 'Ghent', LATE)]);
  });

  it('inside a value is a part of it', async () => {
    const one = somebody();
    await seed(server, [one.says({ address: { street: null } }, EARLY)]);
    expect(await one.attributes()).toEqual([said('address', { street: null }, EARLY)]);
  });
});

it('comes out the same for the same items of different instants, in whatever order and batches they come', async () => {
  const fact = fc.record({
    attributes: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom(null, 1, 2, '1', [1]), {
      minKeys: 1,
    }),
    at: fc.nat(100).map((day) => new Date(Date.parse(EARLY) + day * 1_000).toISOString()),
    source: fc.constantFrom('default', 'crm'),
  });
  const asItWas = fc.uniqueArray(fact, { selector: ({ at }) => at, minLength: 2, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(
      asItWas.chain((facts) =>
        fc.record({
          facts: fc.constant(facts),
          otherwise: fc.shuffledSubarray(facts, { minLength: facts.length }),
          batchSize: fc.integer({ min: 1, max: 4 }),
        }),
      ),
      async ({ facts, otherwise, batchSize }) => {
        const [one, other] = [somebody(), somebody()];
        for (const { attributes, at, source } of facts)
          await seed(server, [one.says(attributes, at)], source === 'crm' ? { key: crm } : {});
        for (let start = 0; start < otherwise.length; start += batchSize) {
          const batch = otherwise.slice(start, start + batchSize);
          for (const source of ['crm', 'default']) {
            const items = batch.filter((one) => one.source === source);
            await ingest(
              server,
              items.map(({ attributes, at }) => other.says(attributes, at)),
              source === 'crm' ? { key: crm } : {},
            );
          }
        }
        expect(await other.attributes()).toEqual(await one.attributes());
      },
    ),
    { numRuns: 40 },
  );
});

it('moves updatedAt with attributes and identifiers, and not with events or what is known already', async () => {
  const external = 'updated';
  const updatedAt = async () =>
    expectNoErrors(
      await gql(
        server,
        `{ profileByIdentifier(namespace: "external", value: "${external}") { createdAt updatedAt } }`,
      ),
    ).profileByIdentifier;
  await seed(server, [item({ external }, { attributes: { city: 'Ghent' }, occurredAt: LATE })]);
  const createdAt = clock.now().toISOString();
  expect(await updatedAt()).toEqual({ createdAt, updatedAt: createdAt });
  clock.advance(1_000);
  await seed(server, [
    item({ external }, { type: 'visit' }),
    item({ external }, { attributes: { city: 'Ypres' }, occurredAt: EARLY }),
  ]);
  expect(await updatedAt()).toEqual({ createdAt, updatedAt: createdAt });
  const identified = clock.advance(1_000).toISOString();
  await seed(server, [item({ external, device: 'updated-d' })]);
  expect(await updatedAt()).toEqual({ createdAt, updatedAt: identified });
  const changed = clock.advance(1_000).toISOString();
  await seed(server, [item({ external }, { attributes: { city: 'Bruges' } })]);
  expect(await updatedAt()).toEqual({ createdAt, updatedAt: changed });
});
