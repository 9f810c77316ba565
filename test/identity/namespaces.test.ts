import {
  defineNamespace,
  expectError,
  expectNoErrors,
  gql,
  ingest,
  item,
  ManualClock,
  newTenant,
  seed,
  snapshotTables,
  startQueue,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const NAMESPACE =
  'key semanticType normalizer expects priority maxPerProfile blockedValues blockedPatterns canMergeProfiles isShipped updatedAt';
const START = '2026-03-01T12:00:00.000Z';

let server: TestServer;
let clock: ManualClock;

beforeAll(async () => {
  clock = new ManualClock(START);
  server = await startServer({ clock });
});

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`);

/** Each test has a workspace of its own. */
async function newWorkspace(on: TestServer = server): Promise<TestServer> {
  return { ...on, ...(await newTenant(on)) };
}

async function change(tenant: TestServer, verb: 'define' | 'update' | 'delete', input: object) {
  const name = `${verb}IdentifierNamespace`;
  const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}IdentifierNamespaceInput`;
  const data = expectNoErrors(
    await gql(
      tenant,
      `mutation ($input: ${type}!) { ${name}(input: $input) { ${verb === 'delete' ? 'deletedKey' : ''} identifierNamespace { ${NAMESPACE} } userErrors { code message path } } }`,
      { input },
    ),
  );
  return data[name];
}

async function namespacesOf(tenant: TestServer) {
  return expectNoErrors(await gql(tenant, `{ identifierNamespaces { ${NAMESPACE} } }`)).identifierNamespaces;
}

async function namespaceOf(tenant: TestServer, key: string) {
  return (await namespacesOf(tenant)).find((one: { key: string }) => one.key === key);
}

async function heldBy(tenant: TestServer, namespace: string, value: string) {
  const query = `query ($namespace: String!, $value: String!) { profileByIdentifier(namespace: $namespace, value: $value) { id identifiers { nodes { namespace: namespaceKey semanticType value } } } }`;
  return expectNoErrors(await gql(tenant, query, { namespace, value })).profileByIdentifier;
}

async function expectRefused(
  tenant: TestServer,
  verb: 'define' | 'update' | 'delete',
  input: object,
  [code, ...path]: [string, ...string[]],
) {
  const before = await snapshotTables(tenant, { except: ['quarantine'] });
  const payload = await change(tenant, verb, input);
  expect(payload).toEqual({
    identifierNamespace: null,
    ...(verb === 'delete' && { deletedKey: null }),
    userErrors: [{ code, path: ['input', ...path], message: expect.stringMatching(/\w{3}.*\.$/) }],
  });
  expect(await snapshotTables(tenant, { except: ['quarantine'] })).toEqual(before);
}

describe('a new workspace', () => {
  it('has four namespaces, and says all about them', async () => {
    const tenant = await newWorkspace();
    const opaque = {
      normalizer: 'TRIMMED',
      expects: '1 to 256 characters',
      blockedValues: expect.arrayContaining(['null', '-1', 'anonymous', 'unknown', 'n/a']),
      blockedPatterns: expect.arrayContaining(['^[0-]*$', '^\\{\\{.*\\}\\}$']),
      canMergeProfiles: true,
      isShipped: true,
      updatedAt: null,
    };
    expect(await namespacesOf(tenant)).toEqual([
      { ...opaque, key: 'device', semanticType: 'DEVICE', priority: 100, maxPerProfile: null },
      {
        ...opaque,
        key: 'email',
        semanticType: 'EMAIL',
        normalizer: 'EMAIL',
        expects: expect.stringContaining('ada@example.com'),
        priority: 300,
        maxPerProfile: null,
        blockedValues: expect.arrayContaining(['test@test.com', 'test@example.com', 'noreply@example.com']),
        blockedPatterns: [],
      },
      { ...opaque, key: 'external', semanticType: 'EXTERNAL', priority: 400, maxPerProfile: 1 },
      {
        ...opaque,
        key: 'phone',
        semanticType: 'PHONE',
        normalizer: 'PHONE',
        expects: expect.stringContaining('+44'),
        priority: 200,
        maxPerProfile: null,
        blockedValues: [],
        blockedPatterns: expect.arrayContaining(['00000000$']),
      },
    ]);
  });
});

describe('defining', () => {
  it('keeps what was said', async () => {
    const tenant = await newWorkspace();
    const said = {
      key: 'crm.nr-1_b',
      semanticType: 'OTHER',
      normalizer: 'LOWER_CASED',
      priority: 0,
      maxPerProfile: 3,
      // What an array of PostgreSQL could mistake.
      blockedValues: ['NULL', 'null', '', ' a b ', 'x,y', '{z}', '"q"', 'back\\slash'].filter(Boolean),
      blockedPatterns: ['^x[0-9]+$', 'a\\.b', '"', '^,$'],
      canMergeProfiles: false,
    };
    const { identifierNamespace: namespace, userErrors } = await change(tenant, 'define', said);
    expect(userErrors).toEqual([]);
    expect(namespace).toEqual({
      ...said,
      expects: '1 to 256 characters',
      isShipped: false,
      updatedAt: clock.now().toISOString(),
    });
    expect(await namespaceOf(tenant, said.key)).toEqual(namespace);
    expect((await namespacesOf(tenant)).map((one: { key: string }) => one.key)).toEqual([
      'crm.nr-1_b',
      'device',
      'email',
      'external',
      'phone',
    ]);
  });

  it.each([
    ['EXTERNAL', 'TRIMMED', 400, 1],
    ['OAUTH', 'TRIMMED', 350, null],
    ['EMAIL', 'EMAIL', 300, null],
    ['PHONE', 'PHONE', 200, null],
    ['SOCIAL', 'HANDLE', 150, null],
    ['UUID', 'UUID', 150, null],
    ['DEVICE', 'TRIMMED', 100, null],
    ['OTHER', 'TRIMMED', 50, null],
  ])('%s needs no more than a key', async (semanticType, normalizer, priority, maxPerProfile) => {
    const tenant = await newWorkspace();
    const { identifierNamespace: namespace } = await change(tenant, 'define', { key: 'mine', semanticType });
    expect(namespace).toMatchObject({
      semanticType,
      normalizer,
      priority,
      maxPerProfile,
      canMergeProfiles: true,
    });
  });

  it('takes null for any number, and for what is as the semantic type says', async () => {
    const tenant = await newWorkspace();
    const { identifierNamespace: namespace } = await change(tenant, 'define', {
      key: 'mine',
      semanticType: 'EXTERNAL',
      maxPerProfile: null,
      normalizer: null,
      priority: null,
      blockedValues: null,
      canMergeProfiles: null,
    });
    expect(namespace).toMatchObject({
      maxPerProfile: null,
      normalizer: 'TRIMMED',
      priority: 400,
      blockedValues: expect.arrayContaining(['null']),
      canMergeProfiles: true,
    });
  });

  it('repeats no blocked value', async () => {
    const tenant = await newWorkspace();
    const { identifierNamespace: namespace } = await change(tenant, 'define', {
      key: 'mine',
      semanticType: 'OTHER',
      blockedValues: ['a', 'b', 'a'],
      blockedPatterns: [],
    });
    expect(namespace).toMatchObject({ blockedValues: ['a', 'b'], blockedPatterns: [] });
  });

  it.each<[object, [string, ...string[]]]>([
    [{ key: 'Mine' }, ['KEY_INVALID', 'key']],
    [{ key: '' }, ['KEY_INVALID', 'key']],
    [{ key: 'k'.repeat(101) }, ['KEY_INVALID', 'key']],
    [{ key: 'email' }, ['KEY_TAKEN', 'key']],
    [{ key: 'taken' }, ['KEY_TAKEN', 'key']],
    [{ priority: -1 }, ['INVALID_VALUE', 'priority']],
    [{ priority: 1_001 }, ['INVALID_VALUE', 'priority']],
    [{ maxPerProfile: 0 }, ['INVALID_VALUE', 'maxPerProfile']],
    [{ maxPerProfile: 1_001 }, ['INVALID_VALUE', 'maxPerProfile']],
    [{ blockedValues: numbered(1_001) }, ['TOO_MANY', 'blockedValues']],
    [{ blockedValues: ['a', 'a', ' '] }, ['REQUIRED', 'blockedValues', '2']],
    [{ blockedValues: ['a'.repeat(257)] }, ['TOO_LONG', 'blockedValues', '0']],
    [{ blockedValues: ['a\0'] }, ['INVALID_VALUE', 'blockedValues', '0']],
    [{ blockedPatterns: numbered(51) }, ['TOO_MANY', 'blockedPatterns']],
    [{ blockedPatterns: ['a', '(a+)+$'] }, ['PATTERN_INVALID', 'blockedPatterns', '1']],
    [{ blockedPatterns: ['a'.repeat(201)] }, ['PATTERN_INVALID', 'blockedPatterns', '0']],
    [{ blockedPatterns: ['a\0'] }, ['INVALID_VALUE', 'blockedPatterns', '0']],
  ])('refuses, case %#', async (wrong, refusal) => {
    const tenant = await newWorkspace();
    await defineNamespace(tenant, { key: 'taken', semanticType: 'OTHER' });
    await expectRefused(tenant, 'define', { key: 'mine', semanticType: 'OTHER', ...wrong }, refusal);
  });

  it('ends at 100', async () => {
    const tenant = await newWorkspace();
    for (let index = 4; index < 100; index += 1)
      await defineNamespace(tenant, { key: `n${index}`, semanticType: 'OTHER' });
    await expectRefused(tenant, 'define', { key: 'more', semanticType: 'OTHER' }, ['TOO_MANY', 'key']);
  });

  it('lets one of two at once have the key', async () => {
    const tenant = await newWorkspace();
    const payloads = await Promise.all(
      [1, 2].map(() => change(tenant, 'define', { key: 'mine', semanticType: 'OTHER' })),
    );
    expect(
      payloads.map(({ userErrors }) => userErrors.map((error: { code: string }) => error.code)).sort(),
    ).toEqual([[], ['KEY_TAKEN']]);
  });
});

describe('updating', () => {
  it('changes what is given and leaves the rest', async () => {
    const tenant = await newWorkspace();
    await defineNamespace(tenant, { key: 'mine', semanticType: 'EXTERNAL', blockedPatterns: ['x'] });
    const before = await namespaceOf(tenant, 'mine');
    const { identifierNamespace: namespace } = await change(tenant, 'update', {
      key: 'mine',
      priority: 7,
      maxPerProfile: null,
      blockedPatterns: ['y'],
    });
    // Each change has an instant of its own, also where the clock stands still.
    const changedAt = (milliseconds: number) => new Date(clock.now().getTime() + milliseconds).toISOString();
    expect(namespace).toEqual({
      ...before,
      ...{ priority: 7, maxPerProfile: null, blockedPatterns: ['y'] },
      updatedAt: changedAt(1),
    });
    const { identifierNamespace: again } = await change(tenant, 'update', {
      key: 'mine',
      canMergeProfiles: false,
    });
    expect(again).toEqual({ ...namespace, canMergeProfiles: false, updatedAt: changedAt(2) });
    expect(await namespaceOf(tenant, 'mine')).toEqual(again);
  });

  it('gives the workspace its own version of a shipped one, which deleting takes back', async () => {
    const tenant = await newWorkspace();
    const shipped = await namespaceOf(tenant, 'email');
    const { identifierNamespace: namespace } = await change(tenant, 'update', {
      key: 'email',
      blockedValues: ['shop@example.com'],
    });
    expect(namespace).toEqual({
      ...shipped,
      blockedValues: ['shop@example.com'],
      updatedAt: clock.now().toISOString(),
    });
    expect((await namespacesOf(tenant)).length).toBe(4);
    await change(tenant, 'update', { key: 'email', priority: 1 });
    expect(await namespaceOf(tenant, 'email')).toMatchObject({
      blockedValues: ['shop@example.com'],
      priority: 1,
    });
    expect(await change(tenant, 'delete', { key: 'email' })).toEqual({
      deletedKey: 'email',
      identifierNamespace: shipped,
      userErrors: [],
    });
    expect(await namespaceOf(tenant, 'email')).toEqual(shipped);
  });

  it.each<[object, [string, ...string[]]]>([
    [{ key: 'none' }, ['NAMESPACE_UNKNOWN', 'key']],
    [{ priority: 1_001 }, ['INVALID_VALUE', 'priority']],
    [{ maxPerProfile: 0 }, ['INVALID_VALUE', 'maxPerProfile']],
    [{ blockedValues: [''] }, ['REQUIRED', 'blockedValues', '0']],
    [{ blockedPatterns: ['['] }, ['PATTERN_INVALID', 'blockedPatterns', '0']],
    [{ key: 'email', blockedPatterns: ['['] }, ['PATTERN_INVALID', 'blockedPatterns', '0']],
  ])('refuses %j', async (wrong, refusal) => {
    const tenant = await newWorkspace();
    await defineNamespace(tenant, { key: 'mine', semanticType: 'OTHER' });
    await expectRefused(tenant, 'update', { key: 'mine', ...wrong }, refusal);
  });

  it('refuses another normalizer while there are identifiers: they could no longer be found', async () => {
    const tenant = await newWorkspace();
    await defineNamespace(tenant, { key: 'mine', semanticType: 'OTHER' });
    expect((await change(tenant, 'update', { key: 'mine', normalizer: 'UUID' })).userErrors).toEqual([]);
    expect((await change(tenant, 'update', { key: 'mine', normalizer: 'TRIMMED' })).userErrors).toEqual([]);
    await seed(tenant, [item({ mine: 'A' })]);
    await expectRefused(tenant, 'update', { key: 'mine', normalizer: 'LOWER_CASED' }, [
      'NAMESPACE_IN_USE',
      'normalizer',
    ]);
    // The one that it has is no change.
    expect(
      (await change(tenant, 'update', { key: 'mine', normalizer: 'TRIMMED', priority: 9 })).userErrors,
    ).toEqual([]);
  });
});

describe('deleting', () => {
  it('ends a namespace of one’s own, whose key is free again', async () => {
    const tenant = await newWorkspace();
    await defineNamespace(tenant, { key: 'mine', semanticType: 'OTHER' });
    expect(await change(tenant, 'delete', { key: 'mine' })).toEqual({
      deletedKey: 'mine',
      identifierNamespace: null,
      userErrors: [],
    });
    const [result] = await ingest(tenant, [item({ mine: 'A' })]);
    expect(result).toMatchObject({ status: 'REJECTED', errors: [{ code: 'NAMESPACE_UNKNOWN' }] });
    await defineNamespace(tenant, { key: 'mine', semanticType: 'EMAIL' });
    expect(await namespaceOf(tenant, 'mine')).toMatchObject({ semanticType: 'EMAIL' });
  });

  it('refuses while there is an identifier, whatever its shard', async () => {
    const tenant = await newWorkspace();
    for (const value of ['a', 'b', 'c']) {
      const key = `mine-${value}`;
      await defineNamespace(tenant, { key, semanticType: 'OTHER' });
      await seed(tenant, [item({ [key]: value, email: `${value}@example.com` })]);
      await expectRefused(tenant, 'delete', { key }, ['NAMESPACE_IN_USE', 'key']);
      expectNoErrors(
        await gql(
          tenant,
          'mutation ($namespace: String!, $value: String!) { removeIdentifier(input: { namespace: $namespace, value: $value }) { userErrors { code } } }',
          { namespace: key, value },
        ),
      );
      expect((await change(tenant, 'delete', { key })).deletedKey).toBe(key);
    }
  });

  it('refuses what is shipped, and what there is not', async () => {
    const tenant = await newWorkspace();
    await expectRefused(tenant, 'delete', { key: 'email' }, ['NAMESPACE_SHIPPED', 'key']);
    await expectRefused(tenant, 'delete', { key: 'none' }, ['NAMESPACE_UNKNOWN', 'key']);
  });

  it('refuses to take back how a shipped one is read while there are identifiers', async () => {
    const tenant = await newWorkspace();
    await change(tenant, 'update', { key: 'device', normalizer: 'LOWER_CASED' });
    await seed(tenant, [item({ device: 'ABC' })]);
    expect(await heldBy(tenant, 'device', 'abc')).not.toBeNull();
    await expectRefused(tenant, 'delete', { key: 'device' }, ['NAMESPACE_IN_USE', 'key']);
  });
});

describe('normalizers', () => {
  const id = '0192d5a0-7c3e-7abc-8000-00805f9b34fb';

  it.each([
    ['TRIMMED', '  A\u0308b ', 'Äb'],
    ['LOWER_CASED', ' ABC ', 'abc'],
    ['EMAIL', ' Ada@Example.com', 'ada@example.com'],
    ['PHONE', '+32 470 12 34 56', '+32470123456'],
    ['UUID', id.toUpperCase(), id],
    ['UUID', `{${id}}`, id],
    ['UUID', `urn:uuid:${id}`, id],
    ['UUID', id.replaceAll('-', ''), id],
    ['HANDLE', ' @Ada_L ', 'ada_l'],
    ['HANDLE', 'ADA_L', 'ada_l'],
  ])('%s makes %j to %j', async (normalizer, sent, kept) => {
    const tenant = await newWorkspace();
    await defineNamespace(tenant, { key: 'mine', semanticType: 'OTHER', normalizer });
    const [profile] = await seed(tenant, [item({ mine: sent })]);
    expect(await heldBy(tenant, 'mine', kept)).toEqual({
      id: profile,
      identifiers: { nodes: [{ namespace: 'mine', semanticType: 'OTHER', value: kept }] },
    });
  });

  it.each([
    ['EMAIL', 'ada'],
    ['PHONE', '0470 12 34 56'],
    ['UUID', 'ada'],
    ['UUID', id.slice(1)],
    ['HANDLE', ' @ '],
  ])('%s cannot read %j', async (normalizer, sent) => {
    const tenant = await newWorkspace();
    await defineNamespace(tenant, { key: 'mine', semanticType: 'OTHER', normalizer });
    const before = await snapshotTables(tenant, { except: ['quarantine'] });
    const [result] = await ingest(tenant, [item({ mine: sent })]);
    expect(result).toMatchObject({
      status: 'REJECTED',
      errors: [{ code: 'IDENTIFIER_INVALID', path: ['input', 'items', '0', 'identifiers', '0', 'value'] }],
    });
    expect(await snapshotTables(tenant, { except: ['quarantine'] })).toEqual(before);
  });
});

it('are each workspace’s own', async () => {
  const [one, other] = [await newWorkspace(), await newWorkspace()];
  await defineNamespace(one, { key: 'mine', semanticType: 'OTHER' });
  await change(one, 'update', { key: 'email', priority: 1 });
  expect((await namespacesOf(other)).map((each: { key: string }) => each.key)).not.toContain('mine');
  expect(await namespaceOf(other, 'email')).toMatchObject({ priority: 300, updatedAt: null });
  await expectRefused(other, 'update', { key: 'mine', priority: 1 }, ['NAMESPACE_UNKNOWN', 'key']);
  await expectRefused(other, 'delete', { key: 'mine' }, ['NAMESPACE_UNKNOWN', 'key']);
  await defineNamespace(other, { key: 'mine', semanticType: 'OTHER', normalizer: 'LOWER_CASED' });
  await seed(one, [item({ mine: 'ABC' })]);
  await seed(other, [item({ mine: 'ABC' })]);
  expect((await heldBy(one, 'mine', 'ABC')).identifiers.nodes).toMatchObject([{ value: 'ABC' }]);
  expect((await heldBy(other, 'mine', 'ABC')).identifiers.nodes).toMatchObject([{ value: 'abc' }]);
});

describe('another server on the same database', () => {
  let second: TestServer;

  beforeAll(async () => {
    second = await startServer({ beside: server });
  });

  /** Both servers remember the namespaces of the workspace as they are now. */
  async function knownToBoth(): Promise<[TestServer, TestServer]> {
    const tenant = await newWorkspace();
    const there = { ...second, workspaceId: tenant.workspaceId, key: tenant.key };
    for (const each of [tenant, there]) await seed(each, [item({ email: 'ada@example.com' })]);
    return [tenant, there];
  }

  it('takes identifiers of a namespace that was defined a moment ago, also amid others', async () => {
    const [here, there] = await knownToBoth();
    await defineNamespace(here, { key: 'mine', semanticType: 'OTHER' });
    const results = await ingest(there, [
      item({ email: 'ada@example.com' }),
      item({ mine: 'A' }),
      item({ none: 'A' }),
    ]);
    expect(results.map(({ status, errors }) => [status, ...errors.map(({ code }) => code)])).toEqual([
      ['ACCEPTED'],
      ['ACCEPTED'],
      ['REJECTED', 'NAMESPACE_UNKNOWN'],
    ]);
    expect(await heldBy(there, 'mine', 'A')).not.toBeNull();
  });

  it('refuses those of a namespace that was deleted a moment ago', async () => {
    const [here, there] = await knownToBoth();
    await defineNamespace(here, { key: 'mine', semanticType: 'OTHER' });
    await namespacesOf(there);
    await change(here, 'delete', { key: 'mine' });
    const before = await snapshotTables(here, { except: ['quarantine'] });
    const [result] = await ingest(there, [item({ mine: 'A' })]);
    expect(result).toMatchObject({
      status: 'REJECTED',
      eventId: null,
      profileId: null,
      errors: [{ code: 'NAMESPACE_UNKNOWN', path: ['input', 'items', '0', 'identifiers', '0', 'namespace'] }],
    });
    expect(await snapshotTables(here, { except: ['quarantine'] })).toEqual(before);
  });

  it('reads them as they are to be read now', async () => {
    const [here, there] = await knownToBoth();
    await defineNamespace(here, { key: 'mine', semanticType: 'OTHER' });
    await namespacesOf(there);
    await change(here, 'update', { key: 'mine', normalizer: 'LOWER_CASED' });
    const results = await ingest(there, [item({ email: 'ada@example.com' }), item({ mine: 'ABC' })]);
    expect(results.map(({ status }) => status)).toEqual(['ACCEPTED', 'ACCEPTED']);
    expect((await heldBy(here, 'mine', 'abc')).identifiers.nodes).toMatchObject([{ value: 'abc' }]);
  });
});

it('cost a batch no statement', async () => {
  const own = await startQueue(server);
  await own.submit([item({ email: 'first@example.com' })]);
  const count = async (value: string) => {
    const before = own.database.statements;
    await own.submit([item({ email: value })]);
    return own.database.statements - before;
  };
  const usual = await count('second@example.com');
  // What was parsed by namespaces that have changed since is parsed again, without a question.
  const stale = own.itemsOf([item({ email: 'third@example.com' })]);
  await change(server, 'update', { key: 'phone', priority: 201 });
  await own.submit([item({ email: 'fourth@example.com' })]);
  const before = own.database.statements;
  const [outcome] = await own.queue.submit(server.workspaceId, stale);
  expect(outcome?.status).toBe('ACCEPTED');
  expect(own.database.statements - before).toBe(usual);
});

it('must be known to whoever looks for a profile', async () => {
  const answer = await gql(server, '{ profileByIdentifier(namespace: "none", value: "x") { id } }');
  expect(expectError(answer, 'NAMESPACE_UNKNOWN').extensions).toMatchObject({ argumentPath: ['namespace'] });
});
