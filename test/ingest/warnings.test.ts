import {
  createSegment,
  defineEventType,
  event,
  expectNoErrors,
  gql,
  ingest,
  item,
  newTenant,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { IngestResult, ItemInput, TestServer } from '../kit/index.js';

let server: TestServer;
let tenant: TestServer;

beforeAll(async () => {
  server = await startServer();
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
});

const told = ({ errors, warnings }: Pick<IngestResult, 'errors' | 'warnings'>) => ({
  errors: errors.map(({ code, path }) => `${code} ${path.slice(3).join('.')}`),
  warnings: warnings.map(({ code, path }) => `${code} ${path.slice(3).join('.')}`),
});

/** Sends one item, which is accepted. @returns its warnings */
async function warningsOf(one: object): Promise<string[]> {
  const [result] = await ingest(tenant, [one as ItemInput]);
  expect(result).toMatchObject({ status: 'ACCEPTED', errors: [] });
  for (const { message, path } of result!.warnings) {
    expect(message).toMatch(/^[A-Z`].{15,}[.?]$/s);
    expect(path.slice(0, 3)).toEqual(['input', 'items', '0']);
  }
  return told(result!).warnings;
}

async function ada() {
  const query = `{ profileByIdentifier(namespace: "external", value: "ada") {
    identifiers { nodes { namespace: namespaceKey value verifiedAt verifiedBy } } attributes { key value } tags { tag { key } } events { nodes { type } }
    channels { nodes { type endpoint verifiedAt verifiedBy consents { purpose: purposeKey state at expiresAt evidence } } } } }`;
  return expectNoErrors(await gql(tenant, query)).profileByIdentifier;
}

const set = async (settings: object) => {
  const query = `mutation ($input: UpdateSourceInput!) { updateSource(input: $input) { userErrors { code } } }`;
  const { updateSource } = expectNoErrors(
    await gql(tenant, query, { input: { key: 'default', ...settings } }),
  );
  expect(updateSource.userErrors).toEqual([]);
};

const id = { namespace: 'external', value: 'ada' };

describe('an identifier that is of no use, beside one that is,', () => {
  it.each<[unknown, string]>([
    [{ namespace: 'email', value: null }, 'REQUIRED identifiers.1.value'],
    [{ namespace: 'email' }, 'REQUIRED identifiers.1.value'],
    [{ namespace: 'email', value: '' }, 'REQUIRED identifiers.1.value'],
    [{ namespace: 'email', value: 'n/a' }, 'IDENTIFIER_INVALID identifiers.1.value'],
    [{ namespace: 'email', value: 'none' }, 'IDENTIFIER_INVALID identifiers.1.value'],
    [{ namespace: 'email', value: 'x'.repeat(257) }, 'TOO_LONG identifiers.1.value'],
    [{ namespace: 'email', value: 'a\0@example.com' }, 'INVALID_VALUE identifiers.1.value'],
    [{ namespace: 'phone', value: 'NULL' }, 'IDENTIFIER_INVALID identifiers.1.value'],
    [{ namespace: 'phone', value: '  ' }, 'REQUIRED identifiers.1.value'],
    [{ namespace: 'phone', value: '020 7946 0958' }, 'IDENTIFIER_INVALID identifiers.1.value'],
    [{ namespace: 'phone', value: true }, 'INVALID_VALUE identifiers.1.value'],
    [{ namespace: 'phone', value: 1.5 }, 'INVALID_VALUE identifiers.1.value'],
    [{ namespace: 'device', value: ['d'] }, 'INVALID_VALUE identifiers.1.value'],
    [{ namespace: 'shoe', value: '44' }, 'NAMESPACE_UNKNOWN identifiers.1.namespace'],
    [{ namespace: null, value: '44' }, 'REQUIRED identifiers.1.namespace'],
    [{ namespace: 'external', value: 'null' }, 'IDENTIFIER_BLOCKED identifiers.1.value'],
    [null, 'INVALID_VALUE identifiers.1'],
    ['ada@example.com', 'INVALID_VALUE identifiers.1'],
    [[], 'INVALID_VALUE identifiers.1'],
  ])('%j, is left out with a warning', async (useless, warning) => {
    const sent = { ...event({}, 'purchase'), identifiers: [id, useless] };
    expect(await warningsOf(sent)).toEqual([warning]);
    expect(await ada()).toMatchObject({
      identifiers: { nodes: [id] },
      events: { nodes: [{ type: 'purchase' }] },
    });
    const again = await ingest(tenant, [sent as ItemInput]);
    expect(again.map((result) => [result.status, told(result)])).toEqual([
      ['DUPLICATE', { errors: [], warnings: [warning] }],
    ]);
  });

  it('is named beside others, in their order', async () => {
    const identifiers = [{ namespace: 'email', value: 'n/a' }, id, { namespace: 'phone', value: '' }];
    expect(await warningsOf({ ...item({}), identifiers })).toEqual([
      'IDENTIFIER_INVALID identifiers.0.value',
      'REQUIRED identifiers.2.value',
    ]);
  });
});

it('an item of which no identifier is of use is rejected, and nothing of it is kept', async () => {
  const before = await snapshotTables(tenant, { except: ['quarantine'] });
  const email = { namespace: 'email', value: 'n/a' };
  const blocked = { namespace: 'external', value: 'null' };
  const all = [[email], [email, { namespace: 'phone', value: null }], [blocked], [blocked, email]];
  const results = await ingest(
    tenant,
    all.map((identifiers) => ({ ...event({}, 'purchase'), identifiers }) as ItemInput),
  );
  expect(results.map((result) => [result.status, told(result).errors])).toEqual([
    ['REJECTED', ['IDENTIFIER_INVALID identifiers.0.value']],
    ['REJECTED', ['IDENTIFIER_INVALID identifiers.0.value', 'REQUIRED identifiers.1.value']],
    ['REJECTED', ['IDENTIFIERS_BLOCKED identifiers']],
    ['REJECTED', ['IDENTIFIER_BLOCKED identifiers.0.value', 'IDENTIFIER_INVALID identifiers.1.value']],
  ]);
  expect(await snapshotTables(tenant, { except: ['quarantine'] })).toEqual(before);
});

describe('a badly written channel', () => {
  const revoked = { type: 'EMAIL', endpoint: 'ada@example.com', consents: [{ state: 'REVOKED' }] };

  it.each<[object, string]>([
    [{ type: 'EMAIL', endpoint: 'nobody' }, 'CHANNEL_INVALID channels.0.endpoint'],
    [{ type: 'EMAIL', endpoint: null }, 'REQUIRED channels.0.endpoint'],
    [{ type: 'EMAIL' }, 'REQUIRED channels.0.endpoint'],
    [{ type: 'SMS', endpoint: '' }, 'REQUIRED channels.0.endpoint'],
    [{ type: 'SMS', endpoint: '020 7946 0958' }, 'CHANNEL_INVALID channels.0.endpoint'],
    [{ type: 'PUSH', endpoint: true }, 'INVALID_VALUE channels.0.endpoint'],
    [{ type: 'PUSH', endpoint: 'x'.repeat(501) }, 'TOO_LONG channels.0.endpoint'],
  ])('%j does not cost the refusal of the good one', async (bad, warning) => {
    const before = {
      ...item({ external: 'ada' }),
      channels: [{ ...revoked, consents: [{ state: 'GRANTED' }] }],
    };
    const sent = { ...item({ external: 'ada' }), channels: [bad, revoked] };
    expect(await warningsOf({ ...before, occurredAt: '2026-01-01T00:00:00Z' })).toEqual([]);
    expect(await warningsOf(sent)).toEqual([warning]);
    expect((await ada()).channels.nodes).toMatchObject([
      { type: 'EMAIL', endpoint: 'ada@example.com', consents: [{ state: 'REVOKED' }] },
    ]);
  });

  it('is left out in part where only a part of it is wrong', async () => {
    const channels = [
      {
        type: 'EMAIL',
        endpoint: 'ada@example.com',
        verified: { by: 'code', at: 'soon' },
        replaces: 'nobody',
      },
      { type: 'EMAIL', endpoint: 'lovelace@example.com', verified: { by: '' } },
    ];
    expect((await warningsOf({ ...item({ external: 'ada' }), channels })).sort()).toEqual([
      'CHANNEL_INVALID channels.0.replaces',
      'INVALID_VALUE channels.0.verified.at',
      'REQUIRED channels.1.verified.by',
    ]);
    const kept = (await ada()).channels.nodes;
    expect(kept).toHaveLength(2);
    for (const endpoint of ['ada@example.com', 'lovelace@example.com'])
      expect(kept).toContainEqual(expect.objectContaining({ endpoint, verifiedAt: null }));
  });
});

describe('an entry of consent', () => {
  const at = '2026-01-01T00:00:00.000Z';
  const consents = async (given: object[]) => {
    const channels = [{ type: 'EMAIL', endpoint: 'ada@example.com', consents: given }];
    const warnings = await warningsOf({ ...item({ external: 'ada' }), occurredAt: at, channels });
    const [channel] = (await ada()).channels.nodes;
    return { warnings, consents: channel.consents };
  };

  it.each<[object, string]>([
    [{ purpose: 'raffle' }, 'PURPOSE_UNKNOWN channels.0.consents.0.purpose'],
    [{ at: 'yesterday' }, 'INVALID_VALUE channels.0.consents.0.at'],
    [{ at: '2999-01-01T00:00:00Z' }, 'OCCURRED_AT_AHEAD channels.0.consents.0.at'],
    [{ expiresAt: 'never' }, 'INVALID_VALUE channels.0.consents.0.expiresAt'],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, 'INVALID_VALUE channels.0.consents.0.expiresAt'],
    [{ evidence: { form: '\0' } }, 'INVALID_VALUE channels.0.consents.0.evidence.form'],
    [{ evidence: 'x'.repeat(10_001) }, 'TOO_LONG channels.0.consents.0.evidence'],
  ])('that grants, with %j, is left out, and those beside it stand', async (wrong, warning) => {
    const { warnings, consents: kept } = await consents([
      { state: 'GRANTED', ...wrong },
      { state: 'REVOKED', purpose: 'transactional' },
    ]);
    expect(warnings).toEqual([warning]);
    expect(kept).toMatchObject([{ purpose: 'transactional', state: 'REVOKED', at }]);
    expect(kept).toHaveLength(1);
  });

  it.each<[string, object, string]>([
    ['REVOKED', { at: 'yesterday' }, 'INVALID_VALUE channels.0.consents.0.at'],
    ['DENIED', { at: '2999-01-01T00:00:00Z' }, 'OCCURRED_AT_AHEAD channels.0.consents.0.at'],
    ['REVOKED', { expiresAt: 'never' }, 'INVALID_VALUE channels.0.consents.0.expiresAt'],
    ['DENIED', { evidence: 'x'.repeat(10_001) }, 'TOO_LONG channels.0.consents.0.evidence'],
  ])('that refuses (%s), with %j, stands without it', async (state, wrong, warning) => {
    const { warnings, consents: kept } = await consents([{ state, ...wrong }]);
    expect(warnings).toEqual([warning]);
    expect(kept).toEqual([{ purpose: 'marketing', state, at, expiresAt: null, evidence: null }]);
  });
});

describe('an attribute that cannot be kept', () => {
  beforeEach(async () => {
    const query = `mutation { defineAttribute(input: { key: "shoeSize", label: "Shoe size", type: NUMBER }) { userErrors { code } } }`;
    expect(expectNoErrors(await gql(tenant, query)).defineAttribute.userErrors).toEqual([]);
  });
  let deep: unknown = 1;
  for (let level = 0; level < 30; level += 1) deep = [deep];
  const CASES: [object, string][] = [
    [{ shoeSize: 'large' }, 'ATTRIBUTE_INVALID attributes.shoeSize'],
    [{ shoeSize: true }, 'ATTRIBUTE_INVALID attributes.shoeSize'],
    [{ note: 'a\0' }, 'INVALID_VALUE attributes.note'],
    [{ note: ['\udc00x'] }, 'INVALID_VALUE attributes.note.0'],
    [{ '': 1 }, 'REQUIRED attributes.'],
    [{ ['x'.repeat(101)]: 1 }, `TOO_LONG attributes.${'x'.repeat(101)}`],
  ];

  it.each(CASES)('(%j) is left out with a warning, and the purchase is not lost', async (wrong, warning) => {
    const sent = event({ external: 'ada' }, 'purchase', {}, { attributes: { city: 'Ghent', ...wrong } });
    expect(await warningsOf(sent)).toEqual([warning]);
    expect(await ada()).toMatchObject({
      attributes: [{ key: 'city', value: 'Ghent' }],
      events: { nodes: [{ type: 'purchase' }] },
    });
  });

  it('since it nests too deep is left out likewise', async () => {
    const [warning, ...others] = await warningsOf(
      item({ external: 'ada' }, { attributes: { city: 'Ghent', deep } }),
    );
    expect([warning?.startsWith('INVALID_VALUE attributes.deep'), others]).toEqual([true, []]);
    expect((await ada()).attributes).toEqual([{ key: 'city', value: 'Ghent' }]);
  });

  it.each(CASES)('(%j) rejects the item of a source that says so', async (wrong, error) => {
    await set({ mistypedAttributes: 'REJECT' });
    const sent = event({ external: 'ada' }, 'purchase', {}, { attributes: { city: 'Ghent', ...wrong } });
    const [result] = await ingest(tenant, [sent]);
    expect([result?.status, told(result!)]).toEqual(['REJECTED', { errors: [error], warnings: [] }]);
    expect(await ada()).toBeNull();
  });
});

describe('tags, terms and schemas that nobody has defined', () => {
  const CASES: [object, string][] = [
    [{ add: ['vip', 'new'] }, 'TAG_UNKNOWN tags.add.1'],
    [{ add: ['vip', null] }, 'TAG_UNKNOWN tags.add.1'],
    [{ add: ['vip', 7] }, 'TAG_UNKNOWN tags.add.1'],
    [{ add: ['vip'], addTerms: [{ taxonomy: 'interests', term: 'golf' }] }, 'TERM_UNKNOWN tags.addTerms.0'],
    [{ add: ['vip'], addTerms: ['golf'] }, 'TERM_UNKNOWN tags.addTerms.0'],
    [{ add: ['vip'], adopt: ['supplier'] }, 'SCHEMA_UNKNOWN tags.adopt.0'],
    [{ add: ['vip'], remove: Array(51).fill('vip') }, 'TOO_MANY tags.remove'],
  ];
  beforeEach(async () => {
    const query = 'mutation { defineTag(input: { key: "vip", label: "VIP" }) { userErrors { code } } }';
    expect(expectNoErrors(await gql(tenant, query)).defineTag.userErrors).toEqual([]);
  });

  it.each(CASES)('(%j) are left out with a warning, and the purchase is not lost', async (tags, warning) => {
    expect(await warningsOf({ ...event({ external: 'ada' }, 'purchase'), tags })).toEqual([warning]);
    expect(await ada()).toMatchObject({
      tags: [{ tag: { key: 'vip' } }],
      events: { nodes: [{ type: 'purchase' }] },
    });
  });

  it.each(CASES)('(%j) reject the item of a source that says so', async (tags, error) => {
    await set({ unknownTags: 'REJECT' });
    const [result] = await ingest(tenant, [{ ...event({ external: 'ada' }, 'purchase'), tags }]);
    expect([result?.status, told(result!)]).toEqual(['REJECTED', { errors: [error], warnings: [] }]);
    expect(await ada()).toBeNull();
  });
});

it('a `defaultCountry` that is none is left out with a warning', async () => {
  for (const defaultCountry of ['Holland', 'XX', 31, ''])
    expect(await warningsOf({ ...item({ external: 'ada' }), defaultCountry })).toEqual([
      'INVALID_VALUE defaultCountry',
    ]);
});

it('an event that breaks its contract is rejected, with what else would have been left out', async () => {
  await defineEventType(tenant, { key: 'order', properties: [{ key: 'total', type: 'NUMBER' }] });
  const channels = [{ type: 'EMAIL', endpoint: 'nobody' }];
  const sent = { ...event({ external: 'ada' }, 'order', { total: 'much' }), channels };
  const [result] = await ingest(tenant, [sent]);
  expect([result?.status, told(result!)]).toEqual([
    'REJECTED',
    { errors: ['PROPERTY_INVALID properties.total'], warnings: ['CHANNEL_INVALID channels.0.endpoint'] },
  ]);
  expect(await ada()).toBeNull();
});

it('items with warnings are counted', async () => {
  const query = `mutation ($items: [IngestItemInput!]!) { ingest(input: { items: $items }) { accepted rejected withWarnings } }`;
  const items = [
    item({ external: 'ada' }),
    {
      ...item({}),
      identifiers: [id, { namespace: 'email', value: 'n/a' }, { namespace: 'phone', value: '' }],
    },
    { ...item({}), identifiers: [{ namespace: 'email', value: 'n/a' }] },
  ];
  expect(expectNoErrors(await gql(tenant, query, { items })).ingest).toEqual({
    accepted: 2,
    rejected: 1,
    withWarnings: 1,
  });
});

describe('that an identifier was verified', () => {
  const sending = (verified: object, rest: Partial<ItemInput> = {}) => ({
    ...item({ external: 'ada' }, { occurredAt: '2026-01-01T00:00:00Z', ...rest }),
    identifiers: [id, { namespace: 'email', value: 'Ada@example.com', verified }],
  });
  const email = async () =>
    (await ada()).identifiers.nodes.find(({ namespace }: { namespace: string }) => namespace === 'email');
  const verified = (verifiedBy: string | null, verifiedAt: string | null) => ({
    namespace: 'email',
    value: 'ada@example.com',
    verifiedAt,
    verifiedBy,
  });

  it.each([
    ['CODE', 'CODE'],
    ['code', 'CODE'],
    ['link', 'LINK'],
    ['double-opt-in', 'LINK'],
    ['Manual', 'MANUAL'],
    ['IMPORTED', 'IMPORTED'],
  ])('by %s is noted, with when', async (by, method) => {
    expect(await warningsOf(sending({ by, at: '2025-06-01T12:00:00+02:00' }))).toEqual([]);
    expect(await email()).toEqual(verified(method, '2025-06-01T10:00:00.000Z'));
  });

  it('stands for when the item happened where it does not say when', async () => {
    await warningsOf(sending({ by: 'CODE' }));
    expect(await email()).toEqual(verified('CODE', '2026-01-01T00:00:00.000Z'));
  });

  it('is noted of one that was there before; the newest stands, whichever comes first', async () => {
    await warningsOf(item({ external: 'ada', email: 'ada@example.com' }));
    expect(await email()).toEqual(verified(null, null));
    await warningsOf(sending({ by: 'LINK', at: '2025-06-02T00:00:00Z' }));
    await warningsOf(sending({ by: 'CODE', at: '2025-06-01T00:00:00Z' }));
    expect(await email()).toEqual(verified('LINK', '2025-06-02T00:00:00.000Z'));
    const both = ['2025-06-04T00:00:00Z', '2025-06-03T00:00:00Z'].map((at) => sending({ by: 'MANUAL', at }));
    await ingest(tenant, both);
    expect(await email()).toEqual(verified('MANUAL', '2025-06-04T00:00:00.000Z'));
  });

  it.each<[object, string]>([
    [{ by: 'hearsay' }, 'INVALID_VALUE identifiers.1.verified.by'],
    [{ by: 'CODE', at: 'yesterday' }, 'INVALID_VALUE identifiers.1.verified.at'],
    [{ by: 'CODE', at: '2999-01-01T00:00:00Z' }, 'OCCURRED_AT_AHEAD identifiers.1.verified.at'],
  ])('%j is left out with a warning when it cannot be read', async (wrong, warning) => {
    expect(await warningsOf(sending(wrong))).toEqual([warning]);
    expect(await email()).toEqual(verified(null, null));
  });

  it.each([null, 5, 'ada', [], true])('is noted beside %j, which is no identifier', async (other) => {
    const one = sending({ by: 'CODE' });
    const beside = await ingest(tenant, [
      { ...one, identifiers: [...one.identifiers, other] } as unknown as ItemInput,
      event({ external: 'grace' }, 'visit'),
    ]);
    expect(beside.map(({ status }) => status)).toEqual(['ACCEPTED', 'ACCEPTED']);
    expect(beside.map(told)).toEqual([
      { errors: [], warnings: ['INVALID_VALUE identifiers.2'] },
      { errors: [], warnings: [] },
    ]);
    expect(await email()).toEqual(verified('CODE', '2026-01-01T00:00:00.000Z'));
  });

  it('is not noted of an identifier that is left aside, whatever it is written like', async () => {
    await warningsOf(item({ external: 'grace', email: 'ada@example.com' }));
    const of = (value: string, rest: object = {}) => ({ namespace: 'email', value, ...rest });
    await warningsOf({
      ...item({ external: 'ada' }),
      identifiers: [id, of('ADA@Example.com', { verified: { by: 'CODE' } }), of('ada@example.com')],
    });
    const query = `{ profileByIdentifier(namespace: "external", value: "grace") { identifiers { nodes { namespace: namespaceKey value verifiedAt verifiedBy } } } }`;
    const { nodes: identifiers } = expectNoErrors(await gql(tenant, query)).profileByIdentifier.identifiers;
    expect(identifiers).toContainEqual(verified(null, null));
  });

  it('flips segments that ask for it', async () => {
    await warningsOf(item({ external: 'ada', email: 'ada@example.com' }));
    await createSegment(tenant, 'sure', { identifier: { namespace: 'email', isVerified: true } });
    const members = async () =>
      expectNoErrors(await gql(tenant, '{ segment(key: "sure") { size } }')).segment.size;
    expect(await members()).toBe(0);
    await warningsOf(sending({ by: 'CODE' }));
    expect(await members()).toBe(1);
  });

  it('survives a merge and its undo', async () => {
    await warningsOf({
      ...item({}),
      identifiers: [
        {
          namespace: 'email',
          value: 'ada@example.com',
          verified: { by: 'CODE', at: '2025-06-01T00:00:00Z' },
        },
      ],
    });
    const noted = verified('CODE', '2025-06-01T00:00:00.000Z');
    await warningsOf(item({ external: 'ada' }));
    await warningsOf(item({ external: 'ada', email: 'ada@example.com' }));
    expect(await email()).toEqual(noted);
    const merges = '{ merges { nodes { id } } }';
    const [merge] = expectNoErrors(await gql(tenant, merges)).merges.nodes;
    const undo =
      'mutation ($input: UnmergeProfilesInput!) { unmergeProfiles(input: $input) { userErrors { code } } }';
    const { unmergeProfiles } = expectNoErrors(await gql(tenant, undo, { input: { mergeId: merge.id } }));
    expect(unmergeProfiles.userErrors).toEqual([]);
    const query =
      '{ profileByIdentifier(namespace: "email", value: "ada@example.com") { identifiers { nodes { namespace: namespaceKey value verifiedAt verifiedBy } } } }';
    expect(expectNoErrors(await gql(tenant, query)).profileByIdentifier.identifiers.nodes).toContainEqual(
      noted,
    );
  });
});
