import {
  createSegment,
  defineNamespace,
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
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { IngestResult, TestServer } from '../kit/index.js';

const FIELDS = `key type label description allowedValues isRequired isPersonal isSearchable isShownInLists isAudited sourceKeys expectedEverySeconds isShipped`;
const UNSAID = {
  description: null,
  allowedValues: null,
  isRequired: false,
  isPersonal: false,
  isSearchable: false,
  isShownInLists: false,
  isAudited: false,
  sourceKeys: [],
  expectedEverySeconds: null,
  isShipped: false,
};

let server: TestServer;
let clock: ManualClock;
let tenant: TestServer;

beforeAll(async () => {
  clock = new ManualClock('2026-03-01T00:00:00.000Z');
  server = await startServer({ clock });
});

beforeEach(async () => {
  clock.set('2026-03-01T00:00:00.000Z');
  tenant = { ...server, ...(await newTenant(server)) };
});

function ask(verb: string, input: Record<string, unknown>, key = tenant.key) {
  const type = `${verb[0]?.toUpperCase()}${verb.slice(1)}Input!`;
  const query = `mutation ($input: ${type}) { ${verb}(input: $input) { attribute { ${FIELDS} } userErrors { code path } } }`;
  return gql(tenant, query, { input }, { key });
}
const call = async (verb: string, input: Record<string, unknown>) =>
  expectNoErrors(await ask(verb, input))[verb];
const define = (input: Record<string, unknown>) => call('defineAttribute', input);
const all = async (): Promise<{ key: string; type: string; isShipped: boolean }[]> =>
  expectNoErrors(await gql(tenant, `{ attributeDefinitions { ${FIELDS} } }`)).attributeDefinitions;

async function newSource(key: string, rest = ''): Promise<string> {
  const query = `mutation { createSource(input: { key: "${key}", name: "${key}" ${rest} }) { userErrors { code } } }`;
  expect(expectNoErrors(await gql(tenant, query)).createSource.userErrors).toEqual([]);
  return newKey(tenant, ['INGEST'], { source: key });
}

async function send(attributes: unknown, key = tenant.key) {
  const [result] = await ingest(tenant, [item({ external: 'ada' }, { attributes })], { key });
  const told = (faults: IngestResult['errors'] = []) =>
    faults.map(({ code, path }) => `${code} ${path.slice(3).join('.')}`).sort();
  return { status: result?.status, errors: told(result?.errors), warnings: told(result?.warnings) };
}
const ACCEPTED = { status: 'ACCEPTED', errors: [], warnings: [] };

async function valueOf(key: string): Promise<unknown> {
  const query = `query ($key: String!) { profileByIdentifier(namespace: "external", value: "ada") { attribute(key: $key) } }`;
  return expectNoErrors(await gql(tenant, query, { key })).profileByIdentifier?.attribute;
}

describe('the attributes of a workspace', () => {
  it('are from the start those that are shipped', async () => {
    const known = await all();
    expect(known.every(({ isShipped }) => isShipped)).toBe(true);
    expect(Object.fromEntries(known.map(({ key, type }) => [key, type]))).toMatchObject({
      firstName: 'TEXT',
      lastName: 'TEXT',
      displayName: 'TEXT',
      birthDate: 'DATE',
      bonusBalance: 'NUMBER',
      contractEndDate: 'DATETIME',
      'member.startDate': 'DATETIME',
      subscriptionPlan: 'TEXT',
    });
  });

  it('can be defined, changed and deleted; what is not said is as by default, or stays', async () => {
    await newSource('crm');
    const said = {
      key: 'shirtSize',
      type: 'TEXT',
      allowedValues: ['S', 'M'],
      isPersonal: true,
      sources: ['crm'],
    };
    const { sources: sourceKeys, ...rest } = said;
    const standing = { ...UNSAID, ...rest, label: 'shirtSize', sourceKeys };
    expect(await define(said)).toEqual({ attribute: standing, userErrors: [] });
    const changed = { allowedValues: null, label: 'Shirt', isAudited: true, expectedEverySeconds: 60 };
    expect((await call('updateAttribute', { key: 'shirtSize', ...changed })).attribute).toEqual({
      ...standing,
      ...changed,
    });
    expect(await call('deleteAttribute', { key: 'shirtSize' })).toEqual({ attribute: null, userErrors: [] });
    expect((await all()).map(({ key }) => key)).not.toContain('shirtSize');
  });

  it('are as shipped again when the change of a shipped one is deleted', async () => {
    const shipped = (await all()).find(({ key }) => key === 'city');
    expect((await call('updateAttribute', { key: 'city', label: 'Town' })).attribute.label).toBe('Town');
    expect((await call('deleteAttribute', { key: 'city' })).attribute).toEqual(shipped);
  });

  it('are not deleted while a segment asks for them', async () => {
    await call('defineAttribute', { key: 'shoeSize', type: 'NUMBER' });
    await createSegment(tenant, 'big', { attribute: { key: 'shoeSize', is: { gt: 45 } } });
    const before = await snapshotTables(tenant);
    const refusal = { code: 'DEFINITION_IN_USE', path: ['input', 'key'] };
    expect((await call('deleteAttribute', { key: 'shoeSize' })).userErrors).toEqual([refusal]);
    expect(await snapshotTables(tenant)).toEqual(before);
  });

  it.each([
    ['defineAttribute', { key: 'city', type: 'TEXT' }, 'KEY_TAKEN', 'key'],
    ['defineAttribute', { key: '', type: 'TEXT' }, 'REQUIRED', 'key'],
    [
      'defineAttribute',
      { key: 'a', type: 'NUMBER', allowedValues: ['1'] },
      'INVALID_VALUE',
      'allowedValues.0',
    ],
    ['defineAttribute', { key: 'a', type: 'TEXT', sources: ['none'] }, 'SOURCE_UNKNOWN', 'sources.0'],
    [
      'defineAttribute',
      { key: 'a', type: 'TEXT', sources: ['default', 'default'] },
      'INVALID_VALUE',
      'sources.1',
    ],
    [
      'defineAttribute',
      { key: 'a', type: 'TEXT', expectedEverySeconds: 0 },
      'INVALID_VALUE',
      'expectedEverySeconds',
    ],
    ['updateAttribute', { key: 'none' }, 'DEFINITION_UNKNOWN', 'key'],
    ['deleteAttribute', { key: 'none' }, 'DEFINITION_UNKNOWN', 'key'],
    ['deleteAttribute', { key: 'city' }, 'DEFINITION_SHIPPED', 'key'],
  ])('refuse %s of %j', async (verb, input, code, path) => {
    const before = await snapshotTables(tenant);
    expect((await call(verb, input)).userErrors).toEqual([{ code, path: ['input', ...path.split('.')] }]);
    expect(await snapshotTables(tenant)).toEqual(before);
  });
});

describe('a value that comes', () => {
  it.each([
    ['birthDate', '1815-12-10', '10.12.1815'],
    ['bonusBalance', 7.5, '7.5'],
    ['contractEndDate', '2026-12-31', 'soon'],
    ['contractEndDate', '2026-12-31T23:59:59+01:00', 20261231],
    ['city', 'Ghent', ['Ghent']],
  ])(
    'as %s may be %j; %j is left out, or its item rejected, as its source says',
    async (key, fine, wrong) => {
      expect(await send({ [key]: fine })).toEqual(ACCEPTED);
      const before = await valueOf(key);
      const fault = `ATTRIBUTE_INVALID attributes.${key}`;
      expect(await send({ [key]: wrong, firstName: 'Ada' })).toEqual({ ...ACCEPTED, warnings: [fault] });
      expect([await valueOf(key), await valueOf('firstName')]).toEqual([before, 'Ada']);
      const strict = await newSource('strict', ', mistypedAttributes: REJECT');
      expect(await send({ [key]: wrong, firstName: 'Grace' }, strict)).toEqual({
        status: 'REJECTED',
        errors: [fault],
        warnings: [],
      });
      expect([await valueOf(key), await valueOf('firstName')]).toEqual([before, 'Ada']);
      expect(await send({ [key]: null })).toEqual(ACCEPTED);
      expect(await valueOf(key)).toBeNull();
    },
  );

  it('must be one of those that are allowed', async () => {
    await call('updateAttribute', { key: 'gender', allowedValues: ['f', 'm', 'x'] });
    expect([await send({ gender: 'x' }), await send({ gender: 'F' })]).toEqual([
      ACCEPTED,
      { ...ACCEPTED, warnings: ['ATTRIBUTE_INVALID attributes.gender'] },
    ]);
    expect(await valueOf('gender')).toBe('x');
  });

  it('of an attribute that nobody has defined is refused or discovered, as its source says', async () => {
    const strict = await newSource('strict', ', unknownAttributes: REJECT, mistypedAttributes: REJECT');
    expect(await send({ shoeSize: 43, city: 1 }, strict)).toEqual({
      status: 'REJECTED',
      errors: ['ATTRIBUTE_INVALID attributes.city', 'ATTRIBUTE_UNKNOWN attributes.shoeSize'],
      warnings: [],
    });
    const discovered = async () =>
      expectNoErrors(await gql(tenant, '{ discoveredAttributes { key type eventTypeKey source { key } } }'))
        .discoveredAttributes;
    expect(await discovered()).toEqual([]);
    expect(await send({ shoeSize: 43, since: '2026-01-31', gone: null })).toEqual(ACCEPTED);
    const source = { key: 'default' };
    expect(await discovered()).toEqual([
      { key: 'shoeSize', type: 'NUMBER', eventTypeKey: null, source },
      { key: 'since', type: 'DATE', eventTypeKey: null, source },
    ]);
    await define({ key: 'shoeSize', type: 'NUMBER' });
    expect((await discovered()).map(({ key }: { key: string }) => key)).toEqual(['since']);
    expect(await send({ shoeSize: 44 }, strict)).toEqual(ACCEPTED);
  });
});

describe('what is shown of a person', () => {
  const page = async (fields: string, key?: string) =>
    expectNoErrors(
      await gql(
        tenant,
        `{ profileByIdentifier(namespace: "external", value: "ada") { ${fields} } }`,
        {},
        key ? { key } : {},
      ),
    ).profileByIdentifier;

  it('tells with each value what its definition is', async () => {
    await seed(tenant, [item({ external: 'ada' }, { attributes: { city: 'Ghent', shoeSize: 43 } })]);
    expect((await page('attributes { key definition { label type } }')).attributes).toEqual([
      { key: 'city', definition: { label: 'City', type: 'TEXT' } },
      { key: 'shoeSize', definition: null },
    ]);
  });

  it('hides personal values from keys without READ_PII, wherever they show', async () => {
    await call('updateAttribute', { key: 'firstName', isAudited: true, isPersonal: true });
    await seed(tenant, [item({ external: 'ada' }, { attributes: { firstName: 'Ada', city: 'Ghent' } })]);
    const fields =
      'name attribute(key: "firstName") attributes { key value } attributeHistory(key: "firstName") { nodes { value } }';
    const key = await newKey(tenant, ['READ']);
    expect(await page(fields, key)).toEqual({
      name: '***',
      attribute: null,
      attributes: [
        { key: 'city', value: 'Ghent' },
        { key: 'firstName', value: null },
      ],
      attributeHistory: { nodes: [{ value: null }] },
    });
    expect(await page('name attribute(key: "firstName")')).toEqual({ name: 'Ada', attribute: 'Ada' });
  });

  it('hides names as shipped, and what looks like contact data until somebody defines it', async () => {
    const customer = { email: 'ada@example.com', plan: 'pro' };
    const attributes = {
      lastName: 'Byron',
      displayName: 'Ada',
      street: 'Main',
      'e-mail': 'x',
      zip: null,
      customer,
    };
    await seed(tenant, [item({ external: 'ada' }, { attributes: { ...attributes, city: 'Ghent' } })]);
    const key = await newKey(tenant, ['READ']);
    const shown = async () => {
      const { name, attributes: values } = await page('name attributes { key value }', key);
      return {
        name,
        ...Object.fromEntries(values.map((one: { key: string; value: unknown }) => [one.key, one.value])),
      };
    };
    const hidden = {
      name: '***',
      ...{ lastName: null, displayName: null, street: null, 'e-mail': null },
      customer: { email: '***', plan: 'pro' },
      city: 'Ghent',
    };
    expect(await shown()).toEqual(hidden);
    await call('defineAttribute', { key: 'street', type: 'TEXT', isPersonal: false });
    await call('defineAttribute', { key: 'customer', type: 'JSON', isPersonal: false });
    await call('defineAttribute', { key: 'e-mail', type: 'TEXT' });
    await call('updateAttribute', { key: 'displayName', isPersonal: false });
    await call('updateAttribute', { key: 'lastName', isPersonal: null });
    expect(await shown()).toEqual({ ...hidden, displayName: 'Ada', street: 'Main', customer });
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['defineAttribute', { key: 'street', type: 'TEXT', isPersonal: false }, ['isPersonal']],
    ['defineAttribute', { key: 'plain', type: 'JSON', isPersonal: false }, ['isPersonal']],
    ['updateAttribute', { key: 'firstName', isPersonal: false }, ['isPersonal']],
    ['updateAttribute', { key: 'secret', isPersonal: null }, ['isPersonal']],
    ['deleteAttribute', { key: 'secret' }, ['key']],
  ])('lets a key without READ_PII show no more of values: %s %j', async (verb, input, path) => {
    await call('defineAttribute', { key: 'secret', type: 'TEXT', isPersonal: true });
    const key = await newKey(tenant, ['READ', 'MANAGE']);
    const before = await snapshotTables(server);
    expect(expectError(await ask(verb, input, key), 'FORBIDDEN').extensions).toMatchObject({
      scope: 'READ_PII',
      argumentPath: ['input', ...path],
    });
    expect(await snapshotTables(server)).toEqual(before);
  });

  it.each([{ isPersonal: true }, { isPersonal: false, label: 'Place' }, { isPersonal: null }])(
    'lets a key without READ_PII say what shows no more of values: %j',
    async (said) => {
      const key = await newKey(tenant, ['READ', 'MANAGE']);
      const { updateAttribute } = expectNoErrors(await ask('updateAttribute', { key: 'city', ...said }, key));
      expect(updateAttribute.userErrors).toEqual([]);
    },
  );

  it('keeps all that was ever said of an audited attribute, also what does not stand', async () => {
    await seed(tenant, [item({ external: 'ada' }, { attributes: { city: 'before' } })]);
    await call('updateAttribute', { key: 'city', isAudited: true });
    const crm = await newSource('crm');
    const says = (city: string | null, occurredAt: string, key = tenant.key) =>
      seed(tenant, [item({ external: 'ada' }, { attributes: { city, country: 'BE' }, occurredAt })], { key });
    await says('Ghent', '2026-02-02T00:00:00.000Z');
    await says('Bruges', '2026-02-01T00:00:00.000Z', crm);
    await says(null, '2026-02-03T00:00:00.000Z');
    const query = `query ($after: String) { profileByIdentifier(namespace: "external", value: "ada") {
      attributeHistory(key: "city", first: 2, after: $after) { nodes { value setAt receivedAt source { key } } pageInfo { endCursor hasNextPage } } } }`;
    const read = async (after: string | null) =>
      expectNoErrors(await gql(tenant, query, { after })).profileByIdentifier.attributeHistory;
    const receivedAt = '2026-03-01T00:00:00.000Z';
    const { nodes, pageInfo } = await read(null);
    expect(nodes).toEqual([
      { value: null, setAt: '2026-02-03T00:00:00.000Z', receivedAt, source: { key: 'default' } },
      { value: 'Ghent', setAt: '2026-02-02T00:00:00.000Z', receivedAt, source: { key: 'default' } },
    ]);
    expect((await read(pageInfo.endCursor)).nodes).toEqual([
      { value: 'Bruges', setAt: '2026-02-01T00:00:00.000Z', receivedAt, source: { key: 'crm' } },
    ]);
  });

  it.each<[string, string, () => Promise<unknown>]>([
    ['ANONYMOUS', 'nothing', () => seed(tenant, [item({ external: 'ada' })])],
    [
      'ANONYMOUS',
      'a name alone',
      () => seed(tenant, [item({ external: 'ada' }, { attributes: { firstName: 'Ada' } })]),
    ],
    [
      'ANONYMOUS',
      'an address alone',
      () => seed(tenant, [item({ device: 'ada', email: 'ada@example.com' })]),
    ],
    ...['', ' ', '\t\u00a0', '\u200b\u2060', '\u3164\u2800'].map(
      (name): [string, string, () => Promise<unknown>] => [
        'ANONYMOUS',
        `an address and a blank name ${JSON.stringify(name)}`,
        () =>
          seed(tenant, [
            item(
              { device: 'ada', email: 'a@example.com' },
              { attributes: { displayName: name, lastName: name } },
            ),
          ]),
      ],
    ),
    [
      'LEAD',
      'an address and a name beside a blank one',
      () =>
        seed(tenant, [
          item({ device: 'ada', email: 'a@example.com' }, { attributes: { firstName: ' ', lastName: 'L' } }),
        ]),
    ],
    [
      'LEAD',
      'a customer number and an address',
      () => seed(tenant, [item({ external: 'ada', email: 'ada@example.com' })]),
    ],
    [
      'LEAD',
      'a customer number and a channel',
      () =>
        seed(tenant, [
          item({ external: 'ada' }, { channels: [{ type: 'EMAIL', endpoint: 'ada@example.com' }] }),
        ]),
    ],
    [
      'LEAD',
      'an account elsewhere and a number',
      async () => {
        await defineNamespace(tenant, { key: 'sign-in', semanticType: 'OAUTH' });
        await seed(tenant, [item({ 'sign-in': 'sub-7', device: 'ada', phone: '+32470123456' })]);
      },
    ],
    [
      'ANONYMOUS',
      'a device',
      () => seed(tenant, [item({ device: 'ada' }, { channels: [{ type: 'PUSH', endpoint: 't' }] })]),
    ],
    [
      'LEAD',
      'a name and an address',
      () =>
        seed(tenant, [
          item({ external: 'ada', email: 'a@example.com' }, { attributes: { displayName: 'Ada' } }),
        ]),
    ],
    [
      'LEAD',
      'a name and a channel',
      () =>
        seed(tenant, [
          item(
            { external: 'ada' },
            { attributes: { lastName: 'L' }, channels: [{ type: 'SMS', endpoint: '+32470123456' }] },
          ),
        ]),
    ],
    [
      'CONTACT',
      'a verified channel',
      () => {
        const channel = { type: 'EMAIL', endpoint: 'ada@example.com', verified: { by: 'link' } };
        return seed(tenant, [item({ external: 'ada' }, { channels: [channel] })]);
      },
    ],
    [
      'CONTACT',
      'a verified address',
      async () => {
        await seed(tenant, [item({ external: 'ada', email: 'ada@example.com' })]);
        const query = `mutation { verifyIdentifier(input: { namespace: "email", value: "ada@example.com", method: LINK }) { userErrors { code } } }`;
        expect(expectNoErrors(await gql(tenant, query)).verifyIdentifier.userErrors).toEqual([]);
      },
    ],
    ['CUSTOMER', 'a purchase', () => seed(tenant, [event({ external: 'ada' }, 'purchase')])],
    ['ANONYMOUS', 'a visit', () => seed(tenant, [event({ external: 'ada' }, 'visit')])],
  ])('says %s of whom we know %s', async (lifecycle, _what, work) => {
    await work();
    const { profiles } = expectNoErrors(await gql(tenant, '{ profiles { nodes { lifecycle } } }'));
    expect(profiles.nodes).toEqual([{ lifecycle }]);
  });
});

it('tells how fresh the values are, by attribute and source', async () => {
  const crm = await newSource('crm');
  await call('updateAttribute', { key: 'city', expectedEverySeconds: 86_400 });
  const says = (who: string, attributes: object, occurredAt: string, key = tenant.key) =>
    seed(tenant, [item({ external: who }, { attributes, occurredAt })], { key });
  await says('ada', { city: 'Ghent', country: 'BE' }, '2026-02-27T23:59:59.000Z');
  await says('bob', { city: 'Ghent' }, '2026-02-28T00:00:00.000Z');
  await says('eve', { city: 'Ghent' }, '2026-02-01T00:00:00.000Z', crm);
  await says('joe', { city: null }, '2026-02-01T00:00:00.000Z', crm);
  const query =
    '{ attributeFreshness { key definition { label } source { key } newestAt profileCount staleShare } }';
  expect(expectNoErrors(await gql(tenant, query)).attributeFreshness).toEqual([
    {
      key: 'city',
      definition: { label: 'City' },
      source: { key: 'default' },
      newestAt: '2026-02-28T00:00:00.000Z',
      profileCount: 2,
      staleShare: 0.5,
    },
    {
      key: 'city',
      definition: { label: 'City' },
      source: { key: 'crm' },
      newestAt: '2026-02-01T00:00:00.000Z',
      profileCount: 1,
      staleShare: 1,
    },
    {
      key: 'country',
      definition: { label: 'Country' },
      source: { key: 'default' },
      newestAt: '2026-02-27T23:59:59.000Z',
      profileCount: 1,
      staleShare: null,
    },
  ]);
});
