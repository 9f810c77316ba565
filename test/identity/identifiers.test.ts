import { parsePublicId } from '../../src/platform/index.js';
import {
  asAdmin,
  createSegment,
  defineNamespace,
  event,
  expectNoErrors,
  gql,
  hold,
  item,
  ManualClock,
  newKey,
  newTenant,
  seed,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { Asking, TestServer } from '../kit/index.js';
import { shardOfIdentifier } from '../../src/identity/identifier.js';

const IDENTIFIER =
  'id namespace: namespaceKey semanticType value label firstSeenAt lastSeenAt verifiedAt verifiedBy source { key }';
const START = '2026-03-01T12:00:00.000Z';
const HOUR = 3_600_000;

let server: TestServer;
let clock: ManualClock;

beforeAll(async () => {
  clock = new ManualClock(START);
  server = await startServer({ clock });
});

/** Each test has a workspace of its own. */
async function newWorkspace(): Promise<TestServer> {
  return { ...server, ...(await newTenant(server)) };
}

async function change(
  tenant: TestServer,
  verb: 'verify' | 'label' | 'remove',
  input: object,
  asking: Asking = {},
) {
  const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}IdentifierInput`;
  const data = expectNoErrors(
    await gql(
      tenant,
      `mutation ($input: ${type}!) { ${verb}Identifier(input: $input) { profile { id } identifier { ${IDENTIFIER} } userErrors { code message path } } }`,
      { input },
      asking,
    ),
  );
  return data[`${verb}Identifier`];
}

async function profileOf(tenant: TestServer, id: string, asking: Asking = {}) {
  const query = `query ($id: ID!) { profile(id: $id) { email phone updatedAt attribute(key: "city") events { nodes { type } } segments { nodes { segment { key } } } identifiers { nodes { ${IDENTIFIER} } } } }`;
  return expectNoErrors(await gql(tenant, query, { id }, asking)).profile;
}

/** The label of each identifier of a profile, by its value. */
async function labelsOf(tenant: TestServer, id: string): Promise<Record<string, string | null>> {
  const { nodes: identifiers } = (await profileOf(tenant, id)).identifiers;
  return Object.fromEntries(
    identifiers.map(({ value, label }: { value: string; label: string | null }) => [value, label]),
  );
}

const email = (value: string) => ({ namespace: 'email', value });

async function expectRefused(
  tenant: TestServer,
  verb: 'verify' | 'label' | 'remove',
  input: object,
  [code, ...path]: [string, ...string[]],
) {
  const before = await snapshotTables(tenant);
  expect(await change(tenant, verb, input)).toEqual({
    profile: null,
    identifier: null,
    userErrors: [{ code, path: ['input', ...path], message: expect.stringMatching(/\w{3}.*\.$/) }],
  });
  expect(await snapshotTables(tenant)).toEqual(before);
}

it('an identifier says what it is, whence and since when', async () => {
  const tenant = await newWorkspace();
  await defineNamespace(tenant, { key: 'google', semanticType: 'OAUTH' });
  const [id = ''] = await seed(tenant, [item({ email: 'Ada@example.com', google: '1234' })]);
  const common = {
    id: expect.stringMatching(/^identifier_/),
    label: null,
    firstSeenAt: clock.now().toISOString(),
    lastSeenAt: clock.now().toISOString(),
    verifiedAt: null,
    verifiedBy: null,
    source: { key: 'default' },
  };
  expect((await profileOf(tenant, id)).identifiers.nodes).toEqual([
    { ...common, namespace: 'email', semanticType: 'EMAIL', value: 'ada@example.com' },
    { ...common, namespace: 'google', semanticType: 'OAUTH', value: '1234' },
  ]);
});

it('the e-mail address and the phone number of a profile may be of any namespace of that type', async () => {
  const tenant = await newWorkspace();
  await defineNamespace(tenant, { key: 'work-mail', semanticType: 'EMAIL' });
  await defineNamespace(tenant, { key: 'fax', semanticType: 'PHONE' });
  const [id = ''] = await seed(tenant, [item({ 'work-mail': 'Ada@example.com', fax: '+32 470 12 34 56' })]);
  expect(await profileOf(tenant, id)).toMatchObject({ email: 'ada@example.com', phone: '+32470123456' });
});

describe('without READ_PII', () => {
  it('values are masked, whatever they are', async () => {
    const tenant = await newWorkspace();
    const own: [key: string, semanticType: string, value: string][] = [
      ['n1', 'EMAIL', 'ada@example.com'],
      ['n2', 'PHONE', '+32470123456'],
      ['n3', 'OAUTH', 'subject@provider'],
      ['n4', 'OTHER', 'secret'],
    ];
    for (const [key, semanticType] of own) await defineNamespace(tenant, { key, semanticType });
    // E-mail addresses as a digest.
    await defineNamespace(tenant, { key: 'n5', semanticType: 'EMAIL', normalizer: 'LOWER_CASED' });
    const [id = ''] = await seed(tenant, [
      item({ ...Object.fromEntries(own.map(([key, , value]) => [key, value])), n5: 'c3ab8ff1' }),
    ]);
    const key = await newKey(tenant, ['READ', 'MANAGE']);
    const { nodes: identifiers } = (await profileOf(tenant, id, { key })).identifiers;
    expect(identifiers.map(({ value }: { value: string }) => value)).toEqual(Array(5).fill('***'));
    for (const [verb, more] of [
      ['verify', { method: 'CODE' }],
      ['label', { label: 'main' }],
      ['remove', {}],
    ] as const) {
      const input = { namespace: 'n1', value: 'ada@example.com', ...more };
      const { identifier } = await change(tenant, verb, input, { key });
      expect(identifier).toMatchObject({ namespace: 'n1', value: '***' });
    }
  });
});

describe('verifying', () => {
  it.each(['CODE', 'LINK', 'MANUAL', 'IMPORTED'])('notes when and how: %s', async (method) => {
    const tenant = await newWorkspace();
    const [id = ''] = await seed(tenant, [item({ email: 'ada@example.com', external: 'a' })]);
    const at = '2025-12-31T23:59:59.999Z';
    const input = { ...email(' ADA@example.com '), method, verifiedAt: at };
    const payload = await change(tenant, 'verify', input);
    expect(payload).toMatchObject({
      profile: { id },
      identifier: { value: 'ada@example.com', verifiedAt: at, verifiedBy: method },
      userErrors: [],
    });
    expect((await profileOf(tenant, id)).identifiers.nodes).toEqual([
      payload.identifier,
      expect.objectContaining({ value: 'a', verifiedAt: null, verifiedBy: null }),
    ]);
  });

  it('is now unless it says when, and what is said last stands', async () => {
    const tenant = await newWorkspace();
    const [id = ''] = await seed(tenant, [item({ email: 'ada@example.com' })]);
    const now = clock.advance(HOUR).toISOString();
    const { identifier } = await change(tenant, 'verify', { ...email('ada@example.com'), method: 'CODE' });
    expect(identifier).toMatchObject({ verifiedAt: now, verifiedBy: 'CODE' });
    expect((await profileOf(tenant, id)).updatedAt).toBe(now);
    const earlier = { ...email('ada@example.com'), method: 'IMPORTED', verifiedAt: START };
    expect((await change(tenant, 'verify', earlier)).identifier).toMatchObject({
      verifiedAt: START,
      verifiedBy: 'IMPORTED',
    });
  });

  it.each<[object, [string, ...string[]]]>([
    [{ verifiedAt: '2100-01-01T00:00:00Z' }, ['INVALID_VALUE', 'verifiedAt']],
    [{ namespace: 'none' }, ['NAMESPACE_UNKNOWN', 'namespace']],
    [{ value: 'ada' }, ['IDENTIFIER_INVALID', 'value']],
    [{ value: 'nobody@example.com' }, ['IDENTIFIER_UNKNOWN', 'value']],
  ])('refuses %j', async (wrong, refusal) => {
    const tenant = await newWorkspace();
    await seed(tenant, [item({ email: 'ada@example.com' })]);
    await expectRefused(tenant, 'verify', { ...email('ada@example.com'), method: 'CODE', ...wrong }, refusal);
  });
});

describe('labelling', () => {
  it('takes the label from whichever of that semantic type in the profile bore it', async () => {
    const tenant = await newWorkspace();
    await defineNamespace(tenant, { key: 'work-mail', semanticType: 'EMAIL' });
    const [id = ''] = await seed(tenant, [
      item({ email: 'ada@example.com', 'work-mail': 'ada@work.example.com', phone: '+32470123456' }),
    ]);
    const [other = ''] = await seed(tenant, [item({ email: 'byron@example.com' })]);
    await change(tenant, 'label', { ...email('byron@example.com'), label: 'main' });
    await change(tenant, 'label', { namespace: 'phone', value: '+32470123456', label: 'main' });
    await change(tenant, 'label', { ...email('ada@example.com'), label: 'main' });
    expect(await labelsOf(tenant, id)).toEqual({
      'ada@example.com': 'main',
      'ada@work.example.com': null,
      '+32470123456': 'main',
    });
    const now = clock.advance(HOUR).toISOString();
    const input = { namespace: 'work-mail', value: 'Ada@work.example.com', label: 'main' };
    expect(await change(tenant, 'label', input)).toMatchObject({
      profile: { id },
      identifier: { value: 'ada@work.example.com', label: 'main' },
      userErrors: [],
    });
    expect(await labelsOf(tenant, id)).toEqual({
      'ada@example.com': null,
      'ada@work.example.com': 'main',
      '+32470123456': 'main',
    });
    expect((await profileOf(tenant, id)).updatedAt).toBe(now);
    expect(await labelsOf(tenant, other)).toEqual({ 'byron@example.com': 'main' });
  });

  it('takes it from the one that bore it also when the namespace is spelled with blanks', async () => {
    const tenant = await newWorkspace();
    const [id = ''] = await seed(tenant, [item({ email: 'a@example.com' })]);
    await seed(tenant, [
      { ...item({}), identifiers: ['a', 'b'].map((name) => email(`${name}@example.com`)) },
    ]);
    await change(tenant, 'label', { ...email('a@example.com'), label: 'main' });
    await change(tenant, 'label', { namespace: ' email ', value: 'b@example.com', label: 'main' });
    expect(await labelsOf(tenant, id)).toEqual({ 'a@example.com': null, 'b@example.com': 'main' });
    await change(tenant, 'label', { ...email('b@example.com'), label: null });
    expect(await labelsOf(tenant, id)).toEqual({ 'a@example.com': null, 'b@example.com': null });
  });

  it('replaces the one it had; null removes it', async () => {
    const tenant = await newWorkspace();
    const [id = ''] = await seed(tenant, [item({ email: 'ada@example.com' })]);
    for (const label of ['main', 'work', null]) {
      await change(tenant, 'label', { ...email('ada@example.com'), label });
      expect(await labelsOf(tenant, id)).toEqual({ 'ada@example.com': label });
    }
  });

  it('gives one label to one of two at once', async () => {
    const tenant = await newWorkspace();
    const values = ['a@example.com', 'b@example.com', 'c@example.com'];
    const [id = ''] = await seed(
      tenant,
      values.map((value) => item({ external: 'x', email: value })),
    );
    await Promise.all(values.map((value) => change(tenant, 'label', { ...email(value), label: 'main' })));
    const { rows } = await asAdmin(tenant.databaseUrl, (client) =>
      client.query(`select count(*)::int from identifier where label = 'main' and shard >> 8 = $1`, [
        tenant.workspaceId,
      ]),
    );
    expect(rows).toEqual([{ count: 1 }]);
    expect(Object.values(await labelsOf(tenant, id)).filter((label) => label)).toEqual(['main']);
  });

  it('shows a label once where a merge has brought two together: the own one, then the one known longest', async () => {
    const tenant = await newWorkspace();
    const [id = ''] = await seed(tenant, [item({ external: 'x', email: 'absorbed@example.com' })]);
    clock.advance(HOUR);
    await seed(tenant, [item({ external: 'x', email: 'own@example.com', phone: '+32470123456' })]);
    clock.advance(HOUR);
    await seed(tenant, [item({ external: 'x', email: 'late@example.com' })]);
    const bear = (condition: string) =>
      asAdmin(tenant.databaseUrl, (client) =>
        client.query(
          `update identifier set label = 'main', recorded_profile_id = case when ${condition} then profile_id else gen_random_uuid() end where shard >> 8 = $1 and namespace <> 'external'`,
          [tenant.workspaceId],
        ),
      );
    const others = { x: null, '+32470123456': 'main' };
    await bear(`value <> 'absorbed@example.com'`);
    expect(await labelsOf(tenant, id)).toEqual({
      ...others,
      'absorbed@example.com': null,
      'own@example.com': 'main',
      'late@example.com': null,
    });
    await bear('false');
    expect(await labelsOf(tenant, id)).toEqual({
      ...others,
      'absorbed@example.com': 'main',
      'own@example.com': null,
      'late@example.com': null,
    });
    const removed = await change(tenant, 'remove', email('own@example.com'));
    expect(removed.identifier).toMatchObject({ value: 'own@example.com', label: null });
    await change(tenant, 'label', { ...email('late@example.com'), label: 'main' });
    expect(await labelsOf(tenant, id)).toEqual({
      ...others,
      'absorbed@example.com': null,
      'late@example.com': 'main',
    });
  });

  it.each<[object, [string, ...string[]]]>([
    [{ label: 'Main' }, ['KEY_INVALID', 'label']],
    [{ label: '' }, ['KEY_INVALID', 'label']],
    [{ label: 'l'.repeat(101) }, ['KEY_INVALID', 'label']],
    [{ namespace: 'none' }, ['NAMESPACE_UNKNOWN', 'namespace']],
    [{ value: 'ada' }, ['IDENTIFIER_INVALID', 'value']],
    [{ value: 'nobody@example.com' }, ['IDENTIFIER_UNKNOWN', 'value']],
  ])('refuses %j', async (wrong, refusal) => {
    const tenant = await newWorkspace();
    await seed(tenant, [item({ email: 'ada@example.com' })]);
    await expectRefused(tenant, 'label', { ...email('ada@example.com'), label: 'main', ...wrong }, refusal);
  });
});

describe('removing', () => {
  it('takes the identifier, and leaves what came with it', async () => {
    const tenant = await newWorkspace();
    await createSegment(tenant, 'locals', { attribute: { key: 'city', is: { equals: 'Ghent' } } });
    const [id = ''] = await seed(tenant, [
      event({ email: 'ada@example.com', external: 'a' }, 'visit', {}, { attributes: { city: 'Ghent' } }),
    ]);
    await change(tenant, 'label', { ...email('ada@example.com'), label: 'main' });
    await change(tenant, 'verify', { ...email('ada@example.com'), method: 'LINK' });
    const now = clock.advance(HOUR).toISOString();
    expect(await change(tenant, 'remove', email('ADA@example.com'))).toMatchObject({
      profile: { id },
      identifier: { namespace: 'email', value: 'ada@example.com', label: 'main', verifiedBy: 'LINK' },
      userErrors: [],
    });
    expect(await profileOf(tenant, id)).toMatchObject({
      email: null,
      updatedAt: now,
      attribute: 'Ghent',
      events: { nodes: [{ type: 'visit' }] },
      segments: { nodes: [{ segment: { key: 'locals' } }] },
      identifiers: { nodes: [{ namespace: 'external', value: 'a' }] },
    });
    await expectRefused(tenant, 'remove', email('ada@example.com'), ['IDENTIFIER_UNKNOWN', 'value']);
    const [again] = await seed(tenant, [item({ email: 'ada@example.com' })]);
    expect(again).not.toBe(id);
  });

  it('notes by the clock of the database when identifiers left the profile', async () => {
    const tenant = await newWorkspace();
    await seed(tenant, [item({ email: 'ada@example.com', external: 'a' }), item({ external: 'b' })]);
    await change(tenant, 'remove', email('ada@example.com'));
    const { rows } = await asAdmin(tenant.databaseUrl, (client) =>
      client.query(
        `select split_at between clock_timestamp() - interval '1 minute' and clock_timestamp() + interval '1 ms' as recent
        from profile where shard >> 8 = $1 order by created_at, id`,
        [tenant.workspaceId],
      ),
    );
    expect(rows).toContainEqual({ recent: true });
    expect(rows).toContainEqual({ recent: null });
  });

  it('leaves a profile its last identifier, also when all are to be removed at once', async () => {
    const tenant = await newWorkspace();
    const values = ['a@example.com', 'b@example.com', 'c@example.com'];
    const [id = ''] = await seed(
      tenant,
      values.map((value) => item({ device: 'x', email: value })),
    );
    await change(tenant, 'remove', { namespace: 'device', value: 'x' });
    const payloads = await Promise.all(values.map((value) => change(tenant, 'remove', email(value))));
    const codes = payloads.flatMap(({ userErrors }) => userErrors.map((one: { code: string }) => one.code));
    expect(codes).toEqual(['LAST_IDENTIFIER']);
    const { nodes: identifiers } = (await profileOf(tenant, id)).identifiers;
    expect(identifiers).toHaveLength(1);
    await expectRefused(tenant, 'remove', email(identifiers[0].value), ['LAST_IDENTIFIER', 'value']);
  });

  it.each<[object, [string, ...string[]]]>([
    [{ namespace: 'none' }, ['NAMESPACE_UNKNOWN', 'namespace']],
    [{ value: 'ada' }, ['IDENTIFIER_INVALID', 'value']],
    [{ value: 'nobody@example.com' }, ['IDENTIFIER_UNKNOWN', 'value']],
  ])('refuses %j', async (wrong, refusal) => {
    const tenant = await newWorkspace();
    await seed(tenant, [item({ email: 'ada@example.com', external: 'a' })]);
    await expectRefused(tenant, 'remove', { ...email('ada@example.com'), ...wrong }, refusal);
  });

  it('goes well while items with the identifier arrive', async () => {
    const tenant = await newWorkspace();
    await seed(tenant, [item({ email: 'ada@example.com', external: 'a' })]);
    for (let round = 0; round < 10; round += 1) {
      const [payload] = await Promise.all([
        change(tenant, 'remove', email('ada@example.com')),
        seed(tenant, [event({ email: 'ada@example.com', external: 'a' }, 'visit')]),
      ]);
      expect(payload.userErrors).toEqual([]);
      await seed(tenant, [item({ email: 'ada@example.com', external: 'a' })]);
    }
  });
});

it('an identifier of another workspace is out of reach', async () => {
  const [one, other] = [await newWorkspace(), await newWorkspace()];
  await seed(one, [item({ email: 'ada@example.com', external: 'a' })]);
  await expectRefused(other, 'verify', { ...email('ada@example.com'), method: 'CODE' }, [
    'IDENTIFIER_UNKNOWN',
    'value',
  ]);
  await expectRefused(other, 'label', { ...email('ada@example.com'), label: 'main' }, [
    'IDENTIFIER_UNKNOWN',
    'value',
  ]);
  await expectRefused(other, 'remove', email('ada@example.com'), ['IDENTIFIER_UNKNOWN', 'value']);
});

describe('by its id', () => {
  const idOf = async (tenant: TestServer, profile: string, value: string, asking: Asking = {}) => {
    const { nodes } = (await profileOf(tenant, profile, asking)).identifiers;
    return nodes.find((one: { value: string }) => one.value === value).id as string;
  };

  it('is removed by a key that sees it only masked', async () => {
    const tenant = await newWorkspace();
    const [profile] = await seed(tenant, [item({ external: 'a', email: 'ada@example.com' })]);
    const key = await newKey(tenant, ['READ', 'MANAGE']);
    const { nodes } = (await profileOf(tenant, profile!, { key })).identifiers;
    const { id } = nodes.find((one: { namespace: string }) => one.namespace === 'email');
    expect(await change(tenant, 'remove', { id }, { key })).toEqual({
      profile: { id: profile },
      identifier: expect.objectContaining({ id, namespace: 'email', value: '***' }),
      userErrors: [],
    });
    expect((await profileOf(tenant, profile!)).identifiers.nodes).toEqual([
      expect.objectContaining({ namespace: 'external', value: 'a' }),
    ]);
    await expectRefused(tenant, 'remove', { id }, ['IDENTIFIER_UNKNOWN', 'id']);
  });

  it('is verified and labelled, and refusals are about the id', async () => {
    const tenant = await newWorkspace();
    const [profile] = await seed(tenant, [item({ external: 'a', email: 'ada@example.com' })]);
    const id = await idOf(tenant, profile!, 'ada@example.com');
    const verified = await change(tenant, 'verify', { id, method: 'CODE' });
    expect(verified.identifier).toMatchObject({ id, value: 'ada@example.com', verifiedBy: 'CODE' });
    const labelled = await change(tenant, 'label', { id, label: 'main' });
    expect(labelled.identifier).toMatchObject({ id, value: 'ada@example.com', label: 'main' });
    await change(tenant, 'remove', { id: await idOf(tenant, profile!, 'a') });
    await expectRefused(tenant, 'remove', { id }, ['LAST_IDENTIFIER', 'id']);
    for (const other of [profile!, 'identifier_01h455vb4pex5vsknk084sn02q', 'nonsense', ''])
      await expectRefused(tenant, 'remove', { id: other }, ['IDENTIFIER_UNKNOWN', 'id']);
    for (const ways of [{}, { namespace: 'email' }, { id, ...email('ada@example.com') }])
      await expectRefused(tenant, 'remove', ways, ['REQUIRED']);
  });

  it('keeps the id through a merge and its undo, and is nobody else’s', async () => {
    const tenant = await newWorkspace();
    const [ada, bob] = await seed(tenant, [item({ external: 'a' }), item({ email: 'bob@example.com' })]);
    const id = await idOf(tenant, bob!, 'bob@example.com');
    const node = 'query ($id: ID!) { node(id: $id) { id ... on Identifier { value profile { id } } } }';
    const found = async (asking: Asking = {}) => expectNoErrors(await gql(tenant, node, { id }, asking)).node;
    expect(await found()).toEqual({ id, value: 'bob@example.com', profile: { id: bob } });
    const merge = `mutation ($ids: [ID!]!, $ada: ID) { mergeProfiles(input: { profileIds: $ids, survivorId: $ada }) { merges { id } userErrors { code } } }`;
    const { mergeProfiles } = expectNoErrors(await gql(tenant, merge, { ids: [ada, bob], ada }));
    expect(await found()).toEqual({ id, value: 'bob@example.com', profile: { id: ada } });
    expect(await idOf(tenant, ada!, 'bob@example.com')).toBe(id);
    const undo = 'mutation ($id: ID!) { unmergeProfiles(input: { mergeId: $id }) { userErrors { code } } }';
    expectNoErrors(await gql(tenant, undo, { id: mergeProfiles.merges[0].id }));
    expect(await found()).toEqual({ id, value: 'bob@example.com', profile: { id: bob } });
    expect(await found({ key: (await newWorkspace()).key })).toBeNull();
  });

  // Its middle is the hash of the value: the rest names the profile.
  const hashOf = (id: string) => parsePublicId(id)!.uuid.slice(14, 34);

  it('tells nobody that another profile holds the address now', async () => {
    const tenant = await newWorkspace();
    const [ada] = await seed(tenant, [item({ external: 'a', email: 'shared@example.com' })]);
    const before = await idOf(tenant, ada!, 'shared@example.com');
    await change(tenant, 'remove', { id: before });
    const [bob] = await seed(tenant, [item({ external: 'b', email: 'shared@example.com' })]);
    const after = await idOf(tenant, bob!, 'shared@example.com');
    expect(hashOf(after)).not.toBe(hashOf(before));
    await expectRefused(tenant, 'verify', { id: before, method: 'CODE' }, ['IDENTIFIER_UNKNOWN', 'id']);
    const { identifier } = await change(tenant, 'verify', { id: after, method: 'CODE' });
    expect(identifier).toMatchObject({ id: after, value: 'shared@example.com', verifiedBy: 'CODE' });
  });

  it('of a channel tells nobody that another profile has it, too', async () => {
    const tenant = await newWorkspace();
    const channels = [{ type: 'EMAIL', endpoint: 'shared@example.com' }];
    const people = await seed(tenant, [
      item({ external: 'a' }, { channels }),
      item({ external: 'b' }, { channels }),
    ]);
    const query = `query ($id: ID!) { profile(id: $id) { channels { nodes { id } } } }`;
    const found = await Promise.all(
      people.map(async (id) => expectNoErrors(await gql(tenant, query, { id })).profile.channels.nodes),
    );
    const ids = found.map(([channel]): string => channel.id);
    expect(new Set(ids.map(hashOf)).size).toBe(2);
    const node = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    expect(expectNoErrors(await gql(tenant, node, { ids })).nodes).toEqual(ids.map((id) => ({ id })));
  });

  it('is not what another profile has got under the same value meanwhile', async () => {
    const tenant = await newWorkspace();
    const [ada, bob] = await seed(tenant, [
      item({ external: 'a', email: 'ada@example.com' }),
      item({ external: 'b' }),
    ]);
    const id = await idOf(tenant, ada!, 'ada@example.com');
    const mine = `shard >> 8 = ${tenant.workspaceId}`;
    const holder = await hold(
      tenant,
      `select from profile where ${mine} for update;
      update identifier set (profile_shard, profile_id, recorded_profile_id) =
        (select profile_shard, profile_id, profile_id from identifier where ${mine} and value = 'b')
      where ${mine} and namespace = 'email'`,
    );
    const removal = change(tenant, 'remove', { id });
    await holder.untilSomebodyWaits();
    await holder.commit();
    expect((await removal).userErrors).toMatchObject([{ code: 'IDENTIFIER_UNKNOWN', path: ['input', 'id'] }]);
    const { nodes } = (await profileOf(tenant, bob!)).identifiers;
    expect(nodes.map(({ value }: { value: string }) => value).sort()).toEqual(['ada@example.com', 'b']);
  });

  it('can be removed though such a value would be refused today', async () => {
    const tenant = await newWorkspace();
    const [ada] = await seed(tenant, [item({ external: 'a', email: 'ada@example.com' })]);
    const old = email('ada@localhost');
    await asAdmin(tenant.databaseUrl, (client) =>
      client.query(
        `update identifier set value = $1, shard = $2 where shard >> 8 = $3 and namespace = 'email'`,
        [old.value, shardOfIdentifier(tenant.workspaceId, old), tenant.workspaceId],
      ),
    );
    const id = await idOf(tenant, ada!, old.value);
    const labelled = await change(tenant, 'label', { id, label: 'main' });
    expect(labelled).toMatchObject({ identifier: { id, label: 'main' }, userErrors: [] });
    expect(await change(tenant, 'remove', { id })).toMatchObject({ identifier: { id }, userErrors: [] });
  });
});

it('those of one instant, and channels, come in an order that says nothing of their values', async () => {
  const tenant = await newWorkspace();
  const people = Array.from({ length: 40 }, (_, number) => ({
    ...item({}),
    identifiers: ['a', 'z'].map((letter) => email(`${letter}-${number}@example.com`)),
    channels: ['a', 'z'].map((letter) => ({ type: 'PUSH', endpoint: `${letter}-${number}` })),
  }));
  await seed(tenant, people);
  const query = `{ profiles { nodes { identifiers { nodes { value } } channels { nodes { endpoint } } } } }`;
  const { nodes } = expectNoErrors(await gql(tenant, query)).profiles;
  const firsts = (of: (one: never) => string) => new Set(nodes.map((one: never) => of(one).charAt(0)));
  // All alike by chance: once in 2^39 times.
  type Found = { identifiers: { nodes: { value: string }[] }; channels: { nodes: { endpoint: string }[] } };
  expect(firsts((one: Found) => one.identifiers.nodes[0]!.value)).toEqual(new Set(['a', 'z']));
  expect(firsts((one: Found) => one.channels.nodes[0]!.endpoint)).toEqual(new Set(['a', 'z']));
});
