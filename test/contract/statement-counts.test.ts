import {
  createSegment,
  event,
  expectNoErrors,
  gql,
  item,
  ManualClock,
  newKey,
  seed,
  startQueue,
  startServer,
  statementsOf,
} from '../kit/index.js';
import type { Asking, ItemInput, OwnQueue, TestServer } from '../kit/index.js';

const CUSTOMER_360 = `
  id name email phone lifecycle createdAt updatedAt
  attributes { key value setAt source { key name } definition { label sources { key } } }
  attributeHistory(key: "city", first: 3) { nodes { value setAt source { key } } }
  city: attribute(key: "city")
  identifiers { nodes { namespace: namespaceKey semanticType value label firstSeenAt lastSeenAt verifiedAt verifiedBy source { key } id isMasked space: namespace { label } profile { name } } }
  facets { schema { key attributes { key } tags { key } } adoptedAt completeness attributes { key value } } completeness
  tags { tag { key label } setAt } terms { term { key label pathKeys parent { key } taxonomy { key schemas { key } } } source { key } }
  derived { key label value }
  channels { nodes { type endpoint isActive consents { purpose: purposeKey state source { key } about: purpose { label } } consent { state } id profile { name } } }
  isContactable(channel: EMAIL)
  consentHistory(first: 3) { nodes { state at channel { endpoint } } }
  events(first: 3) { nodes { type occurredAt properties source { key } profile { name } } pageInfo { hasNextPage endCursor } }
  segments { nodes { enteredAt segment { key name state size } } }
  segmentHistory(first: 3) { nodes { kind cause at segment { key } profile { name } } }
  mergedFrom { nodes { absorbedId profile { name } survivor { name } absorbed { name } requestedBy { name } undoneBy { name } } }
  identityConflicts(first: 3) { nodes { kind value namespace { label } externalId source { key } profile { name } heldBy { name } } }`;

let server: TestServer;
let profiles: string[];

beforeAll(async () => {
  server = await startServer({ clock: new ManualClock() });
  const audit =
    'mutation { updateAttribute(input: { key: "city", isAudited: true }) { userErrors { code } } }';
  expectNoErrors(await gql(server, audit));
  await createSegment(server, 'buyers', { event: { type: 'purchase' } });
  await createSegment(server, 'locals', { attribute: { key: 'city', is: { equals: 'Ghent' } } });
  await createSegment(server, 'visitors', { event: { type: 'visit' } });
  profiles = await seed(
    server,
    Array.from({ length: 50 }, (_, index) => customer(index)),
  );
  await seed(
    server,
    Array.from({ length: 50 }, (_, index) => item({ device: `d${index}` })),
  );
  // Each visit merges the device into the customer, and leaves an address of nobody aside.
  await seed(
    server,
    Array.from({ length: 50 }, (_, index) =>
      event({ external: `c${index}`, device: `d${index}`, email: 'test@test.com' }, 'visit', { page: '/' }),
    ),
  );
});

function customer(index: number): ItemInput {
  return event(
    { external: `c${index}`, email: `c${index}@example.com`, phone: `+3247012${3000 + index}` },
    'purchase',
    { total: index },
    {
      attributes: { city: 'Ghent', firstName: 'Ada', lastName: `Number ${index}` },
      tags: { adopt: ['member'], addTerms: [{ taxonomy: 'themes', term: 'delivery.late' }] },
      channels: [{ type: 'EMAIL', endpoint: `c${index}@example.com`, consents: [{ state: 'GRANTED' }] }],
    },
  );
}

/** Counts the statements of a query, which must give this many whole customers. */
async function countFor(query: string, variables: object, nodesOf: (data: never) => unknown[], size: number) {
  return statementsOf(server, async () => {
    const nodes = nodesOf(expectNoErrors(await gql(server, query, { ...variables })) as never);
    expect(nodes).toHaveLength(size);
    for (const node of nodes) {
      expect(node).toMatchObject({
        name: expect.stringMatching(/^Ada Number \d+$/),
        email: expect.stringMatching(/^c\d+@example.com$/),
        phone: expect.stringMatching(/^\+3247012\d{4}$/),
        city: 'Ghent',
        attributes: [{ key: 'city', source: { key: 'default' } }, { key: 'firstName' }, { key: 'lastName' }],
        identifiers: {
          nodes: [
            { namespace: 'device' },
            { namespace: 'email' },
            { namespace: 'external' },
            { namespace: 'phone' },
          ],
        },
        mergedFrom: { nodes: [{ profile: { name: expect.stringMatching(/^Ada/) } }] },
        identityConflicts: { nodes: [{ kind: 'BLOCKED', source: { key: 'default' }, heldBy: null }] },
        events: { nodes: [{ type: 'visit' }, { type: 'purchase', source: { key: 'default' } }] },
        channels: {
          nodes: [{ type: 'EMAIL', consents: [{ state: 'GRANTED' }], consent: { state: 'GRANTED' } }],
        },
        isContactable: true,
        derived: expect.arrayContaining([{ key: 'purchase_count', label: 'Purchases', value: 1 }]),
        facets: [
          { schema: { key: 'customer', tags: [] }, completeness: 50 },
          { schema: { key: 'member' }, completeness: 0 },
        ],
        completeness: 33,
        tags: [],
        terms: [{ term: { pathKeys: ['delivery', 'delivery.late'] } }],
        lifecycle: 'CUSTOMER',
        attributeHistory: { nodes: [{ value: 'Ghent' }] },
        consentHistory: { nodes: [{ state: 'GRANTED' }] },
        segments: {
          nodes: expect.arrayContaining([
            expect.objectContaining({ segment: { key: 'buyers', name: 'buyers', state: 'LIVE', size: 50 } }),
          ]),
        },
        segmentHistory: { nodes: [{ kind: 'ENTERED' }, { kind: 'ENTERED' }, { kind: 'ENTERED' }] },
      });
    }
  });
}

describe('a page of customers with everything about them takes the same statements whatever its size', () => {
  it('when it is a search', async () => {
    const query = `query ($first: Int) { profiles(first: $first) { nodes { ${CUSTOMER_360} } } }`;
    const nodesOf = (data: { profiles: { nodes: unknown[] } }) => data.profiles.nodes;
    const five = await countFor(query, { first: 5 }, nodesOf, 5);
    expect(await countFor(query, { first: 50 }, nodesOf, 50)).toBe(five);
    // Begin, settings, catalogue version, one each for page, rows, identifiers, channels, consents, labels, lifecycles, history, derived attributes, events, memberships, history, builds
    // and sizes of segments, conflicts, two for merges (of merges), who holds them now, rollback.
    expect(five).toBeLessThanOrEqual(23);
  });

  it('and no more of them where what is personal is hidden', async () => {
    const query = `{ profiles(first: 5) { nodes { ${CUSTOMER_360} } } }`;
    const key = await newKey(server, ['READ']);
    const ask = (asking: Asking) =>
      statementsOf(server, async () => void expectNoErrors(await gql(server, query, {}, asking)));
    expect(await ask({ key })).toBe(await ask({}));
  });

  it('when it is a search by rule', async () => {
    const query = `query ($first: Int) { profiles(first: $first, where: { segment: { key: "buyers" } }) { nodes { ${CUSTOMER_360} } } }`;
    const nodesOf = (data: { profiles: { nodes: unknown[] } }) => data.profiles.nodes;
    expect(await countFor(query, { first: 50 }, nodesOf, 50)).toBe(
      await countFor(query, { first: 5 }, nodesOf, 5),
    );
  });

  it('when it is the members of a segment', async () => {
    const query = `query ($first: Int) { segment(key: "buyers") { members(first: $first) { nodes { ${CUSTOMER_360} } } } }`;
    const nodesOf = (data: { segment: { members: { nodes: unknown[] } } }) => data.segment.members.nodes;
    expect(await countFor(query, { first: 50 }, nodesOf, 50)).toBe(
      await countFor(query, { first: 5 }, nodesOf, 5),
    );
  });

  it('when they are asked for by id', async () => {
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Profile { ${CUSTOMER_360} } } }`;
    const nodesOf = (data: { nodes: unknown[] }) => data.nodes;
    expect(await countFor(query, { ids: profiles }, nodesOf, 50)).toBe(
      await countFor(query, { ids: profiles.slice(0, 5) }, nodesOf, 5),
    );
  });

  it('when they are those of changes', async () => {
    const query = `query ($first: Int) { segment(key: "buyers") { changes(first: $first) { nodes { profile { ${CUSTOMER_360} } } } } }`;
    const nodesOf = (data: { segment: { changes: { nodes: { profile: unknown }[] } } }) =>
      data.segment.changes.nodes.map((change) => change.profile);
    expect(await countFor(query, { first: 50 }, nodesOf, 50)).toBe(
      await countFor(query, { first: 5 }, nodesOf, 5),
    );
  });
});

it('lists 5 segments with as many statements as 1, also where they ask for what is not defined', async () => {
  for (const key of ['again', 'again-and-again'])
    await createSegment(server, key, { event: { type: 'visit' } });
  const count = (first: number) =>
    statementsOf(server, async () => {
      const query = `{ segments(first: ${first}) { nodes { key state size summary build { state segment { key } } failure { code } } } }`;
      expect(expectNoErrors(await gql(server, query)).segments.nodes).toHaveLength(first);
    });
  expect(await count(5)).toBe(await count(1));
});

it.each([
  ['Attribute', 'key: "", type: TEXT', 'REQUIRED'],
  ['EventType', 'key: "", properties: []', 'REQUIRED'],
  ['Tag', 'key: "Not a key", label: "Tag"', 'KEY_INVALID'],
  ['Taxonomy', 'key: "Not a key", label: "Taxonomy", terms: []', 'KEY_INVALID'],
  ['ProfileSchema', 'key: "Not a key", label: "Schema"', 'KEY_INVALID'],
  ['IdentifierNamespace', 'key: "Not a key", semanticType: OTHER', 'KEY_INVALID'],
  ['Purpose', 'key: "Not a key", label: "Purpose"', 'KEY_INVALID'],
  ['DerivedAttribute', 'key: "Not a key", label: "Count", function: COUNT', 'KEY_INVALID'],
])('define%s refuses a key without a statement, so no batch waits for it', async (name, input, code) => {
  const count = await statementsOf(server, async () => {
    const answer = await gql(
      server,
      `mutation { define${name}(input: { ${input} }) { userErrors { code path } } }`,
    );
    expect(expectNoErrors(answer)[`define${name}`].userErrors).toEqual([{ code, path: ['input', 'key'] }]);
  });
  expect(count).toBe(0);
});

describe('a batch takes the same statements whatever its size', () => {
  let own: OwnQueue;
  let round = 0;

  beforeAll(async () => {
    own = await startQueue(server);
    // The first batch also reads the definitions, and notes the type of event that nobody has defined.
    await own.submit(newcomers(2));
    await own.submit([event({ external: 'first' }, 'visit', {}, { attributes: { year: 2023 } })]);
  });

  const newcomers = (size: number) => {
    round += 1;
    return Array.from({ length: size }, (_, index) =>
      event(
        { external: `${round}-${index}`, device: `${round}-${index}` },
        'purchase',
        {},
        {
          attributes: { city: 'Ghent' },
          tags: { adopt: ['student'] },
          channels: [{ type: 'PUSH', endpoint: `${index}`, consents: [{ state: 'GRANTED' }] }],
        },
      ),
    );
  };

  /** Nothing else works on this database, so what is counted is what the batch took. */
  async function count(items: readonly ItemInput[], status: string): Promise<number> {
    const before = own.database.statements;
    const outcomes = await own.submit(items);
    expect(new Set(outcomes.map((outcome) => outcome.status))).toEqual(new Set([status]));
    return own.database.statements - before;
  }

  it('when everybody in it is new', async () => {
    expect(await count(newcomers(500), 'ACCEPTED')).toBe(await count(newcomers(2), 'ACCEPTED'));
  });

  it('when everybody in it is known and gets new attributes and events', async () => {
    const known = newcomers(500);
    await own.submit(known);
    const visits = (size: number, year: number) =>
      known
        .slice(0, size)
        .map(({ identifiers }) => event({}, 'visit', {}, { identifiers, attributes: { year } }));
    const few = await count(visits(2, 2024), 'ACCEPTED');
    expect(await count(visits(500, 2025), 'ACCEPTED')).toBe(few);
  });

  it('when everything in it was sent before', async () => {
    const sent = newcomers(500);
    await own.submit(sent);
    expect(await count(sent, 'DUPLICATE')).toBe(await count(sent.slice(0, 2), 'DUPLICATE'));
  });

  it('when nothing in it can be accepted', async () => {
    const unfit = (size: number) => newcomers(size).map((one) => ({ ...one, attributes: [] }));
    expect(await count(unfit(500), 'REJECTED')).toBe(await count(unfit(2), 'REJECTED'));
  });

  it('when everything in it links people who are known apart', async () => {
    const sent = newcomers(502);
    await own.submit(sent.map((one, index) => ({ ...one, identifiers: [one.identifiers[index % 2]!] })));
    await own.submit(
      sent.map((one, index) => event({}, 'visit', {}, { identifiers: [one.identifiers[1 - (index % 2)]!] })),
    );
    const linking = sent.map(({ identifiers }) => event({}, 'visit', {}, { identifiers }));
    const few = await count(linking.slice(0, 2), 'ACCEPTED');
    expect(await count(linking.slice(2), 'ACCEPTED')).toBe(few);
  });

  it('when it is 500 times the same item', async () => {
    const [one] = newcomers(1);
    const [other] = newcomers(1);
    const many = await own.submit(Array.from({ length: 500 }, () => one!));
    expect(many.map((outcome) => outcome.status)).toEqual([
      'ACCEPTED',
      ...Array<string>(499).fill('DUPLICATE'),
    ]);
    const before = own.database.statements;
    await own.submit([other!, other!]);
    const two = own.database.statements - before;
    const [third] = newcomers(1);
    const again = own.database.statements;
    await own.submit(Array.from({ length: 500 }, () => third!));
    expect(own.database.statements - again).toBe(two);
  });
});
