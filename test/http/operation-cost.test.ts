import { expectNoErrors, explained, gql, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

const RULE = '{ all: [] }';
const NESTED = `{ segments(first: $n) { nodes { members(first: $n) { nodes { events(first: $n) { nodes { id } } } } } } }`;
const HUGE = 125_501_001;

/** [what, query, variables, objects] */
const TOO_LARGE: [string, string, Record<string, unknown>, number][] = [
  ['the default of its variable', `query ($n: Int = 500) ${NESTED}`, {}, HUGE],
  ['the default of a variable that may not be null', `query ($n: Int! = 500) ${NESTED}`, {}, HUGE],
  ['what is given in place of the default', `query ($n: Int = 1) ${NESTED}`, { n: 500 }, HUGE],
  [
    'a default that stands in fragments',
    `query ($n: Int = 500) { ...all } fragment all on Query { segments(first: $n) { nodes { ...one } } }
    fragment one on Segment { members(first: $n) { nodes { ...person } } }
    fragment person on Profile { ... on Node { ... on Profile { events(first: $n) { nodes { id } } } } }`,
    {},
    HUGE,
  ],
  ['the default of `last`', `query ($n: Int = 500) ${NESTED.replaceAll('first:', 'last:')}`, {}, HUGE],
  [
    '`last` where `first` is null',
    `query ($n: Int = 500) ${NESTED.replaceAll('first: $n', 'first: null, last: $n')}`,
    {},
    HUGE,
  ],
  [
    '`last` where `first` is a variable that is absent',
    `query ($n: Int = 500, $none: Int) ${NESTED.replaceAll('first: $n', 'first: $none, last: $n')}`,
    {},
    HUGE,
  ],
  [
    'some defaults and some sizes',
    'query ($n: Int = 500) { segments(first: $n) { nodes { members(first: 500) { nodes { events(first: 2) { nodes { id } } } } } } }',
    {},
    1 + 500 * (2 + 500 * (2 + 2)),
  ],
  [
    'lists without pages that lead back to themselves',
    '{ profileSchemas { terms { taxonomy { schemas { terms { key } } } } } }',
    {},
    100 * (1 + 200 * (1 + 1 + 100 * (1 + 200))),
  ],
  [
    'the same, by way of a person',
    '{ profile(id: "none") { terms { term { taxonomy { schemas { attributes { sources { key } } } } } } } }',
    {},
    1 + 20 * (1 + 1 + 1 + 100 * (1 + 200 * (1 + 10))),
  ],
];

it.each(TOO_LARGE)('refuses an operation that is too large by %s', async (_what, query, variables, cost) => {
  const answer = await gql(server, query, variables);
  explained(answer, () => {
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['OPERATION_TOO_LARGE']);
    expect(answer.errors?.[0]?.message).toContain(`It may return ${cost} objects`);
    expect([answer.status, answer.data ?? null]).toEqual([400, null]);
  });
});

/** [what, query, variables, objects] */
const ASKED: [string, string, Record<string, unknown>, number][] = [
  ['without a size: 50', '{ profiles { nodes { events(first: 0) { nodes { id } } } } }', {}, 1 + 50 * 2],
  [
    'of a size that is null: 50',
    '{ profiles(first: null) { nodes { events(first: 0) { nodes { id } } } } }',
    {},
    1 + 50 * 2,
  ],
  [
    'of the size of a variable that is given as null, whatever its default: 50',
    'query ($n: Int = 500) { profiles(first: $n) { nodes { events(first: 0) { nodes { id } } } } }',
    { n: null },
    1 + 50 * 2,
  ],
  [
    'of the size of a variable whose default is null: 50',
    'query ($n: Int = null) { profiles(first: $n) { nodes { events(first: 0) { nodes { id } } } } }',
    {},
    1 + 50 * 2,
  ],
  [
    'of the size of a variable that is absent: 50',
    'query ($n: Int) { profiles(first: $n) { nodes { events(first: 0) { nodes { id } } } } }',
    {},
    1 + 50 * 2,
  ],
  [
    'of the size that the variable has by default',
    'query ($n: Int = 7) { profiles(first: $n) { nodes { events(first: 0) { nodes { id } } } } }',
    {},
    1 + 7 * 2,
  ],
  [
    'with the default of the schema: 10',
    `{ previewSegment(rule: ${RULE}) { sample { id } } }`,
    {},
    1 + 10 * 1,
  ],
  [
    'with the default of the schema for a variable that is absent: 10',
    `query ($n: Int) { previewSegment(rule: ${RULE}, sample: $n) { sample { id } } }`,
    {},
    1 + 10 * 1,
  ],
  [
    'by ids in a list',
    '{ nodes(ids: ["a", "b", "c"]) { ... on Segment { members { pageInfo { endCursor } } } } }',
    {},
    1 + 3 * (1 + 50),
  ],
  [
    'by variables in a list',
    'query ($a: ID!, $b: ID!) { nodes(ids: [$a, $b]) { ... on Segment { members { pageInfo { endCursor } } } } }',
    { a: 'a', b: 'b' },
    1 + 2 * (1 + 50),
  ],
  [
    'by the default of a list',
    'query ($ids: [ID!]! = ["a", "b", "c", "d"]) { nodes(ids: $ids) { ... on Segment { members { pageInfo { endCursor } } } } }',
    {},
    1 + 4 * (1 + 50),
  ],
  [
    'by one id in place of a list',
    'query ($ids: [ID!]! = "a") { nodes(ids: $ids) { ... on Segment { members { pageInfo { endCursor } } } } }',
    {},
    1 + (1 + 50),
  ],
];

it.each(ASKED)('counts what is asked %s', async (_what, query, variables, asked) => {
  const answer = await gql(server, query, variables);
  expectNoErrors(answer);
  explained(answer, () => expect(answer.extensions?.cost).toEqual({ asked, left: 500_000 - asked }));
});

it.each([-1, -500, -2_000_000_000])('lets no negative size of %i pay for another page', async (n) => {
  const query = `query ($n: Int = ${n}) { a: profiles(first: $n) { nodes { events(first: 500) { nodes { id } } } } ${NESTED.slice(1).replaceAll('$n', '500')}`;
  const answer = await gql(server, query);
  expect(answer.errors?.[0]?.extensions.code).toBe('OPERATION_TOO_LARGE');
});

it('counts each request by its own variables, though its document is known', async () => {
  const query = `query ($n: Int = 1) ${NESTED}`;
  for (const [variables, asked] of [
    [{}, 1 + 2 + 2 + 1],
    [{ n: 2 }, 1 + 2 * (2 + 2 * (2 + 2))],
    [{}, 1 + 2 + 2 + 1],
  ] as const) {
    const answer = await gql(server, query, variables);
    expectNoErrors(answer);
    expect(answer.extensions?.cost).toMatchObject({ asked });
  }
  const answer = await gql(server, query, { n: 500 });
  expect(answer.errors?.[0]?.extensions.code).toBe('OPERATION_TOO_LARGE');
});
