import {
  event,
  expectNoErrors,
  gql,
  ingest,
  item,
  ManualClock,
  newKey,
  seed,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { IngestResult, ItemInput, TestServer } from '../kit/index.js';

const EVENTS = `query ($email: String!) { profileByIdentifier(namespace: "email", value: $email) {
  id events { nodes { id type occurredAt receivedAt properties source { key } } } attributes { key value } identifiers { nodes { namespace: namespaceKey value } } } }`;

/** Refused items are kept there: see quarantine.test.ts. */
const KEPT_APART = { except: ['quarantine'] };

let server: TestServer;
let clock: ManualClock;

beforeAll(async () => {
  clock = new ManualClock('2026-03-01T12:00:00.000Z');
  server = await startServer({ clock });
  expectNoErrors(
    await gql(
      server,
      'mutation { createSource(input: { key: "crm", name: "CRM" }) { userErrors { code } } }',
    ),
  );
});

const profileOf = async (email: string) =>
  expectNoErrors(await gql(server, EVENTS, { email })).profileByIdentifier;

async function expectNothingChanges<T>(work: () => Promise<T>): Promise<T> {
  const before = await snapshotTables(server, KEPT_APART);
  const result = await work();
  expect(await snapshotTables(server, KEPT_APART)).toEqual(before);
  return result;
}

/** [code, path] of each error. */
const faultsOf = (result: IngestResult | undefined) => result?.errors.map(({ code, path }) => [code, path]);

describe('an item that is new', () => {
  it('is accepted, and can be read when the answer comes', async () => {
    const [result] = await ingest(server, [
      event(
        { email: 'new@example.com', external: 'n-1' },
        'purchase',
        { total: 12.5, lines: [{ sku: 'a' }] },
        {
          externalId: 'order-1',
          occurredAt: '2026-02-03T04:05:06.789Z',
          attributes: { city: 'Ghent' },
        },
      ),
    ]);
    expect(result).toEqual({
      status: 'ACCEPTED',
      externalId: 'order-1',
      eventId: expect.stringMatching(/^event_[0-9a-z]{26}$/),
      profileId: expect.stringMatching(/^profile_[0-9a-z]{26}$/),
      errors: [],
      warnings: [],
    });
    expect(await profileOf('new@example.com')).toEqual({
      id: result?.profileId,
      events: {
        nodes: [
          {
            id: result?.eventId,
            type: 'purchase',
            occurredAt: '2026-02-03T04:05:06.789Z',
            receivedAt: '2026-03-01T12:00:00.000Z',
            properties: { total: 12.5, lines: [{ sku: 'a' }] },
            source: { key: 'default' },
          },
        ],
      },
      attributes: [{ key: 'city', value: 'Ghent' }],
      identifiers: {
        nodes: [
          { namespace: 'email', value: 'new@example.com' },
          { namespace: 'external', value: 'n-1' },
        ],
      },
    });
  });

  it('happened when it was received, unless it says when', async () => {
    await seed(server, [event({ email: 'now@example.com' }, 'visit')]);
    expect((await profileOf('now@example.com')).events.nodes).toMatchObject([
      { occurredAt: '2026-03-01T12:00:00.000Z', properties: {} },
    ]);
  });

  it('needs no event: it may tell only attributes, or only that the person exists', async () => {
    const [told, bare] = await ingest(server, [
      item({ email: 'told@example.com' }, { attributes: { city: 'Ghent' } }),
      item({ email: 'bare@example.com' }),
    ]);
    expect([told?.status, told?.eventId, bare?.status, bare?.eventId]).toEqual([
      'ACCEPTED',
      null,
      'ACCEPTED',
      null,
    ]);
    expect(await profileOf('bare@example.com')).toMatchObject({ events: { nodes: [] }, attributes: [] });
  });

  it('keeps properties as they were sent', async () => {
    const properties = {
      text: '“Zoë” 👩‍👩‍👧 \\ " \n\t',
      '': 'empty key',
      nested: { deep: [[[{}]], null, true, -0.5, 1e21, 5e-324, 9007199254740991] },
      __proto: 'fine',
      'a.b': 1,
    };
    await seed(server, [event({ email: 'exact@example.com' }, 'visit', properties)]);
    expect((await profileOf('exact@example.com')).events.nodes[0].properties).toEqual(properties);
  });

  it('an empty batch is answered by nothing', async () => {
    expect(await expectNothingChanges(() => ingest(server, []))).toEqual([]);
  });
});

describe('an item that was accepted before', () => {
  const first = event(
    { email: 'again@example.com' },
    'purchase',
    { a: 1, b: { c: 2, d: 3 } },
    {
      externalId: 'again-1',
      occurredAt: '2026-02-01T00:00:00Z',
      attributes: { city: 'Ghent', age: 30 },
    },
  );
  let accepted: IngestResult;

  beforeAll(async () => {
    [accepted] = (await ingest(server, [first])) as [IngestResult];
  });

  it('is a duplicate with the first event’s id, and changes nothing', async () => {
    const results = await expectNothingChanges(async () => [
      ...(await ingest(server, [first])),
      ...(await ingest(server, [first, first])),
    ]);
    expect(results).toEqual(Array(3).fill({ ...accepted, status: 'DUPLICATE' }));
  });

  it('is a duplicate also with its keys in another order, or its nulls left out', async () => {
    const reordered: ItemInput = {
      attributes: { age: 30, city: 'Ghent' },
      properties: { b: { d: 3, c: 2 }, a: 1 },
      type: 'purchase',
      occurredAt: '2026-02-01T01:00:00.000+01:00',
      identifiers: first.identifiers,
      externalId: 'again-1',
    };
    const results = await expectNothingChanges(() => ingest(server, [reordered]));
    expect(results).toEqual([{ ...accepted, status: 'DUPLICATE' }]);
  });

  it('is a duplicate later too, though without occurredAt it would then have happened later', async () => {
    const undated = event({ email: 'undated@example.com' }, 'visit', {}, { occurredAt: null });
    const [result] = await ingest(server, [undated]);
    clock.advance(3_600_000);
    const [again] = await expectNothingChanges(() => ingest(server, [undated]));
    expect(again).toEqual({ ...result, status: 'DUPLICATE' });
  });

  it.each<[string, Partial<ItemInput>]>([
    ['property', { properties: { a: 2, b: { c: 2, d: 3 } } }],
    ['attribute', { attributes: { city: 'Ghent', age: 31 } }],
    ['attribute left out', { attributes: { city: 'Ghent' } }],
    ['attribute that is null', { attributes: { city: 'Ghent', age: null } }],
    ['type', { type: 'refund' }],
    ['identifier', { identifiers: [{ namespace: 'email', value: 'other@example.com' }] }],
    ['number of identifiers', { identifiers: [...first.identifiers, { namespace: 'device', value: 'd' }] }],
    ['occurredAt', { occurredAt: '2026-02-01T00:00:00.001Z' }],
    ['missing occurredAt', { occurredAt: null }],
    ['order of a list', { properties: { a: 1, b: [2, 3] } }],
  ])('is a conflict with another %s, and changes nothing', async (_name, other) => {
    const [result] = await expectNothingChanges(() => ingest(server, [{ ...first, ...other }]));
    expect(result).toEqual({
      status: 'CONFLICT',
      externalId: 'again-1',
      eventId: accepted.eventId,
      profileId: null,
      errors: [
        {
          code: 'EXTERNAL_ID_CONFLICT',
          path: ['input', 'items', '0', 'externalId'],
          message: expect.stringContaining('new externalId'),
        },
      ],
      warnings: [],
    });
  });

  it('is a new item when another source sends it', async () => {
    const key = await newKey(server, ['INGEST'], { source: 'crm' });
    const [result] = await ingest(server, [first], { key });
    expect(result).toMatchObject({ status: 'ACCEPTED', profileId: accepted.profileId });
    expect(result?.eventId).not.toBe(accepted.eventId);
    const [again] = await ingest(server, [first], { key });
    expect(again).toEqual({ ...result, status: 'DUPLICATE' });
    expect((await profileOf('again@example.com')).events.nodes).toMatchObject([
      { source: { key: 'crm' } },
      { source: { key: 'default' } },
    ]);
  });
});

describe('an item that comes twice in one batch', () => {
  it('is accepted once; what is the same is a duplicate of it, what differs is a conflict with it', async () => {
    const one = event({ email: 'twice@example.com' }, 'visit', { page: 1 }, { externalId: 'twice-1' });
    const results = await ingest(server, [
      one,
      { ...one, properties: { page: 2 } },
      one,
      { ...one, properties: { page: 1 } },
    ]);
    const eventId = results[0]?.eventId;
    expect(results.map((result) => [result.status, result.eventId])).toEqual([
      ['ACCEPTED', eventId],
      ['CONFLICT', eventId],
      ['DUPLICATE', eventId],
      ['DUPLICATE', eventId],
    ]);
    expect((await profileOf('twice@example.com')).events.nodes).toHaveLength(1);
  });

  it('is tried by itself when the one before it was rejected', async () => {
    const blocked = event({ device: 'unknown' }, 'visit', {}, { externalId: 'second-chance' });
    const mended = event({ email: 'mended@example.com' }, 'visit', {}, { externalId: 'second-chance' });
    const results = await ingest(server, [blocked, mended, mended, blocked]);
    expect(results.map((result) => result.status)).toEqual(['REJECTED', 'ACCEPTED', 'DUPLICATE', 'REJECTED']);
    expect((await profileOf('mended@example.com')).events.nodes).toHaveLength(1);
  });
});

describe('an item that is wrong', () => {
  const wrong = (rest: Partial<ItemInput>) => ({
    ...event({ email: 'wrong@example.com' }, 'visit'),
    ...rest,
  });
  const at = (...path: string[]) => ['input', 'items', '0', ...path];

  it.each<[string, Partial<ItemInput>, [string, string[]][]]>([
    ['has no identifiers', { identifiers: [] }, [['REQUIRED', at('identifiers')]]],
    [
      'has 21 identifiers',
      {
        identifiers: Array.from({ length: 21 }, (_, index) => ({ namespace: 'device', value: `d${index}` })),
      },
      [['TOO_MANY', at('identifiers')]],
    ],
    ['has an empty externalId', { externalId: ' ' }, [['REQUIRED', at('externalId')]]],
    [
      'has an externalId of 257 characters',
      { externalId: 'x'.repeat(257) },
      [['TOO_LONG', at('externalId')]],
    ],
    ['has U+0000 in its externalId', { externalId: 'a\u0000b' }, [['INVALID_VALUE', at('externalId')]]],
    ['has an empty type', { type: '' }, [['REQUIRED', at('type')]]],
    ['has a type of 101 characters', { type: 'x'.repeat(101) }, [['TOO_LONG', at('type')]]],
    ['has a newline in its type', { type: 'a\nb' }, [['INVALID_VALUE', at('type')]]],
    ['has properties but no type', { type: null, properties: { a: 1 } }, [['REQUIRED', at('type')]]],
    ['has properties that are a list', { properties: [1] }, [['INVALID_VALUE', at('properties')]]],
    ['has properties that are a text', { properties: 'a' }, [['INVALID_VALUE', at('properties')]]],
    ['has attributes that are a list', { attributes: [] }, [['INVALID_VALUE', at('attributes')]]],
    ['has attributes that are a number', { attributes: 7 }, [['INVALID_VALUE', at('attributes')]]],
    [
      'has 201 attributes',
      { attributes: Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`a${index}`, 1])) },
      [['TOO_MANY', at('attributes')]],
    ],
    [
      'has U+0000 in a property',
      { properties: { a: { b: ['x', 'a\u0000b'] } } },
      [['INVALID_VALUE', at('properties', 'a', 'b', '1')]],
    ],
    [
      'has U+0000 in the name of a property',
      { properties: { 'a\u0000': 1 } },
      [['INVALID_VALUE', at('properties')]],
    ],
    [
      'has half a character in a property',
      { properties: { a: '\ud800' } },
      [['INVALID_VALUE', at('properties', 'a')]],
    ],
    [
      'happened more than 24 hours ahead',
      { occurredAt: '2026-03-02T13:00:00.001Z' },
      [['OCCURRED_AT_AHEAD', at('occurredAt')]],
    ],
    [
      'has several faults, which are all named',
      {
        externalId: '',
        occurredAt: '2030-01-01T00:00:00Z',
        identifiers: [
          { namespace: 'email', value: 'n/a' },
          { namespace: 'email', value: 'nobody' },
          { namespace: 'shoe', value: '44' },
          { namespace: 'phone', value: '' },
        ],
        type: '',
        attributes: 7,
      },
      [
        ['REQUIRED', at('externalId')],
        ['OCCURRED_AT_AHEAD', at('occurredAt')],
        ['IDENTIFIER_INVALID', at('identifiers', '0', 'value')],
        ['IDENTIFIER_INVALID', at('identifiers', '1', 'value')],
        ['NAMESPACE_UNKNOWN', at('identifiers', '2', 'namespace')],
        ['REQUIRED', at('identifiers', '3', 'value')],
        ['REQUIRED', at('type')],
        ['INVALID_VALUE', at('attributes')],
      ],
    ],
  ])('is rejected when it %s, and nothing of it is kept', async (_name, rest, faults) => {
    clock.set('2026-03-01T13:00:00.000Z');
    const [result] = await expectNothingChanges(() => ingest(server, [wrong(rest)]));
    expect([result?.status, faultsOf(result)]).toEqual(['REJECTED', faults]);
    expect(result).toMatchObject({ eventId: null, profileId: null });
    for (const { message } of result?.errors ?? []) expect(message).toMatch(/^[A-Z`].{15,}\.$/s);
  });

  it('is rejected when a number has more than 1,000 digits', async () => {
    const [one] = [event({ email: 'huge@example.com' }, 'visit', { a: [1, 'HUGE'] })];
    const body = JSON.stringify({
      query:
        'mutation ($items: [IngestItemInput!]!) { ingest(input: { items: $items }) { results { status errors { code path } } } }',
      variables: { items: [one] },
    }).replace('"HUGE"', '1e1000');
    const answer = await expectNothingChanges(() => fetchRaw(body));
    expect(answer.data.ingest.results).toEqual([
      { status: 'REJECTED', errors: [{ code: 'INVALID_VALUE', path: at('properties', 'a', '1') }] },
    ]);
  });

  it('is rejected when it nests without end', async () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100; level += 1) deep = [deep];
    const [result] = await expectNothingChanges(() => ingest(server, [wrong({ properties: { deep } })]));
    expect([result?.status, result?.errors[0]?.code]).toEqual(['REJECTED', 'INVALID_VALUE']);
  });

  it('is rejected when its body is more than 100,000 characters', async () => {
    const [result] = await expectNothingChanges(() =>
      ingest(server, [wrong({ properties: { a: 'x'.repeat(100_001) } })]),
    );
    expect([result?.status, faultsOf(result)]).toEqual(['REJECTED', [['TOO_LONG', at()]]]);
  });

  it('does no harm to those around it', async () => {
    const results = await ingest(server, [
      event({ email: 'good-1@example.com' }, 'visit'),
      wrong({ identifiers: [] }),
      event({ email: 'good-2@example.com' }, 'visit'),
      wrong({ properties: 7 }),
      event({ email: 'good-3@example.com' }, 'visit'),
    ]);
    expect(results.map((result) => result.status)).toEqual([
      'ACCEPTED',
      'REJECTED',
      'ACCEPTED',
      'REJECTED',
      'ACCEPTED',
    ]);
    expect(faultsOf(results[1])).toEqual([['REQUIRED', ['input', 'items', '1', 'identifiers']]]);
    expect(faultsOf(results[3])).toEqual([['INVALID_VALUE', ['input', 'items', '3', 'properties']]]);
    for (const one of [1, 2, 3])
      expect((await profileOf(`good-${one}@example.com`)).events.nodes).toHaveLength(1);
  });

  it('can be sent again under its externalId once it is mended', async () => {
    const sent = wrong({ externalId: 'mend-me', type: '' });
    expect(await ingest(server, [sent])).toMatchObject([{ status: 'REJECTED' }]);
    expect(await ingest(server, [{ ...sent, type: 'visit' }])).toMatchObject([
      { status: 'ACCEPTED', errors: [] },
    ]);
  });
});

describe('occurredAt', () => {
  it('may be up to 24 hours ahead, and back to the year 1', async () => {
    const now = clock.now().getTime();
    const [tomorrow, first] = [new Date(now + 24 * 3_600_000).toISOString(), '0001-01-01T00:00:00.000Z'];
    await seed(server, [
      event({ email: 'when@example.com' }, 'visit', {}, { occurredAt: tomorrow }),
      event({ email: 'when@example.com' }, 'visit', {}, { occurredAt: first }),
    ]);
    expect((await profileOf('when@example.com')).events.nodes).toMatchObject([
      { occurredAt: tomorrow },
      { occurredAt: first },
    ]);
  });

  it('may be in any time zone, and is told in UTC to the millisecond', async () => {
    await seed(server, [
      event({ email: 'zone@example.com' }, 'visit', {}, { occurredAt: '2026-01-01T01:30:00.123456+05:30' }),
    ]);
    expect((await profileOf('zone@example.com')).events.nodes).toMatchObject([
      { occurredAt: '2025-12-31T20:00:00.123Z' },
    ]);
  });
});

it('accepts a batch of 1,000, and answers in order', async () => {
  const items = Array.from({ length: 1_000 }, (_, index) => event({ external: `many-${index}` }, 'visit'));
  const results = await ingest(server, items);
  expect(results.map(({ externalId, status }) => [externalId, status])).toEqual(
    items.map(({ externalId }) => [externalId, 'ACCEPTED']),
  );
  expect(new Set(results.map((result) => result.profileId)).size).toBe(1_000);
});

async function fetchRaw(body: string): Promise<{ data: { ingest: { results: unknown[] } } }> {
  const response = await fetch(server.graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}` },
    body,
  });
  return (await response.json()) as { data: { ingest: { results: unknown[] } } };
}
