import {
  connect,
  createSegment,
  event,
  explained,
  gql,
  item,
  newKey,
  openSocket,
  post,
  seed,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { Answer, Asking, TestServer } from '../kit/index.js';

const INGEST = 'mutation ($items: [IngestItemInput!]!) { ingest(input: { items: $items }) { accepted } }';
const CREATE_SEGMENT =
  'mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { segment { id } } }';
const SEGMENT = { key: 'new', name: 'New', rule: { event: { type: 'purchase' } } };
const VERIFY =
  'mutation ($input: VerifyIdentifierInput!) { verifyIdentifier(input: $input) { profile { id } } }';
const SIX_MEGABYTES = 6 * 1024 * 1024;

let server: TestServer;
let before: Record<string, unknown[]>;

beforeAll(async () => {
  server = await startServer();
  await createSegment(server, 'buyers', { event: { type: 'purchase' } });
  await seed(server, [
    event({ email: 'ada@example.com' }, 'purchase', {}, { attributes: { city: 'Ghent' } }),
  ]);
  before = await snapshotTables(server);
});

afterEach(async () => {
  expect(await snapshotTables(server)).toEqual(before);
});

/** A coded error that says what to do, and nothing of our insides. */
function expectRefusal(answer: Answer, status: number, code: string, says: RegExp = /\w+ \w+ \w+/): void {
  explained(answer, () => {
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([status, code]);
    expect(answer.data ?? null).toBeNull();
    expect(answer.errors?.[0]?.message).toMatch(says);
    for (const error of answer.errors ?? []) {
      expect(error.extensions).not.toHaveProperty('stacktrace');
      expect(error.message).not.toMatch(/node_modules|at .*\.[jt]s|select |insert |undefined|\[object/);
    }
    expect(answer.headers.get('content-type')).toMatch(/^application\/(graphql-response\+)?json/);
    expect(answer.headers.get('x-request-id')).toMatch(/\S+/);
  });
}

const nested = (depth: number) => {
  // Two levels a step: segment { changes { nodes { segment …
  let query = '{ key }';
  for (let level = 0; level < depth; level += 1)
    query = `{ changes(first: 1) { nodes { segment ${query} } } }`;
  return `{ segment(key: "buyers") ${query} }`;
};
const aliased = (count: number) =>
  `{ ${Array.from({ length: count }, (_, index) => `a${index}: segment(key: "buyers") { key }`).join(' ')} }`;
const withDirectives = (count: number) => `{ viewer { ${'keyName @include(if: true) '.repeat(count)} } }`;
const WIDE =
  '{ profiles(first: 500) { nodes { events(first: 500) { nodes { source { id } } } segmentHistory(first: 500) { nodes { segment { id } profile { id } } } } } }';

describe('a body that is no GraphQL request is refused', () => {
  it.each([
    ['is empty', '', 400, 'BAD_REQUEST'],
    ['is cut off', '{"query":"{ viewer { keyName } }"', 400, 'MALFORMED_JSON'],
    ['is no JSON', 'query { viewer { keyName } }', 400, 'MALFORMED_JSON'],
    ['is a string', '"{ viewer { keyName } }"', 400, 'MALFORMED_JSON'],
    ['is null', 'null', 400, 'MALFORMED_JSON'],
    ['is a list of requests', '[{"query":"{ viewer { keyName } }"}]', 400, 'BAD_REQUEST'],
    ['has no query', '{}', 400, 'BAD_REQUEST'],
    ['has an empty query', '{"query":""}', 400, 'BAD_REQUEST'],
    ['has a query that is no text', '{"query":{"a":1}}', 400, 'BAD_REQUEST'],
    [
      'has variables that are no object',
      '{"query":"{ viewer { keyName } }","variables":"x"}',
      400,
      'BAD_REQUEST',
    ],
    [
      'has variables that are a list',
      '{"query":"{ viewer { keyName } }","variables":[1]}',
      400,
      'BAD_REQUEST',
    ],
    [
      'has extensions that are no object',
      '{"query":"{ viewer { keyName } }","extensions":"x"}',
      400,
      'BAD_REQUEST',
    ],
    [
      'names its operation by a number',
      '{"query":"{ viewer { keyName } }","operationName":7}',
      400,
      'BAD_REQUEST',
    ],
  ])('when it %s', async (_name, body, status, code) => {
    expectRefusal(await post(server, body), status, code);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'when it comes as %s, as a form of another site could send it',
    async (type) => {
      const body = JSON.stringify({
        query: 'mutation { deleteSegment(input: { key: "buyers" }) { deletedKey } }',
      });
      expectRefusal(await post(server, body, { headers: { 'content-type': type } }), 400, 'BAD_REQUEST');
    },
  );

  it('when its encoding is unknown, or not what it says', async () => {
    const body = JSON.stringify({ query: '{ viewer { keyName } }' });
    for (const encoding of ['zstd-9', 'gzip']) {
      expectRefusal(
        await post(server, body, { headers: { 'content-encoding': encoding } }),
        400,
        'BAD_REQUEST',
      );
    }
  });
});

/** [what, document, variables, code]: the same over HTTP and WebSocket. */
const OPERATIONS: [string, string, Record<string, unknown>, string, RegExp][] = [
  ['does not parse', '{ viewer { ', {}, 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
  ['is no document at all', 'hello there', {}, 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
  [
    'has 20,001 tokens',
    `{ viewer { ${'keyName '.repeat(20_001)} } }`,
    {},
    'GRAPHQL_PARSE_FAILED',
    /20000 tokens/,
  ],
  ['asks for an unknown field', '{ viewer { shoeSize } }', {}, 'GRAPHQL_VALIDATION_FAILED', /shoeSize/],
  [
    'names an unknown type',
    '{ node(id: "x") { ... on Shoe { id } } }',
    {},
    'GRAPHQL_VALIDATION_FAILED',
    /Shoe/,
  ],
  [
    'gives an unknown argument',
    '{ segment(key: "a", size: 9) { id } }',
    {},
    'GRAPHQL_VALIDATION_FAILED',
    /size/,
  ],
  ['uses an unknown directive', '{ viewer @shout { keyName } }', {}, 'GRAPHQL_VALIDATION_FAILED', /shout/],
  [
    'gives an unknown enum value',
    '{ profiles(orderBy: { field: TALLEST }) { nodes { id } } }',
    {},
    'GRAPHQL_VALIDATION_FAILED',
    /TALLEST/,
  ],
  ['leaves out an argument', '{ segment { id } }', {}, 'GRAPHQL_VALIDATION_FAILED', /key/],
  [
    'leaves out a variable',
    'query ($key: String!) { segment(key: $key) { id } }',
    {},
    'BAD_USER_INPUT',
    /\$key/,
  ],
  [
    'gives a variable of another type',
    'query ($key: String!) { segment(key: $key) { id } }',
    { key: 5 },
    'BAD_USER_INPUT',
    /\$key/,
  ],
  [
    'gives an instant that is none',
    VERIFY,
    { input: { namespace: 'email', value: 'ada@example.com', method: 'CODE', verifiedAt: 'yesterday' } },
    'BAD_USER_INPUT',
    /input\.verifiedAt/,
  ],
  [
    'gives an instant before the year 1',
    VERIFY,
    {
      input: {
        namespace: 'email',
        value: 'ada@example.com',
        method: 'CODE',
        verifiedAt: '0000-12-31T23:00:00Z',
      },
    },
    'BAD_USER_INPUT',
    /input\.verifiedAt/,
  ],
  [
    'gives an unknown field of an input',
    CREATE_SEGMENT,
    { input: { ...SEGMENT, color: 'red' } },
    'BAD_USER_INPUT',
    /color/,
  ],
  [
    'leaves out a field of an input',
    CREATE_SEGMENT,
    { input: { ...SEGMENT, key: undefined } },
    'BAD_USER_INPUT',
    /Field "key"/,
  ],
  [
    'gives null for an item of a list',
    CREATE_SEGMENT,
    { input: { ...SEGMENT, rule: { all: [null] } } },
    'BAD_USER_INPUT',
    /all\[0\]/,
  ],
  ['sends a batch that is no list', INGEST, { items: 'visit' }, 'BAD_USER_INPUT', /\$items/],
  ['sends no batch', INGEST, {}, 'BAD_USER_INPUT', /\$items/],
  [
    'writes a wrong item out in the document',
    'mutation { ingest(input: { items: [{ externalId: "a", identifiers: [], color: "red" }] }) { accepted } }',
    {},
    'GRAPHQL_VALIDATION_FAILED',
    /color/,
  ],
  [
    'sets none of several in a rule',
    '{ profiles(where: {}) { nodes { id } } }',
    {},
    'GRAPHQL_VALIDATION_FAILED',
    /[Ee]xactly one/,
  ],
  [
    'sets two of several in a rule',
    '{ profiles(where: { all: [], any: [] }) { nodes { id } } }',
    {},
    'GRAPHQL_VALIDATION_FAILED',
    /[Ee]xactly one/,
  ],
  [
    'sets none of several in a variable',
    'query ($rule: RuleInput!) { profiles(where: $rule) { nodes { id } } }',
    { rule: {} },
    'BAD_USER_INPUT',
    /[Ee]xactly one/,
  ],
  [
    'sets two of several in a variable',
    'query ($rule: RuleInput!) { profiles(where: $rule) { nodes { id } } }',
    { rule: { all: [], any: [] } },
    'BAD_USER_INPUT',
    /[Ee]xactly one/,
  ],
  [
    'sets one of several to null',
    'query ($rule: RuleInput!) { profiles(where: $rule) { nodes { id } } }',
    { rule: { all: null } },
    'BAD_USER_INPUT',
    /null/,
  ],
  [
    'holds two operations and names none',
    'query A { viewer { keyName } } query B { viewer { keyName } }',
    {},
    'OPERATION_RESOLUTION_FAILURE',
    /operation/,
  ],
  ['is too deep', nested(8), {}, 'OPERATION_TOO_LARGE', /14/],
  ['is very deep', nested(500), {}, 'OPERATION_TOO_LARGE', /200/],
  [
    'is deep through fragments',
    `{ segment(key: "buyers") { ...a } } ${[...'abcdefgh'].map((name, index, all) => `fragment ${name} on Segment { changes(first: 1) { nodes { segment { key ${all[index + 1] ? `...${all[index + 1]}` : ''} } } } }`).join(' ')}`,
    {},
    'OPERATION_TOO_LARGE',
    /14/,
  ],
  ['has too many aliases', aliased(41), {}, 'OPERATION_TOO_LARGE', /40/],
  ['has too many directives', withDirectives(41), {}, 'OPERATION_TOO_LARGE', /40/],
  ['may return too much', WIDE, {}, 'OPERATION_TOO_LARGE', /500000/],
  [
    'may return too much by its variables',
    'query ($n: Int) { profiles(first: $n) { nodes { events(first: $n) { nodes { source { id } } } segmentHistory(first: $n) { nodes { segment { id } profile { id } } } } } }',
    { n: 500 },
    'OPERATION_TOO_LARGE',
    /500000/,
  ],
  [
    'asks for a page that is too large',
    '{ profiles(first: 501) { nodes { id } } }',
    {},
    'PAGE_SIZE_INVALID',
    /500/,
  ],
  ['asks for a negative page', '{ profiles(last: -1) { nodes { id } } }', {}, 'PAGE_SIZE_INVALID', /500/],
  [
    'asks for both ends',
    '{ profiles(first: 1, last: 1) { nodes { id } } }',
    {},
    'PAGE_SIZE_INVALID',
    /not both/,
  ],
  [
    'gives a cursor that is none',
    '{ profiles(after: "here") { nodes { id } } }',
    {},
    'CURSOR_INVALID',
    /not from this list/,
  ],
  [
    'gives the cursor of another list',
    `{ profiles(after: "${Buffer.from('["other",1]').toString('base64url')}") { nodes { id } } }`,
    {},
    'CURSOR_INVALID',
    /not from this list/,
  ],
  [
    'sends 1,001 items',
    INGEST,
    { items: Array.from({ length: 1_001 }, () => item({ email: 'a@example.com' })) },
    'BATCH_TOO_LARGE',
    /1,000/,
  ],
];

describe('an operation is refused', () => {
  it.each(OPERATIONS)('over HTTP when it %s', async (_name, query, variables, code, says) => {
    expectRefusal(await gql(server, query, variables), 400, code, says);
  });

  it.each(OPERATIONS)(
    'over WebSocket when it %s, and the socket stays open',
    async (_name, query, variables, code, says) => {
      const socket = await connect(server);
      const id = socket.subscribe(query, variables);
      const [error] = await socket.nextErrors();
      expect([error?.extensions.code, error?.message]).toEqual([code, expect.stringMatching(says)]);
      socket.send({ type: 'complete', id });
      const again = socket.subscribe('{ viewer { keyName } }');
      for (let message = await socket.next(); message.id !== again; message = await socket.next());
      await socket.close();
    },
  );

  it('with at most 20 errors, however many there are', async () => {
    const fields = Array.from({ length: 1_000 }, (_, index) => `nothing${index}`).join(' ');
    const answer = await gql(server, `{ viewer { ${fields} } }`);
    expectRefusal(answer, 400, 'GRAPHQL_VALIDATION_FAILED', /\w/);
    expect(answer.errors?.length).toBeLessThanOrEqual(20);
  });

  it('when it names an operation that it does not hold', async () => {
    const body = JSON.stringify({ query: 'query A { viewer { keyName } }', operationName: 'B' });
    expectRefusal(await post(server, body), 400, 'OPERATION_RESOLUTION_FAILURE');
  });

  it('when a mutation comes by GET, with and without the header that only own pages can send', async () => {
    const url = `${server.graphqlUrl}?query=${encodeURIComponent('mutation { deleteSegment(input: { key: "buyers" }) { deletedKey } }')}`;
    const authorization = `Bearer ${server.key}`;
    const simple = await fetch(url, { headers: { authorization } });
    expect([simple.status, await codeOf(simple)]).toEqual([400, 'BAD_REQUEST']);
    const own = await fetch(url, { headers: { authorization, 'apollo-require-preflight': '1' } });
    expect([own.status, await codeOf(own)]).toEqual([405, 'BAD_REQUEST']);
  });

  it('when a query comes by GET as an image of another site could ask for it', async () => {
    const url = `${server.graphqlUrl}?query=${encodeURIComponent('{ viewer { keyName } }')}`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${server.key}` } });
    expect([answer.status, await codeOf(answer)]).toEqual([400, 'BAD_REQUEST']);
  });
});

describe('what is too large is refused', () => {
  const body = JSON.stringify({
    query: INGEST,
    variables: {
      items: [item({ email: 'a@example.com' }, { attributes: { note: 'x'.repeat(SIX_MEGABYTES) } })],
    },
  });

  it('over HTTP, when 6 MB are announced', async () => {
    expectRefusal(await post(server, body), 413, 'PAYLOAD_TOO_LARGE', /5 MB/);
  });

  it('over HTTP, when 6 MB come without an announcement', async () => {
    const stream = new Blob([body]).stream();
    const response = await fetch(server.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}` },
      body: stream,
      duplex: 'half',
    });
    expect([response.status, await codeOf(response)]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  it('over WebSocket, which it closes with 1009', async () => {
    const socket = await connect(server);
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: JSON.parse(body) }));
    expect((await socket.closing()).code).toBe(1009);
  });
});

describe('who may not is refused', () => {
  const CALLS: [string, string, Record<string, unknown>][] = [
    ['ingest', INGEST, { items: [item({ email: 'b@example.com' })] }],
    [
      'createSegment',
      'mutation { createSegment(input: { key: "new", name: "New", rule: { all: [] } }) { segment { id } } }',
      {},
    ],
    ['deleteSegment', 'mutation { deleteSegment(input: { key: "buyers" }) { deletedKey } }', {}],
    ['createSource', 'mutation { createSource(input: { key: "new", name: "New" }) { source { id } } }', {}],
    ['createApiKey', 'mutation { createApiKey(input: { name: "New", scopes: [ADMIN] }) { secret } }', {}],
  ];
  const keyless: Record<string, Asking> = {
    'without a key': { key: null },
    'with a wrong key': { key: 'of_wrong' },
  };

  it.each(
    CALLS.flatMap(([name, query, variables]) =>
      Object.keys(keyless).map((how) => [name, how, query, variables] as const),
    ),
  )('%s %s', async (_name, how, query, variables) => {
    expectRefusal(
      await gql(server, query, variables, keyless[how]),
      401,
      'UNAUTHENTICATED',
      /Authorization: Bearer/,
    );
  });

  it.each(CALLS)('%s with a key that lacks the scope', async (_name, query, variables) => {
    const key = await newKey(server, ['READ']);
    const answer = await gql(server, query, variables, { key });
    expectRefusal(answer, 403, 'FORBIDDEN', /needs a key with the scope [A-Z]+/);
    before = await snapshotTables(server);
    expect(before.api_key).toContainEqual(expect.objectContaining({ name: 'Test READ' }));
  });
});

describe('a socket that does not keep to the protocol is closed', () => {
  it.each([
    ['is no JSON', '{"type":'],
    ['is a list', '[]'],
    ['has no type', '{}'],
    ['has an unknown type', '{"type":"shout"}'],
    ['subscribes without an id', '{"type":"subscribe","payload":{"query":"{ viewer { keyName } }"}}'],
    ['subscribes without a query', '{"type":"subscribe","id":"1","payload":{}}'],
    [
      'subscribes with variables that are no object',
      '{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":"x"}}',
    ],
  ])('with 4400 when a message %s', async (_name, message) => {
    const socket = await connect(server);
    socket.send(message);
    expect((await socket.closing()).code).toBe(4400);
  });

  it('with 4401 when it subscribes before connection_init', async () => {
    const socket = await openSocket(server);
    socket.subscribe('{ viewer { keyName } }');
    expect((await socket.closing()).code).toBe(4401);
  });

  it('with 4429 at a second connection_init', async () => {
    const socket = await connect(server);
    socket.send({ type: 'connection_init', payload: { apiKey: server.key } });
    expect((await socket.closing()).code).toBe(4429);
  });

  it('with 4409 when an id is in use', async () => {
    const socket = await connect(server);
    const payload = { query: 'subscription { segmentChanges { cursor } }' };
    socket.send({ type: 'subscribe', id: '1', payload });
    socket.send({ type: 'subscribe', id: '1', payload });
    expect((await socket.closing()).code).toBe(4409);
  });
});

async function codeOf(response: Response): Promise<string | undefined> {
  const { errors } = (await response.json()) as Partial<Answer>;
  return errors?.[0]?.extensions.code;
}
