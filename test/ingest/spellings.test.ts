import {
  createSegment,
  defineEventType,
  defineNamespace,
  event,
  expectError,
  expectNoErrors,
  gql,
  ingest,
  item,
  newTenant,
  seed,
  startServer,
} from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

async function newWorkspace(): Promise<TestServer> {
  return { ...server, ...(await newTenant(server)) };
}

/** One item for each spelling, all in one batch. */
const spelled = (namespace: string, spellings: readonly string[], rest: Partial<ItemInput> = {}) =>
  spellings.map((value) => item({ [namespace]: value }, rest));

async function holder(tenant: TestServer, namespace: string, value: string, defaultCountry?: string) {
  const query = `query ($namespace: String!, $value: String!, $defaultCountry: String) {
    profileByIdentifier(namespace: $namespace, value: $value, defaultCountry: $defaultCountry) { id identifiers { nodes { value } } } }`;
  return expectNoErrors(await gql(tenant, query, { namespace, value, defaultCountry })).profileByIdentifier;
}

/** All spellings are one person, kept as `canonical`, and every spelling finds them. */
async function expectOne(namespace: string, canonical: string, spellings: readonly string[]) {
  const tenant = await newWorkspace();
  const profiles = await seed(tenant, spelled(namespace, spellings));
  expect(new Set(profiles).size).toBe(1);
  for (const value of spellings)
    expect(await holder(tenant, namespace, value)).toEqual({
      id: profiles[0],
      identifiers: { nodes: [{ value: canonical }] },
    });
}

async function setCountry(tenant: TestServer, defaultCountry: string | null) {
  const { updateSource } = expectNoErrors(
    await gql(
      tenant,
      'mutation ($input: UpdateSourceInput!) { updateSource(input: $input) { userErrors { code } } }',
      { input: { key: 'default', defaultCountry } },
    ),
  );
  expect(updateSource.userErrors).toEqual([]);
}

describe('phone numbers', () => {
  it('with an extension are one in all spellings, and another one than without it', async () => {
    await expectOne('phone', '+442079460958;ext=12', [
      ...['+44 20 7946 0958 ext. 12', '+44 20 7946 0958 x12', '+442079460958;ext=12', '+44 20 7946 0958 #12'],
      ...[
        '+44 20 7946 0958 Durchwahl 12',
        '+44 20 7946 0958 poste 12',
        '+44 20 7946 0958 доб. 12',
        '+442079460958,,12',
      ],
      ...[
        'tel:+44-20-7946-0958;ext=12',
        '+44 (0)20 7946 0958 (Ext: 12)',
        '+44 20 7946 0958 int. 12',
        '+44 20 7946 0958 ramal 12',
      ],
      ...['+44 20 7946 0958 - 12#', '+44 20 7946 0958 内線12', '＋44 20 7946 0958 ext. １２'],
    ]);
    const tenant = await newWorkspace();
    const numbers = [
      '+44 20 7946 0958',
      '+44 20 7946 0958 ext. 12',
      '+44 20 7946 0958 x13',
      '+44 20 7946 0958 ext. 012',
    ];
    expect(new Set(await seed(tenant, spelled('phone', numbers))).size).toBe(4);
  });

  it.each([
    [
      '+525512345678',
      [
        '+52 55 1234 5678',
        '+52 1 55 1234 5678',
        '+521 (55) 1234-5678',
        '+52 044 55 1234 5678',
        '0052 1 55 1234 5678',
      ],
    ],
    [
      '+5491123456789',
      [
        '+54 9 11 2345 6789',
        '+54 11 15 2345 6789',
        '+54 (9) 11 2345-6789',
        '+54 011 15-2345-6789',
        '+54 9 11 15 2345 6789',
      ],
    ],
    [
      '+5511987654321',
      ['+55 11 98765-4321', '+55 11 8765-4321', '+55 (011) 98765-4321', '+55 (0)11 8765 4321'],
    ],
    ['+48221234567', ['+48 22 123 45 67', '+48 (0) 22 123 45 67', '+48 0 22 123 45 67', '0048221234567']],
    ['+390612345678', ['+39 06 1234 5678', '+39 (0)6 1234 5678', '0039 06 12345678']],
    ['+2290197123456', ['+229 01 97 12 34 56', '+229 97 12 34 56']],
    [
      '+442079460958',
      [
        ...[
          '+44 20 7946 0958',
          '+44 (0)20 7946 0958',
          '+44 [0] 20 7946 0958',
          '00442079460958',
          '011 44 20 7946 0958',
          '+0044 20 7946 0958',
        ],
        ...[
          '＋４４　２０　７９４６　０９５８',
          '+٤٤٢٠٧٩٤٦٠٩٥٨',
          '+४४२०७९४६०९५८',
          'tel:+442079460958',
          'tel:7946-0958;phone-context=+4420',
        ],
        ...[
          '+44.20.7946.0958',
          '+44/20/7946/0958',
          '+44\u00a020\u00a07946\u20110958',
          '+44\u200b2079460958',
          '\u202a+442079460958\u202c',
        ],
        ...[
          '(+44) 20 7946 0958',
          "'+442079460958",
          '"+44 20 7946 0958"',
          'Tel.: +44 20 7946 0958',
          '+44 20 7946 0958 (office)',
          '+442079460958.0',
          '+442079460958\n',
        ],
      ],
    ],
  ])('%s is one number', async (canonical, spellings) => {
    await expectOne('phone', canonical, spellings);
  });

  it('that stay two in their country stay two', async () => {
    const tenant = await newWorkspace();
    // A line and a mobile in Buenos Aires; a line and a trunk radio in São Paulo.
    const numbers = [
      '+54 11 2345 6789',
      '+54 9 11 2345 6789',
      '+55 11 3765-4321',
      '+55 11 7765-4321',
      '+55 11 97765-4321',
    ];
    expect(new Set(await seed(tenant, spelled('phone', numbers))).size).toBe(numbers.length);
  });

  it.each([
    ...[
      '020 7946 0958',
      '442079460958',
      '+44 20 7946 0958 12',
      '+44 20 7946 0958 / +44 20 7946 0959',
      '1-800-FLOWERS',
    ],
    ...['+1-XXX-XXX-XXXX', '4.42079E+11', '+020 7946 0958', '+1234567890', '+999 123456789'],
  ])('%j cannot be dialled from anywhere: a warning beside other identifiers', async (value) => {
    const tenant = await newWorkspace();
    const [result] = await ingest(tenant, [item({ external: 'c-1', phone: value })]);
    expect(result).toMatchObject({
      status: 'ACCEPTED',
      warnings: [{ code: 'IDENTIFIER_INVALID', path: ['input', 'items', '0', 'identifiers', '1', 'value'] }],
    });
    expect(await holder(tenant, 'external', 'c-1')).toMatchObject({
      identifiers: { nodes: [{ value: 'c-1' }] },
    });
    const [alone] = await ingest(tenant, [item({ phone: value })]);
    expect(alone).toMatchObject({ status: 'REJECTED', errors: [{ code: 'IDENTIFIER_INVALID' }] });
    const query = 'query ($value: String!) { profileByIdentifier(namespace: "phone", value: $value) { id } }';
    const { message } = expectError(await gql(tenant, query, { value }), 'IDENTIFIER_INVALID');
    expect(message).toContain('defaultCountry');
  });

  it('that are local belong to the country of the item, its attribute, or its source', async () => {
    const tenant = await newWorkspace();
    await setCountry(tenant, 'GB');
    const [british, dutch, belgian, international] = await seed(tenant, [
      item({ phone: '020 7946 0958' }),
      item({ phone: '06 1234 5679' }, { attributes: { country: 'NL' } }),
      item({ phone: '0470/12.34.56' }, { attributes: { country: 'NL' }, defaultCountry: 'BE' }),
      item({ phone: '+1 415 555 2671' }),
    ]);
    expect(await holder(tenant, 'phone', '+442079460958')).toMatchObject({ id: british });
    expect(await holder(tenant, 'phone', '+31612345679')).toMatchObject({ id: dutch });
    expect(await holder(tenant, 'phone', '+32470123456')).toMatchObject({ id: belgian });
    expect(await holder(tenant, 'phone', '+14155552671')).toMatchObject({ id: international });
    expect(await holder(tenant, 'phone', '0470 12 34 56', 'be')).toMatchObject({ id: belgian });
    expect(
      await seed(tenant, spelled('phone', ['(0)20 7946 0958', '00 44 20 7946 0958', '442079460958'])),
    ).toEqual([british, british, british]);
  });

  it.each<[string, object, string | null]>([
    ['030 12345678', { attributes: { 'country ': 'DE' } }, '+493012345678'],
    ['030 12345678', { attributes: { 'country\u200b': 'de' } }, '+493012345678'],
    ['089 1234567', { attributes: { country: 'Germany' } }, '+49891234567'],
    ['020 7946 0958', { attributes: { country: 'united kingdom' } }, '+442079460958'],
    ['020 7946 0958', { attributes: { country: 'U.K.' } }, '+442079460958'],
    ['06 1234 5679', { attributes: { country: 'The Netherlands' } }, '+31612345679'],
    ['06 1234 5679', { defaultCountry: 'Holland', attributes: { country: 'NL' } }, '+31612345679'],
    ['(415) 555-2671', { attributes: { country: 'USA' } }, '+14155552671'],
    ['(415) 555-2671', { attributes: { country: ' ' } }, '+14155552671'],
    ['(415) 555-2671', { attributes: { country: null } }, '+14155552671'],
    ['(415) 555-2671', { defaultCountry: '' }, '+14155552671'],
    ['030 12345678', { attributes: { country: 'Ruritania' } }, null],
    ['030 12345678', { attributes: { country: 49 } }, null],
    ['030 12345678', { defaultCountry: 'Holland' }, null],
    // No number of the source's country.
    ['089 1234567', {}, null],
    ['01 2345 6789', {}, null],
    ['+1 415 555 2671', { attributes: { country: 'Ruritania' } }, '+14155552671'],
  ])(
    'that are local are not the source’s where the item says otherwise: %s, %j',
    async (phone, rest, expected) => {
      const tenant = await newWorkspace();
      await setCountry(tenant, 'US');
      const channels = [{ type: 'SMS', endpoint: phone }];
      const [result] = await ingest(tenant, [item({ external: 'c-1', phone }, { channels, ...rest })]);
      const paths = result!.warnings.map(({ path }) => path.slice(3).join('.'));
      expect(result!.status).toBe('ACCEPTED');
      expect(paths.filter((path) => path !== 'defaultCountry' && path !== 'attributes.country')).toEqual(
        expected === null ? ['identifiers.1.value', 'channels.0.endpoint'] : [],
      );
      const known = await holder(tenant, 'external', 'c-1');
      expect(known.identifiers.nodes.map(({ value }: { value: string }) => value).sort()).toEqual(
        [expected ?? [], 'c-1'].flat(),
      );
      expect(await channelsOf(tenant, 'c-1')).toEqual(expected === null ? [] : [expected]);
    },
  );

  it.each([
    ['US', '(415) 555-2671', '+14155552671'],
    ['US', '011 44 20 7946 0958', '+442079460958'],
    ['MX', '044 55 1234 5678', '+525512345678'],
    ['AR', '011 15-2345-6789', '+5491123456789'],
    ['BR', '(11) 8765-4321', '+5511987654321'],
    ['IT', '06 1234 5678', '+390612345678'],
    ['RU', '8 (916) 123-45-67', '+79161234567'],
    ['FR', '01 42 68 53 00 poste 12', '+33142685300;ext=12'],
  ])('in %s, %s is %s', async (defaultCountry, value, canonical) => {
    const tenant = await newWorkspace();
    const [profile] = await seed(tenant, [item({ phone: value }, { defaultCountry })]);
    expect(await holder(tenant, 'phone', canonical)).toEqual({
      id: profile,
      identifiers: { nodes: [{ value: canonical }] },
    });
  });

  it('are channels in the same form', async () => {
    const tenant = await newWorkspace();
    const phones = ['020 7946 0958 ext 12', '+44 (0)20 7946 0958 x12', '+52 1 55 1234 5678'];
    await seed(tenant, [
      item(
        { external: 'c-1' },
        { defaultCountry: 'GB', channels: phones.map((endpoint) => ({ type: 'PHONE', endpoint })) },
      ),
    ]);
    expect((await channelsOf(tenant, 'c-1')).sort()).toEqual(['+442079460958;ext=12', '+525512345678']);
  });
});

async function channelsOf(tenant: TestServer, external: string): Promise<string[]> {
  const query = `query ($value: String!) { profileByIdentifier(namespace: "external", value: $value) { channels { nodes { endpoint } } } }`;
  const { profileByIdentifier } = expectNoErrors(await gql(tenant, query, { value: external }));
  return profileByIdentifier.channels.nodes.map((one: { endpoint: string }) => one.endpoint);
}

const ADA = [
  ...[
    'ada@münchen.de',
    'Ada@MÜNCHEN.de',
    'ada@xn--mnchen-3ya.de',
    'ada@XN--MNCHEN-3YA.DE',
    'ada@mu\u0308nchen.de',
  ],
  ...[
    'ａｄａ＠ｍünchen．ｄｅ',
    'ada@münchen。de',
    'ada\u200b@münchen.de',
    '\u202aada@münchen.de\u202c',
    'ada@mün\u00adchen.de',
  ],
  ...[
    'mailto:ada@münchen.de',
    'MAILTO:ada@münchen.de?subject=Hello%20you',
    'mailto:ada%40m%C3%BCnchen.de',
    '<ada@münchen.de>',
  ],
  ...[
    'Ada <ada@münchen.de>',
    '"Lovelace, Ada" <ada@münchen.de>',
    '<mailto:ada@münchen.de>',
    'ada@münchen.de.',
    '"ada@münchen.de"',
  ],
  ...[
    "'ada@münchen.de'",
    '\u00a0ada@münchen.de\u00a0',
    'ada@münchen.de (Ada)',
    'ada@münchen.de;',
    'ada@münchen.de\r\n',
  ],
];

describe('e-mail addresses', () => {
  it('are one in all spellings', async () => {
    await expectOne('email', 'ada@xn--mnchen-3ya.de', ADA);
  });

  it('are found by rules in any spelling', async () => {
    const tenant = await newWorkspace();
    await seed(tenant, [item({ email: 'ada@münchen.de' })]);
    await createSegment(tenant, 'ada', {
      identifier: { namespace: 'email', value: 'mailto:Ada@xn--mnchen-3ya.de' },
    });
    expect(expectNoErrors(await gql(tenant, '{ segment(key: "ada") { size } }')).segment.size).toBe(1);
  });

  it('are revoked in any spelling', async () => {
    const tenant = await newWorkspace();
    const said = (state: string, endpoint: string, at: string) => ({
      type: 'EMAIL',
      endpoint,
      consents: [{ state, at }],
    });
    for (const [index, endpoint] of ADA.entries()) {
      const external = `c-${index}`;
      await seed(tenant, [
        item({ external }, { channels: [said('GRANTED', 'ada@münchen.de', '2026-01-01T00:00:00Z')] }),
        item({ external }, { channels: [said('REVOKED', endpoint, '2026-01-02T00:00:00Z')] }),
      ]);
      const query = `query ($value: String!) { profileByIdentifier(namespace: "external", value: $value) {
        channels { nodes { endpoint consents { state } } } isContactable(channel: EMAIL, purpose: "marketing") } }`;
      expect(expectNoErrors(await gql(tenant, query, { value: external })).profileByIdentifier).toEqual({
        channels: { nodes: [{ endpoint: 'ada@xn--mnchen-3ya.de', consents: [{ state: 'REVOKED' }] }] },
        isContactable: false,
      });
    }
  });

  it.each([
    ...[
      'a@b..org',
      'a@.b',
      'a@.b.org',
      'a b@c.org',
      'a@b@c.org',
      'a@@b.org',
      'a@b',
      'a@localhost',
      'a@b.1',
      'a@[127.0.0.1]',
    ],
    ...[
      '@b.org',
      'a@',
      'a@-b.org',
      'a@b-.org',
      'a@b.org..',
      'a@b.org, c@d.org',
      'a@b.org/c',
      'a @b.org',
      'a@xn--a',
    ],
  ])('%j is none', async (value) => {
    const tenant = await newWorkspace();
    const [result] = await ingest(tenant, [item({ email: value })]);
    expect(result).toMatchObject({ status: 'REJECTED', errors: [{ code: 'IDENTIFIER_INVALID' }] });
    const [beside] = await ingest(tenant, [
      item({ external: 'c-1' }, { channels: [{ type: 'EMAIL', endpoint: value }] }),
    ]);
    expect(beside).toMatchObject({ status: 'ACCEPTED' });
    expect(await channelsOf(tenant, 'c-1')).toEqual([]);
  });

  it.each([
    ['"John Doe"@Example.com', '"john doe"@example.com'],
    ['Ada+News@example.com', 'ada+news@example.com'],
    ['a.b@example.com', 'a.b@example.com'],
    ["o'neil@example.com", "o'neil@example.com"],
    ['JÜRGEN@example.com', 'jürgen@example.com'],
    ['taro..yamada.@docomo.ne.jp', 'taro..yamada.@docomo.ne.jp'],
  ])('%j keeps its local part: %j', async (value, canonical) => {
    await expectOne('email', canonical, [value]);
  });
});

describe('ids', () => {
  it('are one with and without invisible characters, and in each form of Unicode', async () => {
    await expectOne('external', 'Zürich-17', [
      'Zürich-17',
      'Zu\u0308rich-17',
      '\u200bZürich-17',
      'Zürich\u2060-17',
      ' Zürich-17\u00a0',
      '\ufeffZürich-17\n',
    ]);
  });

  it('keep what changes letters', async () => {
    const tenant = await newWorkspace();
    await defineNamespace(tenant, { key: 'name', semanticType: 'OTHER' });
    // A Persian word with and without the joiner between its letters.
    expect(new Set(await seed(tenant, spelled('name', ['می\u200cخواهم', 'میخواهم']))).size).toBe(2);
  });
});

describe('names', () => {
  const ORDER = { external: 'c-1' };

  it('of types and properties are trimmed and composed, in items, contracts and rules', async () => {
    const tenant = await newWorkspace();
    await defineEventType(tenant, {
      key: ' caf\u00e9 visit ',
      properties: [{ key: 'total ', type: 'NUMBER' }],
    });
    await seed(tenant, [
      event(ORDER, 'café visit', { total: 1 }),
      event(ORDER, 'cafe\u0301 visit ', { 'total\u200b': 2 }),
      event(ORDER, '\u00a0café visit', { ' total': 3 }),
    ]);
    const [mistyped] = await ingest(tenant, [event(ORDER, 'café visit ', { ' total ': 'many' })]);
    expect(mistyped).toMatchObject({ status: 'REJECTED', errors: [{ code: 'PROPERTY_INVALID' }] });
    await createSegment(tenant, 'visitors', {
      event: {
        type: 'cafe\u0301 visit\u200b',
        where: [{ path: ' total', is: { gte: 1 } }],
        count: { exactly: 3 },
      },
    });
    expect(expectNoErrors(await gql(tenant, '{ segment(key: "visitors") { size rule } }')).segment).toEqual({
      size: 1,
      rule: {
        event: { type: 'café visit', where: [{ path: 'total', is: { gte: 1 } }], count: { exactly: 3 } },
      },
    });
    const { eventTypes } = expectNoErrors(await gql(tenant, '{ eventTypes { key properties { key } } }'));
    expect(eventTypes).toContainEqual({ key: 'café visit', properties: [{ key: 'total' }] });
  });

  it('of attributes are, and their texts are compared composed', async () => {
    const tenant = await newWorkspace();
    await seed(tenant, [
      item({ external: 'c-1' }, { attributes: { 'city ': 'Zu\u0308rich' } }),
      item({ external: 'c-2' }, { attributes: { city: 'Zürich' } }),
    ]);
    await createSegment(tenant, 'zurich', {
      attribute: { key: '\u2060city', is: { equals: 'Zu\u0308rich' } },
    });
    await createSegment(tenant, 'zu', { attribute: { key: 'city', is: { in: ['Zürich'] } } });
    const { a, b } = expectNoErrors(
      await gql(tenant, '{ a: segment(key: "zurich") { size } b: segment(key: "zu") { size } }'),
    );
    expect([a.size, b.size]).toEqual([2, 2]);
  });

  it('that come to be one keep the last value, with a warning', async () => {
    const tenant = await newWorkspace();
    const query = `mutation ($input: IngestInput!) { ingest(input: $input) { results { status warnings { code path } } } }`;
    const input = {
      items: [
        event(
          ORDER,
          'visit',
          { a: { 'x ': 1, x: 2 } },
          { attributes: { plan: 'free', ' plan': 'paid', other: 1 } },
        ),
      ],
    };
    const { ingest: answer } = expectNoErrors(await gql(tenant, query, { input }));
    expect(answer.results).toEqual([
      {
        status: 'ACCEPTED',
        warnings: [
          { code: 'INVALID_VALUE', path: ['input', 'items', '0', 'properties', 'a', 'x '] },
          { code: 'INVALID_VALUE', path: ['input', 'items', '0', 'attributes', 'plan'] },
        ],
      },
    ]);
    const { profileByIdentifier } = expectNoErrors(
      await gql(
        tenant,
        '{ profileByIdentifier(namespace: "external", value: "c-1") { attribute(key: "plan") events { nodes { properties } } } }',
      ),
    );
    expect(profileByIdentifier).toEqual({
      attribute: 'paid',
      events: { nodes: [{ properties: { a: { x: 2 } } }] },
    });
  });
});
