import {
  connect,
  createSegment,
  defineEventType,
  event,
  expectNoErrors,
  gql,
  ingest,
  item,
  newKey,
  newTenant,
  startServer,
} from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';
import { endOfLog } from '../live/change-log.js';
import { act } from './quarantine-kit.js';

const ID = '157963456373623802';
const NEXT = '157963456373623803';
const DECIMAL = '0.1234567890123456789';
const GREAT = `1${'0'.repeat(400)}`;
/** [as it is sent, as it is answered] */
const NUMBERS: [string, string][] = [
  [ID, ID],
  ['-9007199254740993', '-9007199254740993'],
  ['123456789012345678901234567890', '123456789012345678901234567890'],
  [DECIMAL, DECIMAL],
  ['123456789.123456789012', '123456789.123456789012'],
  ['1.57963456373623802e17', ID],
  ['1e400', GREAT],
  ['1.0', '1'],
  ['-0', '0'],
  ['0.30000000000000004', '0.30000000000000004'],
];

/** A number as it is to be sent. */
const n = (source: string) => JSON.rawJSON(source);

let server: TestServer;
let tenant: TestServer;

beforeAll(async () => {
  server = await startServer();
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
});

interface Door {
  (query: string, variables?: object, key?: string): Promise<string>;
}

/** Answers as text: reading them would round their numbers. */
const post: Door = async (query, variables = {}, key = tenant.key) => {
  const response = await fetch(tenant.graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  });
  return response.text();
};

const get: Door = async (query, variables = {}) => {
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  const response = await fetch(`${tenant.graphqlUrl}?${search.toString()}`, {
    headers: { authorization: `Bearer ${tenant.key}`, 'apollo-require-preflight': 'true' },
  });
  return response.text();
};

const socket: Door = async (query, variables = {}) => {
  const open = await connect(tenant);
  open.subscribe(query, variables as Record<string, unknown>);
  await open.next();
  await open.close();
  return open.transcript.findLast((line) => line.includes('"type":"next"')) ?? '';
};

const DOORS: [string, Door][] = [
  ['HTTP', post],
  ['a socket', socket],
];

/** A list whose numbers stay as they are written. */
const between = (text: string, before: string) => text.slice(text.indexOf(before) + before.length);

const INGEST =
  'mutation ($input: IngestInput!) { ingest(input: $input) { accepted results { errors { code path } } } }';
const PERSON = `query ($value: String! = "1") { profileByIdentifier(namespace: "external", value: $value) {
  attribute(key: "number") derived { key value } attributes { key value }
  attributeHistory(key: "number") { nodes { value } } events { nodes { properties } } } }`;
const PREVIEW = 'query ($rule: RuleInput!) { previewSegment(rule: $rule, sample: 0) { count summary } }';

const sizeOf = async (rule: unknown, door = post) =>
  Number(/"count":(\d+)/.exec(await door(PREVIEW, { rule }))?.[1]);
const attribute = (is: object) => ({ attribute: { key: 'number', is } });
const property = (is: object) => ({ event: { type: 'order', where: [{ path: 'number', is }] } });

describe.each(DOORS)('A number that is sent over %s', (_name, door) => {
  it.each(NUMBERS)('%s is answered exactly, wherever it was put', async (sent, answered) => {
    await gql(
      tenant,
      'mutation { defineAttribute(input: { key: "number", type: NUMBER, isAudited: true }) { userErrors { code } } }',
    );
    const one = event(
      { external: '1' },
      'order',
      { number: n(sent), list: [{ deep: n(sent) }] },
      {
        attributes: { number: n(sent), others: [n(sent), null] },
      },
    );
    expect(await door(INGEST, { input: { items: [one] } })).toContain('"accepted":1');
    const text = await door(PERSON);
    expect(between(text, '"attribute":')).toMatch(new RegExp(`^${answered},`));
    expect(text).toContain(`"key":"number","value":${answered}}`);
    expect(text).toContain(`"value":[${answered},null]`);
    expect(text).toContain(`"nodes":[{"value":${answered}}]`);
    // As PostgreSQL keeps the order of keys.
    expect(text).toContain(`"properties":{"list":[{"deep":${answered}}],"number":${answered}}`);
  });
});

describe('A number', () => {
  it.each(['4711', ID, `1${'0'.repeat(21)}`, `1${'0'.repeat(30)}`, `-${'9'.repeat(40)}`])(
    '%s is an id with these digits',
    async (digits) => {
      const identifiers = [{ namespace: 'external', value: n(digits) }];
      const [result] = await ingest(tenant, [{ externalId: n(digits), identifiers } as unknown as ItemInput]);
      expect(result).toMatchObject({ status: 'ACCEPTED', externalId: digits });
      const query = `{ profileByIdentifier(namespace: "external", value: "${digits}") { id } }`;
      expect(expectNoErrors(await gql(tenant, query)).profileByIdentifier).toEqual({ id: result?.profileId });
    },
  );

  it('may stand in the document', async () => {
    const literal = `mutation { ingest(input: { items: [{ externalId: "x", identifiers: [{ namespace: "external", value: "1" }], type: "order", attributes: { number: ${ID} }, properties: { number: [${DECIMAL}, -1E400, 1.50, 7] } }] }) { accepted } }`;
    expect(await post(literal)).toContain('"accepted":1');
    const text = await post(PERSON);
    expect(text).toContain(`"attribute":${ID},`);
    expect(text).toContain(`"properties":{"number":[${DECIMAL},-${GREAT},1.5,7]}`);
    const preview = (number: string) =>
      post(`{ previewSegment(rule: { attribute: { key: "number", is: { equals: ${number} } } }) { count } }`);
    expect(await preview(ID)).toContain('"count":1');
    expect(await preview(NEXT)).toContain('"count":0');
  });

  it('may stand in the address of a query', async () => {
    await ingest(tenant, [item({ external: '1' }, { attributes: { number: n(ID) } })]);
    expect(await sizeOf(attribute({ equals: n(ID) }), get)).toBe(1);
    expect(await sizeOf(attribute({ equals: n(NEXT) }), get)).toBe(0);
  });

  it('is another fact when one digit differs, and the same however it is spelled', async () => {
    const about = (source: string): ItemInput => ({
      ...item({ external: '1' }, { attributes: { number: n(source) } }),
      externalId: 'fact',
    });
    const statuses: string[] = [];
    for (const source of [ID, NEXT, `${ID}.0`, '1.57963456373623802e17', ID])
      statuses.push(...(await ingest(tenant, [about(source)])).map(({ status }) => status));
    expect(statuses).toEqual(['ACCEPTED', 'CONFLICT', 'DUPLICATE', 'DUPLICATE', 'DUPLICATE']);
  });

  it.each(['1e1000', '1e200000', '-1e-1001', '9'.repeat(1_001)])(
    'with more than 1,000 digits costs its own item alone: %s',
    async (source) => {
      const items = [
        event({ external: '1' }, 'order', { number: 1 }),
        event({ external: '2' }, 'order', { number: n(source) }, { externalId: 'odd' }),
      ];
      const text = await post(INGEST, { input: { items } });
      expect(text).toContain('"accepted":1');
      expect(text).toContain(
        '"errors":[{"code":"INVALID_VALUE","path":["input","items","1","properties","number"]}]',
      );
      expect(await post('{ quarantine { nodes { externalId item } } }')).toContain(
        `"properties":{"number":${source}}`,
      );
      for (const rule of [
        attribute({ equals: n(source) }),
        attribute({ in: [{ a: n(source) }] }),
        property({ gt: n(source) }),
      ])
        expect(await post(PREVIEW, { rule })).toContain('"argumentPath":["rule"');
    },
  );

  it('is no object where one is expected', async () => {
    const one = { ...event({ external: '1' }, 'order'), properties: n(ID), attributes: n(ID) };
    const text = await post(INGEST, { input: { items: [one] } });
    expect(text).toContain('"accepted":0');
    expect(text).toContain('{"code":"INVALID_VALUE","path":["input","items","0","properties"]}');
    expect(text).toContain('{"code":"INVALID_VALUE","path":["input","items","0","attributes"]}');
  });

  it('is held against contracts and definitions as any other', async () => {
    await defineEventType(tenant, {
      key: 'order',
      properties: [
        { key: 'number', type: 'NUMBER', allowedValues: [n(ID), 7] },
        { key: 'text', type: 'TEXT' },
        { key: 'list', type: 'NUMBER_LIST' },
      ],
    });
    const order = (properties: Record<string, unknown>) => event({ external: '1' }, 'order', properties);
    const results = await ingest(tenant, [
      order({ number: n(ID), list: [n(ID), 1] }),
      order({ number: n(NEXT) }),
      order({ text: n(ID) }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['ACCEPTED', 'REJECTED', 'REJECTED']);
    expect(await post('{ eventTypes { key properties { allowedValues } } }')).toContain(
      `"allowedValues":[${ID},7]`,
    );
    await ingest(tenant, [item({ external: '1' }, { attributes: { brandNew: n(ID) } })]);
    expect(await post('{ discoveredAttributes { key type } }')).toContain(
      '{"key":"brandNew","type":"NUMBER"}',
    );
  });

  it('is hidden as any other where it is personal', async () => {
    await ingest(tenant, [
      item({ external: '1' }, { attributes: { number: { email: n(ID), size: n(ID) }, passport: n(ID) } }),
    ]);
    const key = await newKey(tenant, ['READ']);
    const rule = { attribute: { key: 'passport', is: { gt: n(ID) } } };
    await createSegment(tenant, 'hidden', rule);
    const id = /profile_\w+/.exec(await post('{ profiles { nodes { id } } }'))?.[0];
    const text = await post(
      `{ profile(id: "${id}") { attribute(key: "number") attributes { key value } } segment(key: "hidden") { rule summary } }`,
      {},
      key,
    );
    expect(text).toContain(`"attribute":{"size":${ID},"email":"***"}`);
    expect(text).toContain('"key":"passport","value":null');
    expect(text).toContain('"rule":{"attribute":{"is":{"gt":"***"},"key":"passport"}}');
    expect(text).not.toContain(`"passport","value":${ID}`);
  });
});

it('An id that is sent as a number is the text of its digits', async () => {
  const one = {
    ...event({}, 'order'),
    externalId: n(ID),
    identifiers: [{ namespace: 'external', value: n(NEXT) }],
  };
  const text = await post(
    'mutation ($items: [IngestItemInput!]!) { ingest(input: { items: $items }) { results { status externalId } } }',
    { items: [one] },
  );
  expect(text).toContain(`{"status":"ACCEPTED","externalId":"${ID}"}`);
  expect(await post(PERSON, { value: NEXT })).toContain('"nodes":[{"properties":{}}]');
});

describe.each(DOORS)('Where no exact number can stand, over %s,', (_name, door) => {
  const LARGE = '12345678901234567890';

  it.each<[string, string, object, string]>([
    ['an Int', PREVIEW, { rule: attribute({ withinNext: { days: n(LARGE) } }) }, 'Int cannot represent'],
    ['a text', PERSON, { value: n(LARGE) }, 'String cannot represent a non string value'],
    ['an input', PREVIEW, { rule: n(LARGE) }, 'Expected type \\"RuleInput\\" to be an object'],
    [
      'an input in a list',
      PREVIEW,
      { rule: { all: [{ tag: { path: ['x'] } }, n('0.1234567890123456789')] } },
      'Expected type \\"RuleInput\\" to be an object',
    ],
  ])('it is refused as any number: %s', async (_what, query, variables, expected) => {
    const text = await door(query, variables);
    expect(text).toContain(expected);
    expect(text).not.toMatch(/rawJSON|isTooLong|\[object|\\"text\\"/);
  });
});

it('An id of GraphQL that is sent as a large number is its digits', async () => {
  const text = await post('query ($id: ID!) { node(id: $id) { id } }', { id: n(ID) });
  expect(text).not.toContain('rawJSON');
});

describe('A rule', () => {
  beforeEach(async () => {
    const people = ['157963456373623801', ID, NEXT, DECIMAL, '1e400', '5'];
    await ingest(
      tenant,
      people.map((source, index) =>
        event(
          { external: String(index + 1) },
          'order',
          { number: n(source), list: [n(source)] },
          {
            attributes: { number: n(source), list: [n(source)] },
          },
        ),
      ),
    );
  });

  it.each<[object, number]>([
    [{ equals: n(ID) }, 1],
    [{ equals: n('157963456373623800') }, 0],
    [{ notEquals: n(ID) }, 5],
    [{ in: [n(ID), n(NEXT), 7] }, 2],
    [{ notIn: [n(ID), n(NEXT)] }, 4],
    [{ gt: n(ID) }, 2],
    [{ gte: n(ID) }, 3],
    [{ lt: n(ID) }, 3],
    [{ lte: n(DECIMAL) }, 1],
    [{ lt: n(DECIMAL) }, 0],
    [{ between: { from: 5, to: n(ID) } }, 3],
    [{ between: { from: n(NEXT), to: n('1e401') } }, 2],
  ])('compares %j exactly', async (is, size) => {
    expect(await sizeOf(attribute(is))).toBe(size);
    expect(await sizeOf(property(is))).toBe(size);
  });

  it('looks for elements exactly', async () => {
    const list = (is: object) => ({ attribute: { key: 'list', is } });
    expect(await sizeOf(list({ hasAny: [n(ID), n('157963456373623800')] }))).toBe(1);
    expect(await sizeOf(list({ hasAll: [n(ID), n(`${ID}.0`)] }))).toBe(1);
    expect(await sizeOf(list({ hasNone: [n(ID)] }))).toBe(5);
  });

  it('is saved, told, compared and kept up to date exactly', async () => {
    await createSegment(tenant, 'exact', {
      all: [attribute({ equals: n(ID) }), property({ in: [n(ID), n(DECIMAL)] })],
    });
    const asked = '{ segment(key: "exact") { size rule summary versions { nodes { rule } } } }';
    const text = await post(asked);
    expect(text).toContain('"size":1');
    expect(text).toContain(`"equals":${ID}`);
    expect(text).toContain(`"in":[${ID},${DECIMAL}]`);
    expect(text).toContain(`is ${ID}`);
    // An event that the rule needs is noticed, and one beside it changes nothing.
    await ingest(tenant, [
      event({ external: 'late' }, 'order', { number: n(NEXT) }, { attributes: { number: n(ID) } }),
    ]);
    expect(await post(asked)).toContain('"size":1');
    await ingest(tenant, [event({ external: 'late' }, 'order', { number: n(DECIMAL) })]);
    expect(await post(asked)).toContain('"size":2');
    const update = async (number: string) =>
      post(
        'mutation ($rule: RuleInput!) { updateSegment(input: { key: "exact", rule: $rule }) { segment { summary } userErrors { code } } }',
        {
          rule: attribute({ equals: n(number) }),
        },
      );
    expect(await update(NEXT)).toContain(`is ${NEXT}`);
    expect(await post('{ segment(key: "exact") { versions { nodes { rule } } } }')).toContain(
      `"equals":${NEXT}`,
    );
  });

  it('follows a fact that changes in its last digit', async () => {
    await createSegment(tenant, 'last', attribute({ equals: n('157963456373623804') }));
    await ingest(tenant, [item({ external: '1' }, { attributes: { number: n('157963456373623804') } })]);
    expect(await post('{ segment(key: "last") { size } }')).toContain('"size":1');
    await ingest(tenant, [item({ external: '1' }, { attributes: { number: n('157963456373623805') } })]);
    expect(await post('{ segment(key: "last") { size } }')).toContain('"size":0');
  });

  it('is explained with what it saw', async () => {
    const id = /profile_\w+/.exec(
      await post('{ profileByIdentifier(namespace: "external", value: "2") { id } }'),
    )?.[0];
    const query =
      'query ($rule: RuleInput!, $id: ID!) { explainSegment(audience: { rule: $rule }, profileId: $id) { nodes { isMatch seen } } }';
    const text = await post(query, { rule: attribute({ gt: n('157963456373623801') }), id });
    expect(text).toContain(`"seen":${ID}`);
    expect(text).toContain('"isMatch":true');
  });

  it('tells its subscribers exactly', async () => {
    await createSegment(tenant, 'live', attribute({ equals: n('157963456373623807') }));
    const open = await connect(tenant);
    const after = await endOfLog(tenant);
    open.subscribe(
      `subscription { segmentChanges(segments: ["live"], after: "${after}") { kind profile { attribute(key: "number") } } }`,
    );
    await ingest(tenant, [item({ external: '1' }, { attributes: { number: n('157963456373623807') } })]);
    await open.next();
    expect(open.transcript.at(-1)).toContain('"attribute":157963456373623807');
    await open.close();
  });

  it('sums up exactly', async () => {
    const define = `mutation { defineDerivedAttribute(input: { key: "sum_of_numbers", label: "Sum", type: "order", function: SUM, path: "number" }) { userErrors { code } } }`;
    expect(await post(define)).toContain('"userErrors":[]');
    await ingest(tenant, [
      event({ external: '1' }, 'order', { number: n('9007199254740993') }),
      event({ external: '1' }, 'order', { number: 0.5 }),
    ]);
    const text = await post(
      '{ profileByIdentifier(namespace: "external", value: "1") { derived(keys: ["sum_of_numbers"]) { value } } }',
    );
    expect(text).toContain('"value":166970655628364794.5');
    const rule = (is: object) => ({ derived: { key: 'sum_of_numbers', is } });
    expect(await sizeOf(rule({ equals: n('166970655628364794.5') }))).toBe(1);
    expect(await sizeOf(rule({ gt: n('166970655628364794.5') }))).toBe(1);
  });
});

it('Numbers of a profile survive a merge and its undoing exactly', async () => {
  const seeded = await ingest(tenant, [
    item({ external: '1' }, { occurredAt: '2026-01-01T00:00:00Z', attributes: { number: n(ID) } }),
    item(
      { external: '2' },
      { occurredAt: '2026-01-02T00:00:00Z', attributes: { number: n(NEXT), other: n(DECIMAL) } },
    ),
  ]);
  const profileIds = seeded.map(({ profileId }) => profileId);
  const merged = expectNoErrors(
    await gql(
      tenant,
      'mutation ($ids: [ID!]!) { mergeProfiles(input: { profileIds: $ids }) { merges { id } userErrors { code } } }',
      { ids: profileIds },
    ),
  ).mergeProfiles;
  expect(merged.userErrors).toEqual([]);
  const read = (value: string) =>
    post(
      'query ($value: String!) { profileByIdentifier(namespace: "external", value: $value) { attributes(keys: ["number", "other"]) { key value } } }',
      { value },
    );
  expect(await read('1')).toContain(`[{"key":"number","value":${NEXT}},{"key":"other","value":${DECIMAL}}]`);
  await post('mutation ($id: ID!) { unmergeProfiles(input: { mergeId: $id }) { userErrors { code } } }', {
    id: merged.merges[0].id,
  });
  expect(await read('1')).toContain(`[{"key":"number","value":${ID}}]`);
  expect(await read('2')).toContain(`[{"key":"number","value":${NEXT}},{"key":"other","value":${DECIMAL}}]`);
});

it('A replayed item has the numbers that it was sent with', async () => {
  await defineEventType(tenant, { key: 'order', properties: [{ key: 'total', type: 'NUMBER' }] });
  await ingest(tenant, [event({ external: '1' }, 'order', { total: 'much', number: n(ID) })]);
  expect(await post('{ quarantine { nodes { item } } }')).toContain(`"number":${ID}`);
  await post(
    'mutation { updateEventType(input: { key: "order", properties: [{ key: "total", type: JSON }] }) { userErrors { code } } }',
  );
  expect(await act(tenant, 'replayQuarantine')).toMatchObject({ accepted: 1 });
  expect(await post(PERSON)).toContain(`"number":${ID}`);
});
