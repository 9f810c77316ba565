import { isObjectType } from 'graphql';
import { ALL_SCOPES } from '../../src/platform/index.js';
import type { Scope } from '../../src/platform/index.js';
import { createSchema } from '../../src/schema.js';
import {
  connect,
  createSegment,
  event,
  gql,
  item,
  newKey,
  openSocket,
  seed,
  startServer,
} from '../kit/index.js';
import type { TestServer, TestSocket } from '../kit/index.js';

/** Who may ask for a field: any of these scopes, or every key. */
type Allowed = readonly `${Scope}`[] | 'EVERY KEY';

const RULE = '{ event: { type: "purchase" } }';
const PROFILE = 'segmentChanges(first: 1) { nodes { profile';
const SEGMENT = 'segmentChanges(first: 1) { nodes { segment';

const ROOT_FIELDS: Record<string, [operation: string, allowed: Allowed]> = {
  'Query.node': ['{ node(id: "profile_0") { id } }', ['READ']],
  'Query.nodes': ['{ nodes(ids: ["source_0"]) { id } }', ['READ']],
  'Query.viewer': ['{ viewer { keyName scopes source { key } } }', 'EVERY KEY'],
  'Query.profile': ['{ profile(id: "profile_0") { id } }', ['READ']],
  'Query.profileByIdentifier': [
    '{ profileByIdentifier(namespace: "external", value: "x") { id } }',
    ['READ'],
  ],
  'Query.identityConflicts': ['{ identityConflicts { nodes { id } } }', ['READ']],
  'Query.previewIdentity': [
    '{ previewIdentity(identifiers: [{ namespace: "external", value: "x" }]) { outcome } }',
    ['READ'],
  ],
  'Query.previewMerge': [
    '{ previewMerge(input: { profileIds: ["ADA", "BOB"] }) { survivor { id } } }',
    ['READ'],
  ],
  'Query.profiles': ['{ profiles { nodes { id } } }', ['READ']],
  'Query.runs': ['{ runs { nodes { id } } }', ['READ', 'MANAGE']],
  'Query.segment': ['{ segment(key: "buyers") { id } }', ['READ']],
  'Query.segments': ['{ segments { nodes { id } } }', ['READ']],
  'Query.previewSegment': [`{ previewSegment(rule: ${RULE}) { count } }`, ['READ']],
  'Query.explainSegment': [
    `{ explainSegment(audience: { rule: ${RULE} }, profileId: "ADA") { isMatch } }`,
    ['READ'],
  ],
  'Query.previewSegmentUpdate': [
    `{ previewSegmentUpdate(input: { key: "buyers", rule: ${RULE} }) { enters } }`,
    ['READ'],
  ],
  'Query.segmentOverlap': [
    '{ segmentOverlap(segment: "buyers", other: "buyers") { both } }',
    ['READ', 'MANAGE'],
  ],
  'Query.segmentChanges': ['{ segmentChanges { nodes { cursor } } }', ['READ', 'SUBSCRIBE']],
  'Query.eventByExternalId': [
    '{ eventByExternalId(source: "default", externalId: "none") { id } }',
    ['READ'],
  ],
  'Query.merges': ['{ merges { nodes { id } } }', ['READ']],
  'Query.sources': ['{ sources { nodes { key } } }', ['READ', 'ADMIN']],
  'Query.source': ['{ source(key: "default") { name } }', ['READ', 'ADMIN']],
  'Query.eventTypes': ['{ eventTypes { key } }', ['READ', 'MANAGE']],
  'Query.discoveredEventTypes': ['{ discoveredEventTypes { key } }', ['READ', 'MANAGE']],
  'Query.discoveredProperties': ['{ discoveredProperties { key } }', ['READ', 'MANAGE']],
  'Query.attributeDefinitions': ['{ attributeDefinitions { key } }', ['READ', 'MANAGE']],
  'Query.attributeFreshness': ['{ attributeFreshness { key } }', ['READ', 'MANAGE']],
  'Query.discoveredAttributes': ['{ discoveredAttributes { key } }', ['READ', 'MANAGE']],
  'Query.attributeDefinition': ['{ attributeDefinition(key: "none") { id } }', ['READ', 'MANAGE']],
  'Query.eventType': ['{ eventType(key: "none") { id } }', ['READ', 'MANAGE']],
  'Query.derivedAttribute': ['{ derivedAttribute(key: "none") { id } }', ['READ', 'MANAGE']],
  'Query.tag': ['{ tag(key: "none") { id } }', ['READ', 'MANAGE']],
  'Query.taxonomy': ['{ taxonomy(key: "none") { id } }', ['READ', 'MANAGE']],
  'Query.profileSchema': ['{ profileSchema(key: "none") { id } }', ['READ', 'MANAGE']],
  'Query.purpose': ['{ purpose(key: "none") { id } }', ['READ', 'MANAGE']],
  'Query.identifierNamespace': ['{ identifierNamespace(key: "none") { id } }', ['READ', 'MANAGE']],
  'Query.tags': ['{ tags { key } }', ['READ', 'MANAGE']],
  'Query.taxonomies': ['{ taxonomies { key } }', ['READ', 'MANAGE']],
  'Query.profileSchemas': ['{ profileSchemas { key } }', ['READ', 'MANAGE']],
  'Query.derivedAttributes': ['{ derivedAttributes { key } }', ['READ', 'MANAGE']],
  'Query.purposes': ['{ purposes { key } }', ['READ', 'MANAGE']],
  'Query.quarantine': ['{ quarantine { nodes { id } } }', ['READ', 'MANAGE']],
  'Query.quarantineCounts': ['{ quarantineCounts { code } }', ['READ', 'MANAGE']],
  'Query.identifierNamespaces': ['{ identifierNamespaces { key } }', ['READ', 'MANAGE']],
  'Query.apiKeys': ['{ apiKeys { nodes { name } } }', ['ADMIN']],
  'Mutation.ingest': ['mutation { ingest(input: { items: [] }) { accepted } }', ['INGEST']],
  'Mutation.createSegment': [
    `mutation { createSegment(input: { key: "", name: "", rule: ${RULE} }) { userErrors { code } } }`,
    ['MANAGE'],
  ],
  'Mutation.updateSegment': [
    'mutation { updateSegment(input: { key: "none" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.deleteSegment': [
    'mutation { deleteSegment(input: { key: "none" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.recountSegments': [
    'mutation { recountSegments(input: { keys: ["none"] }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.cancelRun': ['mutation { cancelRun(input: { id: "none" }) { userErrors { code } } }', ['MANAGE']],
  'Mutation.retryRun': ['mutation { retryRun(input: { id: "none" }) { userErrors { code } } }', ['MANAGE']],
  'Mutation.mergeProfiles': [
    'mutation { mergeProfiles(input: { profileIds: [] }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.unmergeProfiles': ['mutation { unmergeProfiles(input: {}) { userErrors { code } } }', ['MANAGE']],
  'Mutation.defineIdentifierNamespace': [
    'mutation { defineIdentifierNamespace(input: { key: "", semanticType: OTHER }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.updateIdentifierNamespace': [
    'mutation { updateIdentifierNamespace(input: { key: "none" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.deleteIdentifierNamespace': [
    'mutation { deleteIdentifierNamespace(input: { key: "none" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.verifyIdentifier': [
    'mutation { verifyIdentifier(input: { namespace: "none", value: "", method: CODE }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.labelIdentifier': [
    'mutation { labelIdentifier(input: { namespace: "none", value: "", label: "main" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.removeIdentifier': [
    'mutation { removeIdentifier(input: { namespace: "none", value: "" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.defineEventType': [
    'mutation { defineEventType(input: { key: "" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.updateEventType': [
    'mutation { updateEventType(input: { key: "none" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.deleteEventType': [
    'mutation { deleteEventType(input: { key: "none" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.defineAttribute': [
    'mutation { defineAttribute(input: { key: "", type: TEXT }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.updateAttribute': [
    'mutation { updateAttribute(input: { key: "none" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.deleteAttribute': [
    'mutation { deleteAttribute(input: { key: "none" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.defineTag': [
    'mutation { defineTag(input: { key: "", label: "" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.updateTag': [
    'mutation { updateTag(input: { key: "none", label: "x" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.deleteTag': [
    'mutation { deleteTag(input: { key: "none" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.defineTaxonomy': [
    'mutation { defineTaxonomy(input: { key: "", label: "" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.updateTaxonomy': [
    'mutation { updateTaxonomy(input: { key: "none" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.deleteTaxonomy': [
    'mutation { deleteTaxonomy(input: { key: "none" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.defineProfileSchema': [
    'mutation { defineProfileSchema(input: { key: "", label: "" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.updateProfileSchema': [
    'mutation { updateProfileSchema(input: { key: "none" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.deleteProfileSchema': [
    'mutation { deleteProfileSchema(input: { key: "none" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.defineDerivedAttribute': [
    'mutation { defineDerivedAttribute(input: { key: "", label: "", function: COUNT }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.updateDerivedAttribute': [
    'mutation { updateDerivedAttribute(input: { key: "none" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.deleteDerivedAttribute': [
    'mutation { deleteDerivedAttribute(input: { key: "none" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.definePurpose': [
    'mutation { definePurpose(input: { key: "", label: "" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.updatePurpose': [
    'mutation { updatePurpose(input: { key: "none" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.deletePurpose': [
    'mutation { deletePurpose(input: { key: "none" }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.updateQuarantinedItem': [
    'mutation { updateQuarantinedItem(input: { id: "none", item: {} }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.replayQuarantine': [
    'mutation { replayQuarantine(input: { items: { ids: [] } }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.dropQuarantine': [
    'mutation { dropQuarantine(input: { items: { ids: [] } }) { userErrors { code } } }',
    ['MANAGE'],
  ],
  'Mutation.updateWorkspace': ['mutation { updateWorkspace(input: {}) { userErrors { code } } }', ['ADMIN']],
  'Mutation.updateSource': [
    'mutation { updateSource(input: { key: "none" }) { userErrors { code } } }',
    ['ADMIN'],
  ],
  'Mutation.createSource': [
    'mutation { createSource(input: { key: "", name: "" }) { userErrors { code } } }',
    ['ADMIN'],
  ],
  'Mutation.createApiKey': [
    'mutation { createApiKey(input: { name: "", scopes: [] }) { userErrors { code } } }',
    ['ADMIN'],
  ],
  'Mutation.revokeApiKey': [
    'mutation { revokeApiKey(input: { id: "none" }) { userErrors { code } } }',
    ['ADMIN'],
  ],
};

const SUBSCRIPTIONS: Record<string, [operation: string, allowed: Allowed]> = {
  'Subscription.segmentChanges': [
    'subscription ($after: String) { segmentChanges(after: $after) { cursor kind segment { key } profile { id } } }',
    ['SUBSCRIBE'],
  ],
  'Subscription.profileChanges': ['subscription { profileChanges(id: "ADA") { id } }', ['SUBSCRIBE']],
  'Subscription.runChanges': ['subscription { runChanges(id: "RUN") { id } }', ['SUBSCRIBE']],
  'Subscription.segmentBuild': ['subscription { segmentBuild(key: "buyers") { state } }', ['SUBSCRIBE']],
};

/** Asked by way of the change log, which a key that may only subscribe can read. */
const PROTECTED_FIELDS: Record<string, [operation: string, allowed: Allowed]> = Object.fromEntries([
  ...[
    'name',
    'email',
    'phone',
    'attributes { value }',
    'attribute(key: "city")',
    'identifiers { nodes { value } }',
    'attributeHistory(key: "city") { nodes { value } }',
    'lifecycle',
    'derived { value }',
    'tags { setAt }',
    'terms { setAt }',
    'facets { adoptedAt }',
    'completeness',
    'channels { nodes { endpoint } }',
    'isContactable(channel: EMAIL)',
    'consentHistory { nodes { state } }',
    'events { nodes { type } }',
    'segments { nodes { enteredAt } }',
    'segmentHistory { nodes { at } }',
    'mergedFrom { nodes { id } }',
    'identityConflicts { nodes { id } }',
    'createdAt',
    'updatedAt',
  ].map((field) => [`Profile.${/\w+/.exec(field)?.[0]}`, [`{ ${PROFILE} { ${field} } } } }`, ['READ']]]),
  ['Segment.members', [`{ ${SEGMENT} { members { nodes { id } } } } } }`, ['READ']]],
  ['Segment.changes', [`{ ${SEGMENT} { changes { nodes { at } } } } } }`, ['READ', 'SUBSCRIBE']]],
  ['Segment.createdBy', [`{ ${SEGMENT} { createdBy { name } } } } }`, ['READ']]],
  ['Segment.usedBy', [`{ ${SEGMENT} { usedBy { id } } } } }`, ['READ']]],
  ['Segment.versions', [`{ ${SEGMENT} { versions { nodes { number } } } } } }`, ['READ']]],
  ['Segment.sizes', [`{ ${SEGMENT} { sizes(from: "2026-01-01T00:00:00Z") { size } } } } }`, ['READ']]],
  ['Segment.size', [`{ ${SEGMENT} { size } } } }`, ['READ']]],
]) as Record<string, [string, Allowed]>;

let server: TestServer;
let start: string;
const ids = new Map<string, string>();
const keys = new Map<string, string | null>();
const sockets = new Map<string, TestSocket>();

beforeAll(async () => {
  server = await startServer();
  await createSegment(server, 'buyers', { event: { type: 'purchase' } });
  start = (await gql(server, '{ segmentChanges(first: 0) { pageInfo { endCursor } } }')).data.segmentChanges
    .pageInfo.endCursor;
  const seeded = await seed(server, [
    event({ email: 'ada@example.com' }, 'purchase'),
    item({ email: 'bob@example.com' }),
  ]);
  ids.set('ADA', seeded[0] ?? '').set('BOB', seeded[1] ?? '');
  const recount = await gql(server, 'mutation { recountSegments(input: {}) { run { id } } }');
  ids.set('RUN', recount.data.recountSegments.run.id);
  keys.set('no key', null).set('a wrong key', 'of_wrong');
  for (const scope of ALL_SCOPES) keys.set(scope, await newKey(server, [scope]));
  for (const scope of ALL_SCOPES) sockets.set(scope, await connect(server, { key: keys.get(scope) ?? null }));
});

describe('what is tried here', () => {
  it('is every field of Query, Mutation and Subscription', () => {
    const schema = createSchema();
    const fields = ['Query', 'Mutation', 'Subscription'].flatMap((name) => fieldsOf(schema.getType(name)));
    expect(Object.keys({ ...ROOT_FIELDS, ...SUBSCRIPTIONS }).sort()).toEqual(fields.sort());
  });

  it('is every field of a profile but its id', () => {
    const tried = Object.keys(PROTECTED_FIELDS).filter((place) => place.startsWith('Profile.'));
    const fields = fieldsOf(createSchema().getType('Profile')).filter((place) => place !== 'Profile.id');
    expect(tried.sort()).toEqual(fields.sort());
  });
});

describe.each(Object.entries({ ...ROOT_FIELDS, ...PROTECTED_FIELDS }))(
  '%s',
  (_place, [operation, allowed]) => {
    // What leads to a protected field needs a scope of its own.
    const onTheWay: Allowed = operation.startsWith('{ segmentChanges(first: 1)')
      ? ['READ', 'SUBSCRIBE']
      : allowed;

    it(`is for ${String(allowed)}, over HTTP`, async () => {
      const outcomes: Record<string, string> = {};
      for (const [caller, key] of keys) {
        const { errors } = await gql(server, withIds(operation), {}, { key });
        outcomes[caller] = outcomeOf(errors);
      }
      expect(outcomes).toEqual(expected(allowed, onTheWay));
    });

    it(`is for ${String(allowed)}, over WebSocket`, async () => {
      const outcomes: Record<string, string> = {};
      for (const [caller, socket] of sockets) {
        socket.subscribe(withIds(operation));
        const message = await socket.next();
        outcomes[caller] = outcomeOf(message.type === 'error' ? message.payload : message.payload.errors);
        if (message.type === 'next') expect((await socket.next()).type).toBe('complete');
      }
      const { 'no key': _no, 'a wrong key': _wrong, ...scopes } = expected(allowed, onTheWay);
      expect(outcomes).toEqual(scopes);
    });
  },
);

describe.each(Object.entries(SUBSCRIPTIONS))('%s', (_place, [operation, allowed]) => {
  it(`is for ${String(allowed)}`, async () => {
    const outcomes: Record<string, string> = {};
    for (const scope of ALL_SCOPES) {
      const socket = await connect(server, { key: keys.get(scope) ?? null });
      socket.subscribe(withIds(operation), { after: start });
      let isAnswered = false;
      const answer = socket.next().finally(() => (isAnswered = true));
      // Who watches a profile hears nothing until something happens to it.
      while (!isAnswered) await seed(server, [event({ email: 'ada@example.com' }, 'visit')]);
      const message = await answer;
      outcomes[scope] = outcomeOf(message.type === 'error' ? message.payload : message.payload.errors);
      await socket.close();
    }
    const { 'no key': _no, 'a wrong key': _wrong, ...scopes } = expected(allowed, allowed);
    expect(outcomes).toEqual(scopes);
  });

  it('does not go over HTTP', async () => {
    const answer = await gql(server, operation, { after: start });
    expect([answer.status, answer.errors?.map((error) => error.extensions.code)]).toEqual([
      400,
      ['BAD_REQUEST'],
    ]);
  });
});

it.each(['no key', 'a wrong key'])('opens no socket for %s', async (caller) => {
  const socket = await openSocket(server);
  const apiKey = keys.get(caller);
  socket.send({ type: 'connection_init', ...(apiKey && { payload: { apiKey } }) });
  expect((await socket.closing()).code).toBe(4401);
});

it('tells a socket without READ which change it was, and refuses the fields of its profile alone', async () => {
  const socket = await connect(server, { key: await newKey(server, ['SUBSCRIBE']) });
  socket.subscribe(
    'subscription ($after: String) { segmentChanges(after: $after) { kind profile { id name } } }',
    {
      after: start,
    },
  );
  const { payload } = await socket.next();
  expect(payload).toEqual({
    data: {
      segmentChanges: { kind: 'ENTERED', profile: { id: expect.stringMatching(/^profile_/), name: null } },
    },
    errors: [
      {
        message: expect.stringContaining('READ'),
        locations: expect.any(Array),
        path: ['segmentChanges', 'profile', 'name'],
        extensions: { code: 'FORBIDDEN', scope: 'READ' },
      },
    ],
  });
});

/** The operation, with the ids of people and of a run that are there. */
function withIds(operation: string): string {
  return operation.replace(/ADA|BOB|\bRUN\b/g, (name) => ids.get(name) ?? '');
}

function expected(allowed: Allowed, onTheWay: Allowed): Record<string, string> {
  const refusal = (scope: Scope) => {
    for (const needed of [onTheWay, allowed])
      if (needed !== 'EVERY KEY' && !needed.includes(scope)) return `FORBIDDEN, needs ${needed[0]}`;
    return 'allowed';
  };
  return {
    'no key': 'UNAUTHENTICATED',
    'a wrong key': 'UNAUTHENTICATED',
    ...Object.fromEntries(ALL_SCOPES.map((scope) => [scope, refusal(scope)])),
  };
}

function outcomeOf(errors: { extensions?: { code?: string; scope?: string } }[] | undefined): string {
  if (!errors) return 'allowed';
  const told = errors.map(({ extensions: { code, scope } = {} }) =>
    scope ? `${code}, needs ${scope}` : `${code}`,
  );
  return [...new Set(told)].join('; ');
}

function fieldsOf(type: unknown): string[] {
  if (!isObjectType(type)) return [];
  return Object.keys(type.getFields()).map((field) => `${type.name}.${field}`);
}
