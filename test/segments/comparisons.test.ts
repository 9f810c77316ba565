import { event, expectError, expectNoErrors, gql, seed, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

/** One person for each kind of value; `nothing` has none, and `nulled` an explicit null, which says the same. */
const VALUES = {
  one: 1,
  oneAndAHalf: 1.5,
  minusTwo: -2,
  huge: 1e21,
  emptyText: '',
  textOne: '1',
  apple: 'apple',
  capitalApple: 'Apple',
  apricot: 'apricot',
  percent: 'a%b_c',
  // As UTF-16, in which JavaScript compares, the face (U+D83D …) would come before the mark (U+FF61).
  mark: '\uff61',
  face: '\u{1f600}',
  lastYear: '2025-12-31T23:59:59Z',
  morning: '2026-01-31T09:00:00Z',
  later: '2026-01-31T10:00:00Z',
  eastern: '2026-01-31T12:00:00.5+03:00',
  day: '2026-01-31',
  yes: true,
  no: false,
  list: [1, 'a', true],
  emptyList: [],
  nested: [[1, 2], { a: 1, b: 2 }],
  object: { a: 1, b: [2] },
  emptyObject: {},
  nulled: null,
  nothing: undefined,
} satisfies Record<string, unknown>;
type Who = keyof typeof VALUES;

const EVERYBODY = Object.keys(VALUES) as Who[];
const UNKNOWN: Who[] = ['nulled', 'nothing'];
const LISTS: Who[] = ['list', 'emptyList', 'nested'];
const TEXTS = EVERYBODY.filter((who) => typeof VALUES[who] === 'string');
const but = (...excepted: Who[]) => EVERYBODY.filter((who) => !excepted.includes(who));

const TABLE: [comparison: Record<string, unknown>, who: Who[]][] = [
  [{ equals: 1 }, ['one']],
  [{ equals: '1' }, ['textOne']],
  [{ equals: 1e21 }, ['huge']],
  [{ equals: '' }, ['emptyText']],
  [{ equals: 'apple' }, ['apple']],
  [{ equals: true }, ['yes']],
  [{ equals: false }, ['no']],
  [{ equals: 'true' }, []],
  [{ equals: '1.5' }, []],
  [{ equals: '1000000000000000000000' }, []],
  [{ equals: '[]' }, []],
  [{ equals: '{"a": 1, "b": [2]}' }, []],
  [{ equals: 0 }, []],
  [{ equals: [1, 'a', true] }, ['list']],
  [{ equals: ['a', 1, true] }, []],
  [{ equals: [] }, ['emptyList']],
  [{ equals: { b: [2], a: 1 } }, ['object']],
  [{ equals: { a: 1 } }, []],
  [{ equals: {} }, ['emptyObject']],

  [{ notEquals: 1 }, but('one')],
  [{ notEquals: '1' }, but('textOne')],
  [{ notEquals: false }, but('no')],
  [{ notEquals: [] }, but('emptyList')],
  [{ notEquals: { a: 1, b: [2] } }, but('object')],

  [{ in: [1, 'apple', true, [], { a: 1, b: [2] }] }, ['one', 'apple', 'yes', 'emptyList', 'object']],
  [{ in: ['1', 1.5, 1.5] }, ['textOne', 'oneAndAHalf']],
  [{ in: ['1.5', 'apple', 'false', '{}'] }, ['apple']],
  [{ in: [] }, []],
  [{ notIn: [1, 'apple', false] }, but('one', 'apple', 'no')],
  [{ notIn: [] }, EVERYBODY],

  [{ gt: 1 }, ['oneAndAHalf', 'huge']],
  [{ gte: 1 }, ['one', 'oneAndAHalf', 'huge']],
  [{ lt: 1 }, ['minusTwo']],
  [{ lte: 1 }, ['one', 'minusTwo']],
  [{ lt: 1e22 }, ['one', 'oneAndAHalf', 'minusTwo', 'huge']],
  [{ gt: '' }, TEXTS.filter((who) => who !== 'emptyText')],
  [{ gte: '' }, TEXTS],
  [{ lt: '' }, []],
  [{ gt: 'apple' }, ['apricot', 'mark', 'face']],
  [{ gte: 'apple' }, ['apple', 'apricot', 'mark', 'face']],
  [{ lt: 'Apple' }, ['emptyText', 'textOne', 'lastYear', 'morning', 'later', 'eastern', 'day']],
  [
    { lte: 'Apple' },
    ['emptyText', 'textOne', 'lastYear', 'morning', 'later', 'eastern', 'day', 'capitalApple'],
  ],
  [{ gt: '\uff61' }, ['face']],
  [{ lt: '1' }, ['emptyText']],
  [
    { gte: '2026-01-31T09:00:00Z' },
    ['morning', 'later', 'eastern', 'apple', 'capitalApple', 'apricot', 'percent', 'mark', 'face'],
  ],
  [{ between: { from: '2025-12-31T23:59:59Z', to: '2026-01-31T09:00:00Z' } }, ['lastYear', 'morning', 'day']],
  [{ between: { from: '2026', to: '2027' } }, ['morning', 'later', 'eastern', 'day']],
  [{ equals: '2026-01-31T09:00:00.500Z' }, ['eastern']],
  [{ equals: '2026-01-31 14:30+05:30' }, ['morning']],
  [{ equals: '2026-01-31' }, ['day']],
  [{ equals: '2026-01-31T00:00:00Z' }, ['day']],
  [{ notEquals: '2026-01-31t10:00:00+0100' }, but('morning')],
  [{ in: ['2026-01-31T10:00:00.000000Z', '2026-01-31', 'apple', 1] }, ['later', 'day', 'apple', 'one']],
  [{ notIn: ['2026-01-31T11:00:00+01', '2026-01-31'] }, but('later', 'day')],
  [{ between: { from: '2026-01-31T09:00:00.1Z', to: '2026-01-31T10:00Z' } }, ['later', 'eastern']],
  [{ between: { from: '2026-01-30', to: '2026-01-31' } }, ['day']],
  [{ between: { from: '2026-01-31', to: '2026-02-01' } }, ['day', 'morning', 'later', 'eastern']],
  [{ lte: '2026-01-31T12:00:00+03:00' }, ['emptyText', 'textOne', 'lastYear', 'morning', 'day']],
  [{ lt: '2026-01-31' }, ['emptyText', 'textOne', 'lastYear']],
  [{ between: { from: 1, to: 1.5 } }, ['one', 'oneAndAHalf']],
  [{ between: { from: 2, to: 1 } }, []],

  [{ contains: 'pp' }, ['apple', 'capitalApple']],
  [{ contains: '%' }, ['percent']],
  [{ contains: '_' }, ['percent']],
  [{ contains: '1' }, ['textOne', 'lastYear', 'morning', 'later', 'eastern', 'day']],
  [{ startsWith: 'ap' }, ['apple', 'apricot']],
  [{ startsWith: 'a%' }, ['percent']],
  [{ startsWith: 'apple pie' }, []],
  [{ endsWith: 'e' }, ['apple', 'capitalApple']],
  [{ endsWith: ':00:00Z' }, ['morning', 'later']],
  [{ endsWith: 'an apple' }, []],
  [{ endsWith: '\u{1f600}' }, ['face']],

  [{ hasAny: [1, 'zzz'] }, ['list']],
  [{ hasAny: ['1'] }, []],
  [{ hasAny: [[1, 2]] }, ['nested']],
  [{ hasAny: [{ a: 1 }] }, []],
  [{ hasAny: [] }, []],
  [{ hasAll: ['a', 1] }, ['list']],
  [{ hasAll: ['a', 2] }, []],
  [{ hasAll: [true, true] }, ['list']],
  [{ hasAll: [{ b: 2, a: 1 }] }, ['nested']],
  [{ hasAll: [] }, LISTS],
  [{ hasNone: [1] }, but('list')],
  [{ hasNone: [1, [1, 2]] }, but('list', 'nested')],
  [{ hasNone: [] }, EVERYBODY],

  [{ exists: true }, but(...UNKNOWN)],
  [{ exists: false }, UNKNOWN],
];

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  await seed(
    server,
    EVERYBODY.map((who) => {
      const values = { v: VALUES[who] };
      return event(
        { external: `has-${who}` },
        'told',
        { ...values, deep: values },
        { attributes: { who, ...values } },
      );
    }),
  );
});

/** Who fits, by the search and by the preview, which must agree. */
async function whoFits(rule: unknown): Promise<string[]> {
  const data = expectNoErrors(
    await gql(
      server,
      `query ($rule: RuleInput!) {
        profiles(where: $rule, first: 500) { totalCount nodes { who: attribute(key: "who") } }
        previewSegment(rule: $rule, sample: 100) { count sample { who: attribute(key: "who") } } }`,
      { rule },
    ),
  );
  const names = (profiles: { who: string }[]) => profiles.map(({ who }) => who).sort();
  const found = names(data.profiles.nodes);
  expect(data.profiles.totalCount).toBe(found.length);
  expect(data.previewSegment.count).toBe(found.length);
  expect(names(data.previewSegment.sample)).toEqual(found);
  return found;
}

describe.each(TABLE)('%j', (is, who) => {
  const expected = [...who].sort();

  it('of an attribute fits exactly these people, and its negation all the others', async () => {
    const rule = { attribute: { key: 'v', is } };
    expect(await whoFits(rule)).toEqual(expected);
    expect(await whoFits({ not: rule })).toEqual(but(...who).sort());
  });

  it('of a property of an event fits the same, also inside an object', async () => {
    const told = (path: string) => ({ event: { type: 'told', where: [{ path, is }] } });
    expect(await whoFits(told('v'))).toEqual(expected);
    expect(await whoFits(told('deep.v'))).toEqual(expected);
  });
});

it('takes 1.0 and 1 for the same number', async () => {
  const data = expectNoErrors(
    await gql(
      server,
      `{ profiles(where: { attribute: { key: "v", is: { equals: 1.0 } } }) { nodes { attribute(key: "who") } } }`,
    ),
  );
  expect(data.profiles.nodes).toEqual([{ attribute: 'one' }]);
});

describe('a list has a value only when it is equal to one of its elements', () => {
  it.each([[[{ a: 1 }]], [[[1]]], [[[2, 1]]]])('%j', async (wanted) => {
    expect(await whoFits({ attribute: { key: 'v', is: { hasAny: wanted } } })).toEqual([]);
    expect(await whoFits({ attribute: { key: 'v', is: { hasAll: wanted } } })).toEqual([]);
  });
});

it('compares with an object as it was written, its nulls included', async () => {
  expect(await whoFits({ attribute: { key: 'v', is: { equals: { a: null } } } })).toEqual([]);
});

describe('what no value can be is refused, with the place', () => {
  const PATH = ['where', 'attribute', 'is'];

  it.each<[string, object, string[]]>([
    ['a text with U+0000', { equals: 'a\0b' }, ['equals']],
    ['a list with U+0000', { in: ['a', '\0'] }, ['in', '1']],
    ['U+0000 as part of a text', { contains: '\0' }, ['contains']],
    ['an order after U+0000', { gt: '\0' }, ['gt']],
    ['half of a surrogate pair', { equals: '\ud83d' }, ['equals']],
    ['an order of booleans', { gt: true }, ['gt']],
    ['an order of lists', { lte: [1] }, ['lte']],
    ['a range from a number to a text', { between: { from: 1, to: 'z' } }, ['between']],
    ['an empty part of a text', { startsWith: '' }, ['startsWith']],
    ['a text of 1,001 characters', { endsWith: 'x'.repeat(1_001) }, ['endsWith']],
    ['an order after a text of 1,001 characters', { gt: 'x'.repeat(1_001) }, ['gt']],
    ['a list of 1,001 values', { in: Array.from({ length: 1_001 }, (_, index) => index) }, ['in']],
  ])('%s', async (_, is, place) => {
    const answer = await gql(server, `query ($rule: RuleInput!) { profiles(where: $rule) { totalCount } }`, {
      rule: { attribute: { key: 'v', is } },
    });
    const error = expectError(answer, 'RULE_INVALID');
    expect(error.extensions.argumentPath).toEqual([...PATH, ...place]);
  });

  it('a number of more than 1,000 digits', async () => {
    const answer = await gql(
      server,
      `{ profiles(where: { attribute: { key: "v", is: { gt: 1e1000 } } }) { totalCount } }`,
    );
    expect(expectError(answer, 'RULE_INVALID').extensions.argumentPath).toEqual([...PATH, 'gt']);
  });

  it('the key of an attribute, the type of an event and the path of a property with U+0000', async () => {
    for (const rule of [
      { attribute: { key: '\0', is: { exists: true } } },
      { event: { type: '\0' } },
      { event: { type: 'told', where: [{ path: '\0', is: { exists: true } }] } },
    ])
      expectError(
        await gql(server, `query ($rule: RuleInput!) { profiles(where: $rule) { totalCount } }`, { rule }),
        'RULE_INVALID',
      );
  });
});
