import {
  CountProfilesDocument,
  CreateSegmentDocument,
  createClient,
  OnefoldError,
  SegmentDocument,
  ViewerDocument,
} from '../../src/client/index.js';
import type { Client, CreateSegmentInput, IngestItemInput } from '../../src/client/index.js';
import { event as anEvent, item as anItem, newKey, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { TroubledFront } from './troubled-front.js';

/** As the client takes them: what the kit makes may hold anything where the schema has an enum. */
const item = (...made: Parameters<typeof anItem>) => anItem(...made) as IngestItemInput;
const event = (...made: Parameters<typeof anEvent>) => anEvent(...made) as IngestItemInput;

let server: TestServer;
let front: TroubledFront;
let client: Client;

beforeAll(async () => {
  server = await startServer();
  front = await TroubledFront.before(server.graphqlUrl);
  client = createClient({ url: front.url, apiKey: server.key });
});

let made = 0;
function newSegment(): CreateSegmentInput {
  return { key: `segment-${(made += 1)}`, name: 'A segment', rule: { event: { type: 'purchase' } } };
}

async function failureOf(work: Promise<unknown>): Promise<OnefoldError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OnefoldError);
  return error as OnefoldError;
}

describe('A call of the client', () => {
  it('gives the typed answer', async () => {
    const { viewer } = await client.execute(ViewerDocument);
    expect(viewer).toMatchObject({ workspace: { name: 'Test' } });
    const { segment } = await client.execute(SegmentDocument, { key: 'none-of-that-key' });
    expect(segment).toBeNull();
  });

  it('takes the text of an operation', async () => {
    const { viewer } = await client.execute<{ viewer: { scopes: string[] } }>('{ viewer { scopes } }');
    expect(viewer.scopes).toContain('READ');
    const text = 'query ($key: String!) { segment(key: $key) { key } }';
    expect(await client.execute(text, { key: 'none-of-that-key' })).toEqual({ segment: null });
  });

  it.each([
    ['{ viewer {', 'GRAPHQL_PARSE_FAILED'],
    ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query ($key: String!) { segment(key: $key) { key } }', 'BAD_USER_INPUT'],
    ['', 'BAD_REQUEST'],
  ])('throws what the server says of the text %j', async (text, code) => {
    expect(await failureOf(client.execute(text))).toMatchObject({
      code,
      message: expect.stringMatching(/\w/),
    });
  });

  it('throws the code, the message and the status of a refusal, and does not ask again', async () => {
    front.next();
    const reader = createClient({ url: front.url, apiKey: await newKey(server, ['READ']) });
    const error = await failureOf(reader.ingest([item({ external: 'nobody' })]));
    expect(error).toMatchObject({
      code: 'FORBIDDEN',
      status: 403,
      message: expect.stringContaining('INGEST'),
    });
    expect(error.errors).toHaveLength(1);
    expect(front.requests).toHaveLength(1);
  });

  it('throws UNAUTHENTICATED for a key that nobody knows', async () => {
    const stranger = createClient({ url: front.url, apiKey: 'of_unknown' });
    expect(await failureOf(stranger.execute(ViewerDocument))).toMatchObject({
      code: 'UNAUTHENTICATED',
      status: 401,
    });
  });

  it('says where it looked when no server is there', async () => {
    const lost = createClient({ url: 'http://127.0.0.1:9/graphql', apiKey: server.key, retryForMs: 0 });
    const error = await failureOf(lost.execute(ViewerDocument));
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('http://127.0.0.1:9/graphql'),
    });
  });

  it('says so when something else than Onefold answers', async () => {
    front.next('web-page');
    expect(await failureOf(client.execute(ViewerDocument))).toMatchObject({
      code: 'BAD_RESPONSE',
      status: 200,
      message: expect.stringContaining('/graphql'),
    });
    expect(front.requests).toHaveLength(1);
  });
});

describe('A call that meets with trouble on the way', () => {
  it('waits as long as a server with much to do asks for, even if it is a mutation', async () => {
    front.next({ throttledForMs: 300 });
    const input = newSegment();
    const { createSegment } = await client.execute(CreateSegmentDocument, { input });
    expect(createSegment).toMatchObject({ segment: { key: input.key }, userErrors: [] });
    const [first = 0, second = 0] = front.arrivedAt;
    expect(second - first).toBeGreaterThanOrEqual(300);
  });

  it('is sent again when it is a query', async () => {
    front.next('gateway-503', 'cut-before-arrival', 'answer-lost');
    await client.execute(CountProfilesDocument);
    expect(front.requests).toHaveLength(4);
    expect(new Set(front.requests).size).toBe(1);
  });

  it.each([
    '{ viewer { keyName } }',
    '# Of one kind only\nquery Q { ...F } fragment F on Query { viewer { keyName } }',
    'mutation { ingest(input: { items: [] }) { accepted } }',
  ])('is sent again when its text is that of something repeatable: %s', async (text) => {
    front.next('gateway-503', 'answer-lost');
    await client.execute(text);
    expect(front.requests).toHaveLength(3);
  });

  it.each([
    'mutation { createSegment(input: { key: "x", name: "X", rule: { all: [] } }) { segment { key } } }',
    'mutation { ingest(input: { items: [] }) { accepted } deleteSegment(input: { key: "x" }) { deletedKey } }',
    'mutation { ingest(input: { items: [] ',
  ])('is not sent again when its text is that of something else: %s', async (text) => {
    front.next('gateway-503');
    expect((await failureOf(client.execute(text))).code).toBe('UNAVAILABLE');
    expect(front.requests).toHaveLength(1);
  });

  it('is sent again when it is an ingest: what had arrived is a duplicate', async () => {
    front.next('answer-lost', 'gateway-503');
    const answer = await client.ingest([event({ external: 'once' }, 'purchase')]);
    expect(answer).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(front.requests).toHaveLength(3);
  });

  it.each(['gateway-503', 'cut-before-arrival', 'answer-lost'] as const)(
    'is not sent again when doing it twice would differ: %s',
    async (trouble) => {
      front.next(trouble);
      const error = await failureOf(client.execute(CreateSegmentDocument, { input: newSegment() }));
      expect(error.code).toBe(trouble === 'gateway-503' ? 'UNAVAILABLE' : 'UNREACHABLE');
      expect(front.requests).toHaveLength(1);
    },
  );

  it('is given up when the trouble lasts', async () => {
    front.next(...Array<'gateway-503'>(100).fill('gateway-503'));
    const impatient = createClient({ url: front.url, apiKey: server.key, retryForMs: 1_000 });
    expect(await failureOf(impatient.execute(ViewerDocument))).toMatchObject({
      code: 'UNAVAILABLE',
      status: 503,
    });
    expect(front.requests.length).toBeGreaterThanOrEqual(3);
    expect(front.requests.length).toBeLessThan(10);
  });

  it('is given up when its signal aborts, with the reason of the signal', async () => {
    front.next({ throttledForMs: 20_000 });
    const stop = new AbortController();
    const call = client.execute(ViewerDocument, {}, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('changed my mind')), 50);
    await expect(call).rejects.toThrow('changed my mind');
  });
});

describe('Ingest by the client', () => {
  it('sends nothing when there is nothing to send', async () => {
    front.next();
    expect(await client.ingest([])).toEqual({
      accepted: 0,
      duplicates: 0,
      conflicts: 0,
      rejected: 0,
      withWarnings: 0,
      results: [],
    });
    expect(front.requests).toHaveLength(0);
  });

  it('cuts many items into batches of 1,000 and answers them as one', async () => {
    front.next();
    const items = Array.from({ length: 2_500 }, (_, index) => event({ external: `many-${index}` }, 'visit'));
    const answer = await client.ingest(items);
    expect(front.requests.map((body) => itemsIn(body).length)).toEqual([1_000, 1_000, 500]);
    expect(answer).toMatchObject({ accepted: 2_500, duplicates: 0, conflicts: 0, rejected: 0 });
    expect(answer.results.map(({ externalId }) => externalId)).toEqual(
      items.map(({ externalId }) => externalId),
    );
  });

  it('names the place of a fault as the caller counts', async () => {
    const items = Array.from({ length: 1_200 }, (_, index) =>
      event({ external: `counted-${index}` }, 'visit'),
    );
    const faulty = items
      .with(1_150, item({ email: 'not an address' }, { externalId: 'faulty' }))
      .with(1_151, item({ external: 'counted', email: 'not an address' }));
    const { rejected, withWarnings, results } = await client.ingest(faulty);
    expect([rejected, withWarnings]).toEqual([1, 1]);
    expect(results[1_151]?.warnings).toMatchObject([
      { code: 'IDENTIFIER_INVALID', path: ['input', 'items', '1151', 'identifiers', '1', 'value'] },
    ]);
    expect(results[1_150]).toMatchObject({
      status: 'REJECTED',
      externalId: 'faulty',
      errors: [{ code: 'IDENTIFIER_INVALID', path: ['input', 'items', '1150', 'identifiers', '0', 'value'] }],
    });
  });

  it('cuts large items into requests that the server takes', async () => {
    front.next();
    const text = 'ü'.repeat(40_000);
    const items = Array.from({ length: 130 }, (_, index) =>
      event({ external: `large-${index}` }, 'note', { text }),
    );
    const { accepted } = await client.ingest(items);
    expect(accepted).toBe(130);
    expect(front.requests.map((body) => itemsIn(body).length)).toEqual([56, 56, 18]);
    for (const body of front.requests) expect(Buffer.byteLength(body)).toBeLessThan(4_600_000);
  });
});

describe('A number that JavaScript would round', () => {
  const NUMBER =
    'query ($value: String!) { profileByIdentifier(namespace: "external", value: $value) { attribute(key: "number") events { nodes { properties } } } }';

  it.each([157963456373623802n, -9007199254740993n, 123456789012345678901234567890n])(
    'goes as a bigint, and comes back as one: %s',
    async (number) => {
      const value = `exact${number}`;
      const sent = event(
        { external: value },
        'visit',
        { list: [number, 1.5, 'a'] },
        { attributes: { number } },
      );
      expect(await client.ingest([sent])).toMatchObject({ accepted: 1 });
      expect(await client.ingest([sent])).toMatchObject({ duplicates: 1 });
      expect(await client.execute(NUMBER, { value })).toEqual({
        profileByIdentifier: {
          attribute: number,
          events: { nodes: [{ properties: { list: [number, 1.5, 'a'] } }] },
        },
      });
    },
  );

  it('stays a number where it says the same', async () => {
    const numbers = [9007199254740991, 1.5, 1e21, 0.1];
    await client.ingest([event({ external: 'plain' }, 'visit', {}, { attributes: { number: numbers } })]);
    const answer = await client.execute<{ profileByIdentifier: { attribute: unknown } }>(NUMBER, {
      value: 'plain',
    });
    expect(answer.profileByIdentifier.attribute).toEqual([9007199254740991, 1.5, 1e21, 0.1]);
  });
});

function itemsIn(body: string): IngestItemInput[] {
  return (JSON.parse(body) as { variables: { input: { items: IngestItemInput[] } } }).variables.input.items;
}
