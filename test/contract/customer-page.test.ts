import {
  defineEventType,
  event,
  expectNoErrors,
  gql,
  item,
  ManualClock,
  newKey,
  seed,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

/** What a page about a customer shows to a key with READ alone, and with READ_PII besides. */

const PAGE = `query ($id: ID!) { profile(id: $id) {
  id name email phone city: attribute(key: "city") first: attribute(key: "firstName")
  attributes { key value isMasked definition { isPersonal } }
  attributeHistory(key: "lastName") { nodes { value isMasked } }
  derived(keys: ["notes", "visits"]) { key value isMasked }
  identifiers(first: 2) { nodes { id namespace { key label } namespaceKey value isMasked profile { id } } pageInfo { hasNextPage } }
  channels { nodes { id type endpoint isMasked isReachable profile { id } consents { purpose { key label } purposeKey state evidence } } }
  isContactable(channel: EMAIL)
  consentHistory { nodes { channel { id } channelType endpoint isMasked purposeKey evidence } }
  events { nodes { type properties profile { id } } }
  segments { edges { enteredAt node { enteredAt segment { key } } } }
  identityConflicts { nodes { namespace { key } namespaceKey value isMasked } } } }`;
const START = '2026-03-01T12:00:00.000Z';

let server: TestServer;
let id: string;

beforeAll(async () => {
  server = await startServer({ clock: new ManualClock(START) });
  await ask(
    'mutation { updateAttribute(input: { key: "lastName", isAudited: true }) { userErrors { code } } }',
  );
  await defineEventType(server, {
    key: 'visit',
    properties: [
      { key: 'note', type: 'TEXT', isPersonal: true },
      { key: 'page', type: 'TEXT' },
    ],
  });
  await ask(`mutation {
    notes: defineDerivedAttribute(input: { key: "notes", type: "visit", function: LAST, path: "note" }) { userErrors { code } }
    visits: defineDerivedAttribute(input: { key: "visits", type: "visit", function: COUNT }) { userErrors { code } }
    createSegment(input: { key: "visitors", name: "Visitors", rule: { event: { type: "visit" } } }) { userErrors { code } } }`);
  const [profile] = await seed(server, [
    event(
      { external: 'c-1', email: 'Ada@example.com', phone: '+32470123456' },
      'visit',
      { note: 'ring twice', page: '/' },
      {
        attributes: {
          firstName: 'Ada',
          lastName: 'King',
          city: 'Ghent',
          traits: { email: 'a@b.c', plan: 'pro' },
        },
        channels: [
          {
            type: 'EMAIL',
            endpoint: 'ada@example.com',
            consents: [{ state: 'GRANTED', evidence: 'form 7' }],
          },
        ],
      },
    ),
    item({ external: 'c-1', email: 'test@test.com' }),
  ]);
  id = profile!;
});

async function ask(query: string, key?: string) {
  return expectNoErrors(await gql(server, query, { id }, key === undefined ? {} : { key }));
}

/** The page with what differs between the two kinds of keys. */
const page = (isMasked: boolean) => {
  const shown = (value: unknown) => ({ value: isMasked ? null : value, isMasked });
  const text = (value: string) => (isMasked ? '***' : value);
  const common = { isMasked, profile: { id } };
  const channelId = expect.stringMatching(/^channel_/);
  return {
    ...{ id, name: text('Ada King'), email: text('ada@example.com'), phone: text('+32470123456') },
    ...{ city: 'Ghent', first: isMasked ? null : 'Ada' },
    attributes: [
      { key: 'city', value: 'Ghent', isMasked: false, definition: { isPersonal: false } },
      { key: 'firstName', ...shown('Ada'), definition: { isPersonal: true } },
      { key: 'lastName', ...shown('King'), definition: { isPersonal: true } },
      { key: 'traits', value: { email: text('a@b.c'), plan: 'pro' }, isMasked, definition: null },
    ],
    attributeHistory: { nodes: [shown('King')] },
    derived: [
      { key: 'notes', ...shown('ring twice') },
      { key: 'visits', value: 1, isMasked: false },
    ],
    identifiers: {
      nodes: [
        {
          ...common,
          id: expect.stringMatching(/^identifier_/),
          ...{ namespace: { key: 'email', label: expect.any(String) }, namespaceKey: 'email' },
          value: text('ada@example.com'),
        },
        {
          ...common,
          id: expect.stringMatching(/^identifier_/),
          ...{ namespace: { key: 'external', label: expect.any(String) }, namespaceKey: 'external' },
          value: text('c-1'),
        },
      ],
      pageInfo: { hasNextPage: true },
    },
    channels: {
      nodes: [
        {
          ...common,
          ...{ id: channelId, type: 'EMAIL', endpoint: text('ada@example.com'), isReachable: null },
          consents: [
            {
              ...{ purpose: { key: 'marketing', label: 'Marketing' }, purposeKey: 'marketing' },
              ...{ state: 'GRANTED', evidence: isMasked ? null : 'form 7' },
            },
          ],
        },
      ],
    },
    isContactable: true,
    consentHistory: {
      nodes: [
        {
          ...{ channel: { id: channelId }, channelType: 'EMAIL', endpoint: text('ada@example.com') },
          ...{ isMasked, purposeKey: 'marketing', evidence: isMasked ? null : 'form 7' },
        },
      ],
    },
    events: {
      nodes: [{ type: 'visit', properties: { note: text('ring twice'), page: '/' }, profile: { id } }],
    },
    segments: {
      edges: [{ enteredAt: START, node: { enteredAt: START, segment: { key: 'visitors' } } }],
    },
    identityConflicts: {
      nodes: [{ namespace: { key: 'email' }, namespaceKey: 'email', value: text('test@test.com'), isMasked }],
    },
  };
};

it.each([
  ['hides what is personal from READ alone, and says where', ['READ'], true],
  ['shows it with READ_PII', ['READ', 'READ_PII'], false],
] as const)('a page about a customer %s', async (_what, scopes, isMasked) => {
  const { profile } = await ask(PAGE, await newKey(server, scopes));
  expect(profile).toEqual(page(isMasked));
});

it('ids of identifiers and channels are the same whoever asks', async () => {
  const query = `query ($id: ID!) { profile(id: $id) { identifiers { nodes { id } } channels { nodes { id } } } }`;
  expect(await ask(query, await newKey(server, ['READ']))).toEqual(await ask(query));
});
