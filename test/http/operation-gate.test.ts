import { connect, explained, gql, longestTurn, post, startServer } from '../kit/index.js';
import type { Answer, TestServer } from '../kit/index.js';

/** Processor time. Real machines need a fifth of it; tests run in a slower environment. */
const AT_MOST_MS = 500;

let server: TestServer;

beforeAll(async () => {
  server = await startServer({ developmentKey: 'of_development' });
  await gql(server, '{ viewer { keyName } }');
});

const codesOf = ({ errors = [] }: Answer) => errors.map(({ extensions }) => extensions.code);
const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

/** Each fragment spreads the next one. */
const chain = (count: number) =>
  `{ viewer { ...f0 } } ${times(count, (n) => `fragment f${n} on Viewer { keyName ${n + 1 < count ? `...f${n + 1}` : ''} }`)}`;
/** Each fragment spreads all after it. */
const web = (count: number) =>
  `{ viewer { ...f0 } } ${times(count, (n) => `fragment f${n} on Viewer { keyName ${times(count - n - 1, (m) => `...f${n + m + 1}`)} }`)}`;
const circle = `{ viewer { ...a } } fragment a on Viewer { ...b } fragment b on Viewer { keyName ...a }`;

/** [what, document, code] */
const DOCUMENTS: [string, string, string][] = [
  ['2,000 fragments in a chain', chain(2_000), 'OPERATION_TOO_LARGE'],
  ['201 fragments', chain(201), 'OPERATION_TOO_LARGE'],
  ['fragments in a circle', circle, 'GRAPHQL_VALIDATION_FAILED'],
  ['2,001 fields', `{ viewer { ${times(2_001, (n) => `f${n}`)} } }`, 'OPERATION_TOO_LARGE'],
  ['one field 1,000 times', `{ viewer { ${'keyName '.repeat(1_000)} } }`, 'OPERATION_TOO_LARGE'],
  [
    'one field with large arguments again and again',
    `{ ${times(60, () => `nodes(ids: [${'"a" '.repeat(60)}]) { id }`)} }`,
    'OPERATION_TOO_LARGE',
  ],
  ['5,001 values', `{ nodes(ids: [${'"a" '.repeat(5_001)}]) { id } }`, 'OPERATION_TOO_LARGE'],
  ['101 operations', times(101, (n) => `query q${n} { viewer { keyName } }`), 'OPERATION_TOO_LARGE'],
  ['9,000 levels', '{ a '.repeat(9_000) + '}'.repeat(9_000), 'OPERATION_TOO_LARGE'],
  [
    '9,000 levels of lists',
    `{ nodes(ids: ${'['.repeat(9_000)}${']'.repeat(9_000)}) { id } }`,
    'OPERATION_TOO_LARGE',
  ],
  ['600,000 characters', `{ viewer { keyName } } # ${'x'.repeat(600_000)}`, 'OPERATION_TOO_LARGE'],
  [
    '1,900 unknown fields',
    `{ viewer { ${times(1_900, (n) => `keyNam${n}`)} } }`,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['a name of 100,000 letters', `{ viewer { ${'k'.repeat(100_000)} } }`, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'forty times the schema',
    `{ ${times(40, (n) => `s${n}: __schema { types { fields { args { type { name } } type { name } } } }`)} }`,
    'OPERATION_TOO_LARGE',
  ],
];

describe('a document of', () => {
  it.each(DOCUMENTS)('%s is refused in a moment, over HTTP', async (_what, query, code) => {
    let answer: Answer | undefined;
    const turn = await longestTurn(async () => {
      answer = await gql(server, query);
    });
    explained(answer as Answer, () => {
      expect(codesOf(answer as Answer)[0]).toBe(code);
      expect([answer?.status, answer?.data ?? null]).toEqual([400, null]);
      expect(turn).toBeLessThan(AT_MOST_MS);
    });
  });

  it.each(DOCUMENTS)(
    '%s is refused over WebSocket, and the socket stays open',
    async (_what, query, code) => {
      const socket = await connect(server);
      socket.subscribe(query);
      const [error] = await socket.nextErrors();
      expect(error?.extensions.code).toBe(code);
      socket.subscribe('{ viewer { keyName } }');
      expect(await socket.next()).toMatchObject({ payload: { data: { viewer: {} } } });
      await socket.close();
    },
  );

  it.each([
    ['200 fragments in a chain', chain(200)],
    ['40 fragments that each spread all others', web(40)],
    ['440 equal fields', `{ viewer { ${'keyName '.repeat(440)} } }`],
    ['100 operations', times(100, (n) => `query q${n} { viewer { keyName } }`)],
    ['4,999 values', `{ nodes(ids: [${'"a" '.repeat(4_998)}]) { id } }`],
  ])('%s passes, in a moment', async (_what, query) => {
    let answer: Answer | undefined;
    const turn = await longestTurn(async () => {
      const operationName = query.startsWith('query q0') ? 'q7' : undefined;
      answer = await post(server, JSON.stringify({ query, operationName }));
    });
    explained(answer as Answer, () => {
      expect(codesOf(answer as Answer)).not.toContain('OPERATION_TOO_LARGE');
      expect(turn).toBeLessThan(AT_MOST_MS);
    });
  });
});

describe('without a key', () => {
  const INTROSPECTION =
    '{ __schema { queryType { name } } type: __type(name: "Profile") { name } __typename }';

  it.each([
    ['asks for data', '{ viewer { keyName } }'],
    ['does not parse', '{ viewer {'],
    ['is not valid', '{ viewer { shoeSize } }'],
    ['has 2,000 fragments', chain(2_000)],
    ['asks for the schema and for data', '{ __typename viewer { keyName } }'],
    [
      'asks for data beside a query for the schema',
      `query A ${INTROSPECTION} query B { viewer { keyName } }`,
    ],
    ['asks for data in a fragment', 'query { ...a } fragment a on Query { viewer { keyName } }'],
    ['changes something', 'mutation { deleteSegment(input: { key: "a" }) { deletedKey } }'],
    ['asks for the schema at great length', `${INTROSPECTION} # ${'x'.repeat(20_000)}`],
  ])('a document that %s is refused before it is validated', async (_what, query) => {
    const answer = await gql(server, query, {}, { key: null });
    // What cannot be read says so: nothing of the schema is told.
    const code = query === '{ viewer {' ? 'GRAPHQL_PARSE_FAILED' : 'UNAUTHENTICATED';
    explained(answer, () => expect([codesOf(answer), answer.data ?? null]).toEqual([[code], null]));
  });

  it('the schema can be asked for where the server runs embedded, and nowhere else', async () => {
    const other = await startServer();
    const embedded = await gql(server, INTROSPECTION, {}, { key: null });
    expect([embedded.status, embedded.data]).toEqual([
      200,
      { __schema: { queryType: { name: 'Query' } }, type: { name: 'Profile' }, __typename: 'Query' },
    ]);
    const elsewhere = await gql(other, INTROSPECTION, {}, { key: null });
    expect([elsewhere.status, codesOf(elsewhere)]).toEqual([401, ['UNAUTHENTICATED']]);
    expect((await gql(other, INTROSPECTION)).data).toEqual(embedded.data);
  });

  it('a body of 5 MB is not read', async () => {
    const body = JSON.stringify({ query: INTROSPECTION, variables: { a: 'x'.repeat(5_000_000) } });
    const answer = await post(server, body, { key: null });
    expect([answer.status, codesOf(answer)]).toEqual([401, ['UNAUTHENTICATED']]);
  });

  it('ten documents of 2,000 fragments at once hold nobody up', async () => {
    const bodies = Array.from({ length: 10 }, (_, n) => JSON.stringify({ query: `${chain(2_000)} # ${n}` }));
    const turn = await longestTurn(() =>
      Promise.all(bodies.map((body) => post(server, body, { key: null }))),
    );
    expect(turn).toBeLessThan(AT_MOST_MS);
  });
});
