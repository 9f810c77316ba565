import { asAdmin, expectNoErrors, gql, ingest, item, newTenant, seed, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

async function newWorkspace(): Promise<TestServer> {
  return { ...server, ...(await newTenant(server)) };
}

const PREVIEW = `query ($identifiers: [IdentifierInput!]!, $country: String) {
  previewIdentity(identifiers: $identifiers, defaultCountry: $country) { identifiers { fate } } }`;

/** What would become of each value, by itself. */
async function fatesOf(namespace: string, values: readonly string[], country: string | null = null) {
  const fates = new Map<string, string>();
  for (const value of values) {
    const { data, errors } = await gql(server, PREVIEW, { identifiers: [{ namespace, value }], country });
    fates.set(value, errors?.[0]?.extensions?.code ?? data.previewIdentity.identifiers[0].fate);
  }
  return Object.fromEntries(fates);
}

const all = (values: readonly string[], fate: string) =>
  Object.fromEntries(values.map((value) => [value, fate]));

const OPAQUE = [
  ...[
    '[object Object]',
    '[object Promise]',
    '{{user_id}}',
    '{{ contact.id }}',
    '${userId}',
    '%user_id%',
    '<user_id>',
  ],
  ...[
    '*|UNIQID|*',
    '<%= user.id %>',
    '#{user.id}',
    '%7B%7Buser_id%7D%7D',
    '{user_id}',
    '[user_id]',
    '$user_id',
    ':user_id',
  ],
  ...[
    '"null"',
    "'null'",
    '`null`',
    '“null”',
    '<null>',
    '<nil>',
    '(null)',
    '"<nil>"',
    'null',
    'NULL',
    'ＮＵＬＬ',
    ' Null ',
  ],
  ...[
    '#N/A',
    '#REF!',
    '#DIV/0!',
    '#VALUE!',
    'NaN',
    'None',
    'undefined',
    'unde\u200bfined',
    '(not set)',
    'n/a',
    '\\N',
    'true',
  ],
  ...['undefined undefined', 'null null', 'undefined_undefined', 'null,undefined', 'null-null'],
  ...[
    '00000000-0000-0000-0000-000000000000',
    '{00000000-0000-0000-0000-000000000000}',
    '00000000000000000000000000000000',
  ],
  ...[
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF',
    '{FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF}',
  ],
  ...['urn:uuid:ffffffff-ffff-ffff-ffff-ffffffffffff', '9774d56d682e549c', '9774D56D682E549C'],
  ...[
    '02:00:00:00:00:00',
    '02-00-00-00-00-00',
    '020000000000',
    '0200.0000.0000',
    '00:00:00:00:00:00',
    'FF:FF:FF:FF:FF:FF',
  ],
  ...[
    'unknown',
    'Anonymous',
    'guest',
    'test',
    'user_id',
    'xxx',
    '???',
    '***',
    '-',
    '0',
    '000',
    '[]',
    '{}',
    '""',
  ],
  ...['{user_id1}', '{{user_id1}}', '<user1>', '%user_id_1%', '%%user1%%', ':user1', '[USER_ID_1]', '$user1'],
  ...['{0}', '{1}', '{12}', '%1', '%0', '$user.id', ':user.id', '$userId2', '__user_id_1__'],
  ...['undefinedundefined', 'nullnull', 'nullundefined', 'NaNNaN', 'UndefinedUndefinedUndefined'],
  ...['#N/D', '#NOMBRE?', '#VALOR!', '#NOM?', 'no-one', 'no_one', 'XXXXX-XXXXX', 'xxx-xxxx-xxx', 'XXXX XXXX'],
  ...['your-id-here', 'YOUR_ID_HERE', 'your_user_id_here', '<your-id-here>', 'insert-id-here'],
  ...['00000000-0000-4000-8000-000000000000', '00000000000040008000000000000000'],
  ...['00000000-0000-4000-0000-000000000000', '00000000-0000-1000-8000-000000000000'],
  // MD5 and SHA-256 of nothing, and SHA-256 of "null".
  'd41d8cd98f00b204e9800998ecf8427e',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b',
];

/** They look like placeholders, or hold one. */
const REAL = [
  ...[
    '1',
    '42',
    '0123',
    'admin',
    'unknown-17',
    'test17',
    'testing-1',
    'null-pointer',
    'nullable',
    'guest42',
    'none-1',
  ],
  ...[
    '<42>',
    '{a1}',
    '[b2]',
    '100%',
    'user17',
    'Nan Goldin',
    'ffff-17',
    '02:00:00:00:00:01',
    'x',
    'XII',
    'abc',
  ],
  ...['{AB2504E0-4F89-41D3-9A0C-0305E82C3301}', '{abcdefab-abcd-abcd-abcd-abcdefabc123}', '[ab12cd34]', '$1'],
  ...[
    '{abc1234}',
    '<123>',
    '{12345}',
    ':123',
    'xxx-17',
    'XXL',
    'nullnull1',
    'annan',
    'nonenull@x',
    'no-one-17',
  ],
  ...['00000000-0000-4000-8000-000000000017', '00000000-0000-0000-0000-000000000017'],
  ...['0192d5a0-7c3e-7000-8000-00805f9b34fb', '9774d56d682e549d', '$RCAnonymousID:ab12', 'null@company.com'],
];

it.each(['external', 'device'])('placeholders tell nobody in the namespace %s', async (namespace) => {
  expect(await fatesOf(namespace, OPAQUE)).toEqual(all(OPAQUE, 'BLOCKED'));
});

it('real ids that look like placeholders are taken', async () => {
  expect(await fatesOf('external', REAL)).toEqual(all(REAL, 'KEPT'));
});

it('placeholders among e-mail addresses are blocked, and addresses that may be real are not', async () => {
  const blocked = [
    ...['example@example.com', 'Test@Test.com', 'test@example.org', '<noreply@example.com>', 'null@null.com'],
    ...['none@none.com', 'unknown@unknown.unknown', 'test@gmail.com', 'foo@bar.com'],
  ];
  const real = [
    'null@company.com',
    'admin@company.com',
    'ada@example.com',
    'test17@example.com',
    'tester@gmail.com',
  ];
  expect(await fatesOf('email', [...blocked, ...real])).toEqual({
    ...all(blocked, 'BLOCKED'),
    ...all(real, 'KEPT'),
  });
});

it('numbers that are made up are blocked, and numbers with long rows of one digit are not', async () => {
  const blocked = [
    ...[
      '+10000000000',
      '1234567890',
      '0000000000',
      '1111111111',
      '(999) 999-9999',
      '+33 6 12 34 56 78',
      '+91 98765 43210',
    ],
    ...['+44 1234 567890', '+55 11 99999-9999', '+48 123 456 789'],
  ];
  const real = [
    '+1 415 555 0000',
    '+45 20 00 00 00',
    '+1 201 555 0123',
    '+44 20 7946 0958',
    '+33 6 12 34 56 78',
    '+91 98765 43210',
  ];
  expect(await fatesOf('phone', [...blocked, ...real], 'US')).toEqual({
    ...all(blocked, 'BLOCKED'),
    ...all(real, 'KEPT'),
  });
});

it('two people who share placeholders stay two', async () => {
  const tenant = await newWorkspace();
  const placeholders = { device: '9774d56d682e549c', external: '[object Object]' };
  const people = await ingest(tenant, [
    item({ email: 'ada@example.com', ...placeholders }),
    item({ email: 'grace@example.com', ...placeholders }),
    item({ phone: '+44 20 7946 0958', device: '{{device_id}}' }),
    item({ phone: '+44 20 7946 0959', device: '{{device_id}}' }),
  ]);
  expect(new Set(people.map(({ profileId }) => profileId)).size).toBe(4);
});

it('invisible characters alone are no identifier', async () => {
  const tenant = await newWorkspace();
  for (const value of ['\u200b', '\u2060\u00ad', '\u3164', ' \ufeff ']) {
    const [result] = await ingest(tenant, [item({ external: value })]);
    expect(result).toMatchObject({ status: 'REJECTED', errors: [{ code: 'REQUIRED' }] });
  }
});

describe('a list that a workspace did not change', () => {
  const blocked = async (tenant: TestServer, key: string) =>
    expectNoErrors(
      await gql(tenant, '{ identifierNamespaces { key blockedValues blockedPatterns } }'),
    ).identifierNamespaces.find((one: { key: string }) => one.key === key);
  const update = async (tenant: TestServer, input: object) =>
    expectNoErrors(
      await gql(
        tenant,
        'mutation ($input: UpdateIdentifierNamespaceInput!) { updateIdentifierNamespace(input: $input) { userErrors { code } } }',
        { input },
      ),
    );

  it('follows what is shipped, also where something else of the namespace was changed', async () => {
    const tenant = await newWorkspace();
    const shipped = await blocked(tenant, 'external');
    await update(tenant, { key: 'external', priority: 7 });
    expect(await blocked(tenant, 'external')).toEqual(shipped);
    expect(await storedLists(tenant)).toEqual([{ values: null, patterns: null }]);
  });

  it('is kept where it was changed', async () => {
    const tenant = await newWorkspace();
    await update(tenant, { key: 'external', blockedValues: ['nobody@home'] });
    expect((await blocked(tenant, 'external')).blockedValues).toEqual(['nobody@home']);
    expect(await storedLists(tenant)).toEqual([{ values: ['nobody@home'], patterns: null }]);
    await seed(tenant, [item({ external: 'unknown' })]);
  });
});

/** As the table holds them. */
async function storedLists({ databaseUrl, workspaceId }: TestServer): Promise<unknown[]> {
  return asAdmin(databaseUrl, async (client) => {
    const { rows } = await client.query(
      'select blocked_values as values, blocked_patterns as patterns from identifier_namespace where workspace_id = $1',
      [workspaceId],
    );
    return rows;
  });
}
