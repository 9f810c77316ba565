import { connect, explained, gql, newTenant, post, seed, item, startServer } from '../kit/index.js';
import type { Answer, TestServer } from '../kit/index.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  server = { ...server, ...(await newTenant(server)) };
});

const repeated = (depth: number, open: string, inside: string, close: string) =>
  `${open.repeat(depth)}${inside}${close.repeat(depth)}`;
const LITERAL_LEAF = '{all: []}';

/** Rules that nest, as JSON and as GraphQL writes them. */
const RULES: [what: string, json: (depth: number) => string, literal: (depth: number) => string][] = [
  ['not', (n) => repeated(n, '{"not":', '{"all":[]}', '}'), (n) => repeated(n, '{not:', LITERAL_LEAF, '}')],
  [
    'all',
    (n) => repeated(n, '{"all":[', '{"all":[]}', ']}'),
    (n) => repeated(n, '{all:[', LITERAL_LEAF, ']}'),
  ],
  [
    'any, second in its list',
    (n) => repeated(n, '{"any":[{"any":[]},', '{"all":[]}', ']}'),
    (n) => repeated(n, '{any:[{any:[]},', LITERAL_LEAF, ']}'),
  ],
];
const CREATE =
  'createSegment(input: { key: "deep", name: "x", rule: RULE, targetState: DRAFT }) { segment { key } userErrors { code path } }';

async function create(rule: { json?: string; literal?: string }): Promise<Answer> {
  const query = rule.literal
    ? `mutation { ${CREATE.replace('RULE', rule.literal)} }`
    : `mutation ($rule: RuleInput!) { ${CREATE.replace('RULE', '$rule')} }`;
  const answer = await post(
    server,
    `{"query":${JSON.stringify(query)},"variables":{"rule":${rule.json ?? 'null'}}}`,
  );
  await gql(server, 'mutation { deleteSegment(input: { key: "deep" }) { deletedKey } }');
  return answer;
}

describe.each(RULES)('a rule that nests by %s', (_what, json, literal) => {
  // The leaf is an `all` as well: 20 are around nothing.
  it('is taken to a depth of 20', async () => {
    for (const rule of [{ json: json(20) }, { literal: literal(20) }]) {
      const answer = await create(rule);
      explained(answer, () =>
        expect(answer.data.createSegment).toEqual({ segment: { key: 'deep' }, userErrors: [] }),
      );
    }
  });

  it.each([21, 40, 60, 150, 400, 1_500, 4_000])('is refused as one at a depth of %i', async (depth) => {
    const rules = [{ json: json(depth) }];
    // A document has at most 20,000 tokens.
    for (const rule of [...rules, ...(depth < 1_500 ? [{ literal: literal(depth) }] : [])]) {
      const answer = await create(rule);
      explained(answer, () => {
        expect(answer.data.createSegment).toMatchObject({
          segment: null,
          userErrors: [{ code: expect.any(String) }],
        });
        const [{ code, path }] = answer.data.createSegment.userErrors;
        // Lists of two have twice as many nodes.
        expect(['RULE_INVALID', 'RULE_TOO_LARGE']).toContain(code);
        if (code === 'RULE_INVALID')
          expect(path.filter((step: string) => ['all', 'any', 'not'].includes(step))).toHaveLength(21);
      });
    }
  });
});

it('a rule of 4,000 `not` in a document is refused as a rule, over HTTP and over a socket', async () => {
  const literal = repeated(4_000, '{not:', LITERAL_LEAF, '}');
  const answer = await create({ literal });
  explained(answer, () =>
    expect(answer.data.createSegment.userErrors).toMatchObject([{ code: 'RULE_INVALID' }]),
  );
  const socket = await connect(server);
  socket.subscribe(`{ previewSegment(rule: ${literal}) { count } }`);
  expect((await socket.nextErrors()).map(({ extensions }) => extensions.code)).toEqual(['RULE_INVALID']);
});

/** [what, document, variables as JSON] */
const DEEP: [string, (depth: number) => string, (depth: number) => string][] = [
  ['fields', (n) => `{ viewer ${repeated(n, '{ a ', '', '}')} }`, () => '{}'],
  ['a list in an argument', (n) => `{ segment(key: ${repeated(n, '[', '', ']')}) { key } }`, () => '{}'],
  [
    'an object in an argument',
    (n) => `{ segment(key: ${repeated(n, '{a:', '1', '}')}) { key } }`,
    () => '{}',
  ],
  [
    'the type of a variable',
    (n) => `query ($a: ${repeated(n, '[', 'Int', ']')}) { segment(key: $a) { key } }`,
    () => '{}',
  ],
  ['a list that is never closed', (n) => `{ segment(key: ${'['.repeat(n)}`, () => '{}'],
  ['a rule that is never closed', (n) => `{ previewSegment(rule: ${'{not:'.repeat(n)}`, () => '{}'],
  [
    'a variable',
    () => 'query ($a: String!) { segment(key: $a) { key } }',
    (n) => `{"a":${repeated(n, '[', '1', ']')}}`,
  ],
  [
    'a variable that is not asked for',
    () => '{ viewer { keyName } }',
    (n) => `{"a":${repeated(n, '{"b":', '1', '}')}}`,
  ],
  [
    'properties of an item',
    () =>
      'mutation ($p: JSON) { ingest(input: { items: [{ externalId: "x", identifiers: [], type: "t", properties: $p }] }) { rejected } }',
    (n) => `{"p":${repeated(n, '{"not":', '1', '}')}}`,
  ],
];

describe.each(DEEP)('%s', (_what, document, variables) => {
  it.each([500, 3_000, 5_000, 9_000, 90_000])(
    'nested %i deep is refused as the request that it is',
    async (depth) => {
      const body = `{"query":${JSON.stringify(document(depth))},"variables":${variables(depth)}}`;
      const answer = await post(server, body);
      explained(answer, () => {
        expect(answer.status).toBeLessThan(500);
        expect(answer.conversation).not.toMatch(/stack|INTERNAL/i);
      });
    },
  );

  it('ends nothing else on its socket', async () => {
    const socket = await connect(server);
    socket.subscribe('subscription { segmentChanges { kind } }');
    for (const depth of [500, 5_000, 9_000, 90_000]) {
      const payload = `{"query":${JSON.stringify(document(depth))},"variables":${variables(depth)}}`;
      socket.send(`{"id":"deep-${depth}","type":"subscribe","payload":${payload}}`);
      const { id, type, payload: told } = await socket.next();
      expect([id, ['error', 'next'].includes(type)]).toEqual([`deep-${depth}`, true]);
      expect(JSON.stringify(told)).not.toMatch(/stack|INTERNAL/i);
      if (type === 'next') expect(await socket.next()).toMatchObject({ id, type: 'complete' });
    }
    expect(socket.raw.readyState).toBe(socket.raw.OPEN);
    await socket.close();
  });
});

it('keeps what is cut off out of items: a batch beside it is taken whole', async () => {
  const [profile] = await seed(server, [
    item({ external: 'ada' }, { attributes: { not: { not: { all: [1] } } } }),
  ]);
  const query = '{ profileByIdentifier(namespace: "external", value: "ada") { id attribute(key: "not") } }';
  expect((await gql(server, query)).data.profileByIdentifier).toEqual({
    id: profile,
    attribute: { not: { all: [1] } },
  });
});
