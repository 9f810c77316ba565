import {
  createSegment,
  event,
  expectError,
  expectNoErrors,
  gql,
  ingest,
  item,
  ManualClock,
  newKey,
  newTenant,
  seed,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

let server: TestServer;
let ada: string;
let visit: string;

beforeAll(async () => {
  server = await startServer({ clock: new ManualClock('2026-03-01T12:00:00.000Z') });
  await createSegment(server, 'visitors', { event: { type: 'visit' } });
  const [result] = await ingest(server, [
    event(
      { external: 'CRM-42', email: 'Ada.Lovelace@Example.com', phone: '+44 20 7946 0958', device: 'd-1' },
      'visit',
      { page: '/' },
      { attributes: { firstName: 'Ada', lastName: 'Lovelace', city: 'London' } },
    ),
  ]);
  ada = result?.profileId ?? '';
  visit = result?.eventId ?? '';
});

const ask = async (query: string, variables: Record<string, unknown> = {}, key = server.key) =>
  expectNoErrors(await gql(server, query, variables, { key }));

describe('a profile', () => {
  it('is found by its id and by each identifier in whatever spelling', async () => {
    const found = await ask(
      `query ($id: ID!) { id: profile(id: $id) { id }
        external: profileByIdentifier(namespace: "external", value: " CRM-42") { id }
        email: profileByIdentifier(namespace: "email", value: "ADA.LOVELACE@example.com ") { id }
        phone: profileByIdentifier(namespace: "phone", value: "+442079460958") { id }
        device: profileByIdentifier(namespace: "device", value: "d-1") { id } }`,
      { id: ada },
    );
    expect(found).toEqual(
      Object.fromEntries(['id', 'external', 'email', 'phone', 'device'].map((name) => [name, { id: ada }])),
    );
  });

  it('is null for identifiers that nobody holds', async () => {
    const query = `{ profileByIdentifier(namespace: "email", value: "nobody@example.com") { id } }`;
    expect(await ask(query)).toEqual({ profileByIdentifier: null });
  });

  it.each([
    ['shoe', '44', 'NAMESPACE_UNKNOWN', ['namespace']],
    ['email', 'ada', 'IDENTIFIER_INVALID', ['value']],
    ['phone', '020 7946', 'IDENTIFIER_INVALID', ['value']],
  ])('cannot be asked for by %s %j', async (namespace, value, code, argumentPath) => {
    const query = `query ($namespace: String!, $value: String!) { profileByIdentifier(namespace: $namespace, value: $value) { id } }`;
    const error = expectError(await gql(server, query, { namespace, value }), code);
    expect(error).toMatchObject({ path: ['profileByIdentifier'], extensions: { argumentPath } });
  });

  it('is null for ids that are of no profile here', async () => {
    const ids = [
      visit,
      'profile_',
      'profile_00000000000000000000000000',
      'x',
      '',
      ada.toUpperCase(),
      `${ada}0`,
    ];
    for (const id of ids)
      expect(await ask('query ($id: ID!) { profile(id: $id) { id } }', { id })).toEqual({ profile: null });
  });

  it('gives the attributes that are asked for, and null for what is not known', async () => {
    const { profile } = await ask(
      `query ($id: ID!) { profile(id: $id) {
        attributes { key } some: attributes(keys: ["lastName", "city", "city", "shoeSize", "toString"]) { key value }
        none: attributes(keys: []) { key } city: attribute(key: "city") shoeSize: attribute(key: "shoeSize") proto: attribute(key: "__proto__") } }`,
      { id: ada },
    );
    expect(profile).toEqual({
      attributes: [{ key: 'city' }, { key: 'firstName' }, { key: 'lastName' }],
      some: [
        { key: 'city', value: 'London' },
        { key: 'lastName', value: 'Lovelace' },
      ],
      none: [],
      city: 'London',
      shoeSize: null,
      proto: null,
    });
  });

  it.each([
    [{ displayName: 'Countess', firstName: 'Ada' }, 'Countess'],
    [{ firstName: 'Ada', lastName: 'Lovelace' }, 'Ada Lovelace'],
    [{ lastName: 'Lovelace' }, 'Lovelace'],
    [{ displayName: '', firstName: 'Ada' }, 'Ada'],
    [{ displayName: ' \u00a0', firstName: 'Ada' }, 'Ada'],
    [{ displayName: '\u200b\u2060', firstName: '\ufeff', lastName: 'Lovelace' }, 'Lovelace'],
    [{ displayName: '\u3164', firstName: '\t', lastName: '\u2800' }, null],
    [{}, null],
  ])('with the attributes %j has the name %j', async (attributes, name) => {
    const [id] = await seed(server, [
      item({ device: `named ${JSON.stringify(attributes)}` }, { attributes }),
    ]);
    expect(await ask('query ($id: ID!) { profile(id: $id) { name email phone } }', { id })).toEqual({
      profile: { name, email: null, phone: null },
    });
  });

  it('shows the e-mail address and the phone number that are known longest', async () => {
    const clock = server.clock as ManualClock;
    const [id] = await seed(server, [
      item({ external: 'moved', email: 'z-first@example.com', phone: '+32470000009' }),
    ]);
    clock.advance(1_000);
    await seed(server, [item({ external: 'moved', email: 'a-second@example.com', phone: '+32470000001' })]);
    expect(await ask('query ($id: ID!) { profile(id: $id) { email phone } }', { id })).toEqual({
      profile: { email: 'z-first@example.com', phone: '+32470000009' },
    });
  });
});

describe('the e-mail address and the phone number of a profile', () => {
  let made = 0;

  beforeEach(() => {
    made += 1;
  });

  const contact = async (id: string | undefined, key = server.key) =>
    (await ask('query ($id: ID!) { profile(id: $id) { email phone } }', { id }, key)).profile;
  const told = (rest: object, identifiers: Record<string, string> = {}) =>
    item({ external: `contact-${made}`, ...identifiers }, rest);
  const mail = (name: string) => `${name}-${made}@example.com`;
  const number = (digit: number) => `+3247${digit}${String(made).padStart(6, '0')}`;
  const channel = (type: string, endpoint: string, rest: object = {}) => ({ type, endpoint, ...rest });

  it('are those of channels where no identifier is one, and masked as these are', async () => {
    const channels = [channel('EMAIL', mail('a')), channel('SMS', number(1)), channel('PUSH', 'token')];
    const [id] = await seed(server, [told({ channels })]);
    expect(await contact(id)).toEqual({ email: mail('a'), phone: number(1) });
    const key = await newKey(server, ['READ']);
    expect(await contact(id, key)).toEqual({ email: '***', phone: '***' });
  });

  it('are none where nobody can be reached', async () => {
    const channels = [
      channel('EMAIL', mail('gone'), { isActive: false }),
      channel('EMAIL', mail('bounced'), { isReachable: false }),
      channel('PUSH', 'token'),
    ];
    const [id] = await seed(server, [told({ channels })]);
    expect(await contact(id)).toEqual({ email: null, phone: null });
    const key = await newKey(server, ['READ']);
    expect(await contact(id, key)).toEqual({ email: null, phone: null });
  });

  it('are of the channels in use the one known longest, a number for calls before one for messages', async () => {
    const early = { occurredAt: '2026-02-01T00:00:00Z' };
    const [id] = await seed(server, [
      told({
        channels: [channel('EMAIL', mail('z')), channel('EMAIL', mail('off'), { isActive: false })],
        ...early,
      }),
      told({ channels: [channel('WHATSAPP', number(1)), channel('SMS', number(2))], ...early }),
      told({ channels: [channel('EMAIL', mail('a')), channel('PHONE', number(3))] }),
    ]);
    expect(await contact(id)).toEqual({ email: mail('z'), phone: number(3) });
  });

  it('are an identifier before any channel, and that with the label main before all', async () => {
    const channels = [channel('EMAIL', mail('channel'))];
    const early = { occurredAt: '2026-02-01T00:00:00Z' };
    const [id] = await seed(server, [told({ channels, ...early })]);
    await seed(server, [told({}, { email: mail('first') })]);
    (server.clock as ManualClock).advance(1_000);
    await seed(server, [told({}, { email: mail('second'), phone: number(1) })]);
    expect(await contact(id)).toEqual({ email: mail('first'), phone: number(1) });
    for (const [value, label] of [
      [mail('first'), 'work'],
      [mail('second'), 'main'],
    ])
      await ask(
        `mutation ($value: String!, $label: String) { labelIdentifier(input: { namespace: "email", value: $value, label: $label }) { userErrors { code } } }`,
        { value, label },
      );
    expect(await contact(id)).toEqual({ email: mail('second'), phone: number(1) });
  });
});

describe('a profile that one operation reaches in several ways', () => {
  const ALL = `id name email phone lifecycle completeness identifiers { nodes { namespace: namespaceKey value } } attributes { key value }
    attributeHistory(key: "city") { nodes { value } } channels { nodes { type endpoint } } consentHistory { nodes { state } }
    derived { key value } events { nodes { id } } identityConflicts { nodes { id } } mergedFrom { nodes { absorbedId } }
    segments { nodes { segment { key } } } segmentHistory { nodes { kind } } tags { tag { key } }`;
  let bob: string;
  let alone: unknown;

  beforeAll(async () => {
    await ask(`mutation { updateAttribute(input: { key: "city", isAudited: true }) { userErrors { code } }
      defineTag(input: { key: "vip", label: "VIP" }) { userErrors { code } }
      defineDerivedAttribute(input: { key: "visits", label: "Visits", type: "visit", function: COUNT, allowUndefined: true }) { userErrors { code } } }`);
    const rest = {
      attributes: { city: 'Ghent' },
      channels: [{ type: 'SMS', endpoint: '+32470000010', consents: [{ state: 'GRANTED' }] }],
      tags: { add: ['vip'] },
    };
    const told = event({ external: 'bob', email: 'bob@example.com', device: 'd-bob' }, 'visit', {}, rest);
    const absorbed = item({ external: 'robert' }, { attributes: { city: 'Bruges' } });
    const [survivor, other] = await seed(server, [told, absorbed]);
    await seed(server, [item({ external: 'bob', email: 'ada.lovelace@example.com' })]);
    await ask(
      `mutation ($ids: [ID!]!, $to: ID!) { mergeProfiles(input: { profileIds: $ids, survivorId: $to }) { userErrors { code } } }`,
      { ids: [survivor, other], to: survivor },
    );
    bob = survivor ?? '';
    alone = (await ask(`query ($id: ID!) { profile(id: $id) { ${ALL} } }`, { id: bob })).profile;
    expect(alone).toMatchObject({
      identifiers: {
        nodes: [
          { namespace: 'device' },
          { namespace: 'email' },
          { namespace: 'external' },
          { namespace: 'external' },
        ],
      },
      channels: { nodes: [{ type: 'SMS' }] },
      events: { nodes: [{}] },
      identityConflicts: { nodes: [{}] },
      mergedFrom: { nodes: [{}] },
      segments: { nodes: [{ segment: { key: 'visitors' } }] },
      tags: [{ tag: { key: 'vip' } }],
    });
  });

  const WAYS: Record<string, string> = {
    'the preview of an item': `previewIdentity(identifiers: [{ namespace: "external", value: "bob" }, { namespace: "device", value: "d-bob" }]) {
      profiles { ...all } survivor { ...all } identifiers { heldBy { ...all } } }`,
    'the preview of a merge': `previewMerge(input: { profileIds: [$bob, $ada], survivorId: $bob }) {
      survivor { ...all } merges { absorbed { ...all } } attributes { stands { profile { ...all } } givesWay { profile { ...all } } } }`,
    'lists and look-ups': `profile(id: $bob) { ...all } profiles(where: { tag: { key: "vip" } }) { nodes { ...all } }
      previewSegment(rule: { tag: { key: "vip" } }) { sample { ...all } } segment(key: "visitors") { members { nodes { ...all } } }
      profileByIdentifier(namespace: "external", value: "bob") { ...all mergedFrom { nodes { profile { ...all } } } }`,
    'records of what has happened': `changes: segmentChanges { nodes { profile { ...all } } } segment(key: "visitors") { members { nodes { ...all } } }
      merges { nodes { profile { ...all } } } identityConflicts { nodes { profile { ...all } heldBy { ...all } } }`,
  };

  it.each(Object.keys(WAYS))('is the same in each place as when it is asked for alone: %s', async (ways) => {
    const query = `query ($bob: ID!, $ada: ID!) { nodes(ids: [$bob, $ada]) { id } ${WAYS[ways]} } fragment all on Profile { ${ALL} }`;
    const found = profilesIn(await ask(query, { bob, ada })).filter(({ id }) => id === bob);
    expect(found.length).toBeGreaterThan(1);
    for (const one of found) expect(one).toMatchObject(alone as object);
  });

  /** All that were asked for as a whole, however deep. */
  function profilesIn(value: unknown): { id: unknown }[] {
    if (typeof value !== 'object' || value === null) return [];
    const inside = Object.values(value).flatMap(profilesIn);
    return 'mergedFrom' in value && 'id' in value ? [value, ...inside] : inside;
  }
});

describe('without READ_PII', () => {
  let key: string;

  beforeAll(async () => {
    key = await newKey(server, ['READ']);
  });

  it('identifiers and contact values are masked, and everything else is there', async () => {
    const query =
      'query ($id: ID!) { profile(id: $id) { name email phone identifiers { nodes { namespace: namespaceKey value } } attribute(key: "city") } }';
    expect(await ask(query, { id: ada }, key)).toEqual({
      profile: {
        name: '***',
        email: '***',
        phone: '***',
        identifiers: {
          nodes: [
            { namespace: 'device', value: '***' },
            { namespace: 'email', value: '***' },
            { namespace: 'external', value: '***' },
            { namespace: 'phone', value: '***' },
          ],
        },
        attribute: 'London',
      },
    });
  });

  it('a profile can still be found by an id of your own', async () => {
    const query = '{ profileByIdentifier(namespace: "external", value: "CRM-42") { id email } }';
    expect(await ask(query, {}, key)).toEqual({ profileByIdentifier: { id: ada, email: '***' } });
  });

  it.each([
    ['email', 'ada.lovelace@example.com'],
    ['email', 'nobody@example.com'],
    ['phone', '+44 20 7946 0958'],
    ['phone', 'no number'],
  ])('whether %s %s is on record is not told', async (namespace, value) => {
    const query = `query ($namespace: String!, $value: String!) { profileByIdentifier(namespace: $namespace, value: $value) { id } }`;
    const error = expectError(await gql(server, query, { namespace, value }, { key }), 'FORBIDDEN');
    expect(error.extensions).toMatchObject({ scope: 'READ_PII', argumentPath: ['namespace'] });
  });

  it('READ_PII alone reads nothing', async () => {
    const pii = await newKey(server, ['READ_PII']);
    const answer = await gql(
      server,
      'query ($id: ID!) { profile(id: $id) { email } }',
      { id: ada },
      { key: pii },
    );
    expect(expectError(answer, 'FORBIDDEN').extensions.scope).toBe('READ');
  });
});

describe('node and nodes', () => {
  it('find anything by its id, with its own fields', async () => {
    const { sources, segment } = await ask('{ sources { nodes { id } } segment(key: "visitors") { id } }');
    const found = await ask(
      `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Profile { name } ... on Event { type properties }
        ... on Segment { key } ... on Source { key } } }`,
      { ids: [segment.id, visit, sources.nodes[0].id, ada] },
    );
    expect(found.nodes).toEqual([
      { __typename: 'Segment', id: segment.id, key: 'visitors' },
      { __typename: 'Event', id: visit, type: 'visit', properties: { page: '/' } },
      { __typename: 'Source', id: sources.nodes[0].id, key: 'default' },
      { __typename: 'Profile', id: ada, name: 'Ada Lovelace' },
    ]);
    for (const { id } of found.nodes)
      expect(await ask('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({ node: { id } });
  });

  it('give null where there is nothing, in the place of the id, and repeat what is asked for twice', async () => {
    const foreign = await newTenant(server);
    const [theirs] = await seed(server, [item({ email: 'ada.lovelace@example.com' })], foreign);
    const { nodes } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: [
        ada,
        'x',
        theirs,
        visit.replace('event', 'profile'),
        ada,
        '',
        'profile_zzzzzzzzzzzzzzzzzzzzzzzzzz',
        'key_01h455vb4pex5vsknk084sn02q',
      ],
    });
    expect(nodes).toEqual([{ id: ada }, null, null, null, { id: ada }, null, null, null]);
  });

  it('are at most 500 at a time', async () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    expect((await ask(query, { ids: Array(500).fill(ada) })).nodes).toHaveLength(500);
    const answer = await gql(server, query, { ids: Array(501).fill(ada) });
    expect([answer.status, expectError(answer, 'TOO_MANY').message]).toEqual([
      400,
      expect.stringContaining('500'),
    ]);
  });
});

describe('sources', () => {
  it('are listed by key, and a key cannot be taken twice', async () => {
    const create = (key: string, name = key) =>
      ask(
        'mutation ($input: CreateSourceInput!) { createSource(input: $input) { source { key name createdAt } userErrors { code path } } }',
        { input: { key, name } },
      );
    expect(await create('a-shop', 'The shop')).toEqual({
      createSource: {
        source: { key: 'a-shop', name: 'The shop', createdAt: expect.stringMatching(/^2026-03-01T12/) },
        userErrors: [],
      },
    });
    for (const [key, name, code, path] of [
      ['a-shop', 'Again', 'KEY_TAKEN', 'key'],
      ['A shop', 'Name', 'KEY_INVALID', 'key'],
      ['-shop', 'Name', 'KEY_INVALID', 'key'],
      ['x'.repeat(101), 'Name', 'KEY_INVALID', 'key'],
      ['b-shop', '', 'REQUIRED', 'name'],
      ['b-shop', 'x'.repeat(201), 'TOO_LONG', 'name'],
    ] as const) {
      expect(await create(key, name)).toEqual({
        createSource: { source: null, userErrors: [{ code, path: ['input', path] }] },
      });
    }
    expect(await ask('{ sources { nodes { key name } } }')).toEqual({
      sources: {
        nodes: [
          { key: 'a-shop', name: 'The shop' },
          { key: 'default', name: 'Default' },
        ],
      },
    });
  });
});
