import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { serverAudits } from 'graphql-http';
import { createSegment, event, gql, newKey, post, seed, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { ask } from './ask.js';

const VIEWER = '{ viewer { keyName } }';
const RESPONSE_JSON = 'application/graphql-response+json';
let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  await createSegment(server, 'buyers', { event: { type: 'purchase' } });
  await seed(
    server,
    Array.from({ length: 100 }, (_, index) => event({ external: `person-${index}` }, 'purchase')),
  );
});

function askGraphql(query: string, headers: Record<string, string> = {}, variables = {}) {
  return ask(server.url, '/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}`, ...headers },
    body: JSON.stringify({ query, variables }),
  });
}

describe('GraphQL over HTTP', () => {
  const audits = serverAudits({
    url: () => server.graphqlUrl,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, {
        ...init,
        headers: {
          ...(init.headers as Record<string, string>),
          authorization: `Bearer ${server.key}`,
          // Without it a GET is refused: an image of another site could send it.
          'apollo-require-preflight': '1',
        },
      }),
  });

  it('has the audits that graphql-http asks', () => {
    expect(audits).toHaveLength(61);
  });

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    '%s: %s',
    async (_id, _name, audit) => {
      const result = await audit.fn();
      expect(result).toMatchObject({ status: 'ok' });
    },
  );
});

describe('a fault of the operation', () => {
  const FAULTS: [string, string, Record<string, unknown>, string][] = [
    ['does not parse', '{ viewer {', {}, 'GRAPHQL_PARSE_FAILED'],
    ['asks for an unknown field', '{ viewer { shoeSize } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['leaves out an argument', '{ segment { id } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'gives a variable of another type',
      'query ($key: String!) { segment(key: $key) { id } }',
      { key: 5 },
      'BAD_USER_INPUT',
    ],
    [
      'names none of its operations',
      'query A { viewer { keyName } } query B { viewer { keyName } }',
      {},
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['has a cursor that is none', '{ profiles(after: "x") { nodes { id } } }', {}, 'CURSOR_INVALID'],
    ['asks for too large a page', '{ profiles(first: 501) { nodes { id } } }', {}, 'PAGE_SIZE_INVALID'],
  ];

  it.each(FAULTS)(
    'is 400 in its own media type, and 200 as JSON: it %s',
    async (_, query, variables, code) => {
      const statuses: Record<string, unknown> = {};
      for (const accept of [
        RESPONSE_JSON,
        `${RESPONSE_JSON}, application/json`,
        'application/json',
        '*/*',
        `application/json, ${RESPONSE_JSON};q=0.5`,
      ]) {
        const { status, headers, json } = await askGraphql(query, { accept }, variables);
        expect(json.errors[0].extensions.code).toBe(code);
        statuses[accept] = [status, headers['content-type']?.split(';')[0]];
      }
      expect(statuses).toEqual({
        [RESPONSE_JSON]: [400, RESPONSE_JSON],
        [`${RESPONSE_JSON}, application/json`]: [400, RESPONSE_JSON],
        'application/json': [200, 'application/json'],
        '*/*': [200, 'application/json'],
        [`application/json, ${RESPONSE_JSON};q=0.5`]: [200, 'application/json'],
      });
    },
  );

  it('keeps its status in both when clients act on it', async () => {
    const key = await newKey(server, ['READ']);
    const remove = 'mutation { deleteSegment(input: { key: "buyers" }) { deletedKey } }';
    for (const accept of [RESPONSE_JSON, 'application/json']) {
      const of = async (query: string, authorization: string) =>
        (await askGraphql(query, { accept, authorization })).status;
      expect(await of(VIEWER, 'Bearer of_wrong')).toBe(401);
      expect(await of(remove, `Bearer ${key}`)).toBe(403);
      expect(await of('', `Bearer ${server.key}`)).toBe(400);
      expect(await of('subscription { segmentChanges { cursor } }', `Bearer ${server.key}`)).toBe(400);
    }
  });

  it('does not run a mutation whose answer would not be accepted', async () => {
    for (const accept of ['text/html', 'application/xml', 'image/png, text/*']) {
      const { status, json } = await askGraphql(
        'mutation { deleteSegment(input: { key: "buyers" }) { deletedKey } }',
        { accept },
      );
      expect([accept, status, json.errors[0].extensions.code]).toEqual([accept, 406, 'NOT_ACCEPTABLE']);
    }
    const { data } = await gql(server, '{ segment(key: "buyers") { key } }');
    expect(data).toEqual({ segment: { key: 'buyers' } });
  });
});

it.each([
  ['one operation', [{ query: VIEWER }]],
  ['two operations', [{ query: VIEWER }, { query: VIEWER }]],
  ['none', []],
  ['something else', [1, null]],
])('does not take a list of %s, and says what to do', async (_name, body) => {
  const answer = await post(server, JSON.stringify(body));
  expect([answer.status, answer.errors]).toEqual([
    400,
    [{ message: expect.stringMatching(/request of its own/), extensions: { code: 'BAD_REQUEST' } }],
  ]);
});

describe('a request without a key that this server takes', () => {
  const REALM = 'Bearer realm="Onefold"';
  const INVALID = /^Bearer realm="Onefold", error="invalid_token", error_description="[^"]+"$/;
  const challengeOf = async (authorization: string | undefined) => {
    const { status, headers } = await ask(server.url, '/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
      body: JSON.stringify({ query: VIEWER }),
    });
    return [status, headers['www-authenticate']];
  };

  it('is told to bring one', async () => {
    expect(await challengeOf(undefined)).toEqual([401, REALM]);
  });

  it.each(['Basic YTpi', 'of_key-without-scheme', 'Bearer', 'Bearer '])(
    'is told so with the header %j, which has none',
    async (authorization) => {
      expect(await challengeOf(authorization)).toEqual([401, REALM]);
    },
  );

  it.each(['Bearer of_wrong', 'bearer of_wrong', 'Bearer x'])(
    'is told that it is no good with %j',
    async (authorization) => {
      expect(await challengeOf(authorization)).toEqual([401, expect.stringMatching(INVALID)]);
    },
  );

  it('is told nothing of it when the key is good, or lacks a scope', async () => {
    expect(await challengeOf(`Bearer ${server.key}`)).toEqual([200, undefined]);
    const key = await newKey(server, ['READ']);
    const refused = await gql(server, '{ apiKeys { nodes { name } } }', {}, { key });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([403, null]);
  });
});

describe('every answer', () => {
  it.each([
    ['an answer', () => askGraphql(VIEWER)],
    ['a wrong document', () => askGraphql('{')],
    ['a wrong key', () => askGraphql(VIEWER, { authorization: 'Bearer of_wrong' })],
    ['a broken body', () => ask(server.url, '/graphql', { method: 'POST', body: '{' })],
    ['a query by GET', () => ask(server.url, '/graphql?query=%7Bviewer%7BkeyName%7D%7D')],
    ['health', () => ask(server.url, '/health/live')],
    ['readiness', () => ask(server.url, '/health/ready')],
    ['nothing there', () => ask(server.url, '/nope')],
    ['a wrong method', () => ask(server.url, '/graphql', { method: 'PUT' })],
    ['a wrong host', () => ask(server.url, '/graphql', { headers: { host: 'evil.example' } })],
    ['the settings of GraphiQL', () => ask(server.url, '/graphiql/config.json')],
  ])('is not kept, and is what it says it is: %s', async (_name, asked) => {
    const { headers } = await asked();
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'x-request-id': expect.stringMatching(/\S+/),
    });
    expect(headers).not.toHaveProperty('etag');
    expect(headers).not.toHaveProperty('x-powered-by');
  });
});

describe('compression', () => {
  const LARGE =
    '{ segment(key: "buyers") { members(first: 100) { edges { cursor node { id createdAt } } } } }';
  const unpack: Record<string, (body: Buffer) => Buffer> = {
    gzip: (body) => gunzipSync(body),
    br: (body) => brotliDecompressSync(body),
  };

  it.each([
    ['gzip', 'gzip'],
    ['br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['br;q=0.1, gzip;q=0.9', 'gzip'],
    ['gzip, identity;q=0', 'gzip'],
  ])('answers %j with %s, and a fraction of the bytes', async (accepted, encoding) => {
    const plain = await askGraphql(LARGE);
    const packed = await askGraphql(LARGE, { 'accept-encoding': accepted });
    expect([plain.headers['content-encoding'], packed.headers['content-encoding']]).toEqual([
      undefined,
      encoding,
    ]);
    expect(packed.headers.vary).toMatch(/accept-encoding/i);
    expect(packed.body.length).toBeLessThan(plain.body.length / 3);
    expect(JSON.parse(unpack[encoding]!(packed.body).toString())).toEqual(plain.json);
  });

  it('answers in the media type of GraphQL too', async () => {
    const { headers } = await askGraphql(LARGE, { accept: RESPONSE_JSON, 'accept-encoding': 'br' });
    expect([headers['content-type'], headers['content-encoding']]).toEqual([
      `${RESPONSE_JSON}; charset=utf-8`,
      'br',
    ]);
  });

  it.each(['', 'identity', 'br;q=0, gzip;q=0', 'zstd', 'nonsense'])(
    'leaves the answer as it is for %j',
    async (accepted) => {
      const { headers, json } = await askGraphql(LARGE, { 'accept-encoding': accepted });
      expect([headers['content-encoding'], Boolean(json.data)]).toEqual([undefined, true]);
    },
  );

  it('leaves small answers and health alone', async () => {
    const small = await askGraphql(VIEWER, { 'accept-encoding': 'br, gzip' });
    const health = await ask(server.url, '/health/ready', { headers: { 'accept-encoding': 'br, gzip' } });
    for (const { headers } of [small, health]) {
      expect(headers['content-encoding']).toBeUndefined();
      expect(headers['content-length']).toMatch(/^\d+$/);
    }
  });
});
