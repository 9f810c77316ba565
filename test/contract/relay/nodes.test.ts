import { FEATURES } from '../../../src/features.js';
import { newId, parsePublicId, publicId } from '../../../src/platform/index.js';
import {
  createSegment,
  expectError,
  expectNoErrors,
  gql,
  ingest,
  item,
  newKey,
  newTenant,
  seed,
  startServer,
  statementsOf,
} from '../../kit/index.js';
import type { Asking, TestServer } from '../../kit/index.js';

const NODE = 'query ($id: ID!) { node(id: $id) { __typename id } }';
const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
const MERGE = `mutation ($ids: [ID!]!) { mergeProfiles(input: { profileIds: $ids }) {
  profile { id } merges { id } userErrors { code } } }`;
const PROFILE = 'query ($id: ID!) { profile(id: $id) { id } }';

let server: TestServer;
let people: string[];
/** One id of each kind, by the name of its type. */
let own: Record<string, string>;

async function merge(ids: string[], asking: Asking = {}): Promise<{ survivor: string; merges: string[] }> {
  const { mergeProfiles } = expectNoErrors(await gql(server, MERGE, { ids }, asking));
  expect(mergeProfiles.userErrors).toEqual([]);
  return {
    survivor: mergeProfiles.profile.id,
    merges: mergeProfiles.merges.map(({ id }: { id: string }) => id),
  };
}

async function oneOfEach(asking: Asking = {}): Promise<Record<string, string>> {
  const [profile] = await seed(
    server,
    [
      item(
        { external: 'one', device: 'unknown' },
        { type: 'visit', channels: [{ type: 'EMAIL', endpoint: 'one@example.com' }] },
      ),
    ],
    asking,
  );
  const pair = await seed(
    server,
    ['two', 'three'].map((name) => item({ external: name })),
    asking,
  );
  const [{ merges }] = [await merge(pair, asking)];
  await ingest(server, [item({ email: 'nobody' })], asking);
  const segment = await createSegment(server, 'everybody', { all: [] }, asking);
  const building = '{ segment(key: "everybody") { build { id } } }';
  const { segment: built } = expectNoErrors(await gql(server, building, {}, asking));
  const runs = `mutation { recountSegments(input: {}) { run { id } }
    replayQuarantine(input: { items: { ids: [] } }) { run { id } } dropQuarantine(input: { items: { ids: [] } }) { run { id } } }`;
  const asked = expectNoErrors(await gql(server, runs, {}, asking));
  const data = expectNoErrors(
    await gql(
      server,
      'query ($id: ID!) { viewer { workspace { id } } sources { nodes { id } } apiKeys { nodes { id } } quarantine { nodes { id } }\n        profile(id: $id) { identifiers { nodes { id } } channels { nodes { id } } events { nodes { id } } identityConflicts { nodes { id } } } }',
      { id: profile },
      asking,
    ),
  );
  return {
    Profile: profile!,
    ProfileMerge: merges[0]!,
    BuildRun: built.build.id,
    RecountRun: asked.recountSegments.run.id,
    ReplayRun: asked.replayQuarantine.run.id,
    DropRun: asked.dropQuarantine.run.id,
    Segment: segment,
    Source: data.sources.nodes[0].id,
    ApiKey: data.apiKeys.nodes[0].id,
    QuarantinedItem: data.quarantine.nodes[0].id,
    ...(await definitionOfEach(asking)),
    Workspace: data.viewer.workspace.id,
    Identifier: data.profile.identifiers.nodes[0].id,
    Channel: data.profile.channels.nodes[0].id,
    Event: data.profile.events.nodes[0].id,
    IdentityConflict: data.profile.identityConflicts.nodes[0].id,
  };
}

/** Those that are built in, and a tag. */
async function definitionOfEach(asking: Asking): Promise<Record<string, string>> {
  const define = 'mutation { defineTag(input: { key: "vip" }) { tag { id } } }';
  const { defineTag } = expectNoErrors(await gql(server, define, {}, asking));
  const built = `{
    AttributeDefinition: attributeDefinition(key: "city") { id } EventType: eventType(key: "purchase") { id }
    DerivedAttribute: derivedAttribute(key: "total_spend") { id } Taxonomy: taxonomy(key: "themes") { id }
    ProfileSchema: profileSchema(key: "member") { id } Purpose: purpose(key: "marketing") { id }
    IdentifierNamespace: identifierNamespace(key: "email") { id } }`;
  const found = expectNoErrors(await gql(server, built, {}, asking)) as Record<string, { id: string }>;
  const ids = Object.entries(found).map(([type, { id }]): [string, string] => [type, id]);
  return { ...Object.fromEntries(ids), Tag: defineTag.tag.id };
}

beforeAll(async () => {
  server = await startServer();
  own = await oneOfEach();
  people = await seed(
    server,
    ['a', 'b', 'c', 'd', 'e'].map((name) => item({ external: name })),
  );
});

it('finds a thing of every kind by its id, alone and among many', async () => {
  const expected = Object.entries(own).map(([__typename, id]) => ({ __typename, id }));
  expect(expectNoErrors(await gql(server, NODES, { ids: Object.values(own) })).nodes).toEqual(expected);
  for (const one of expected)
    expect(expectNoErrors(await gql(server, NODE, { id: one.id })).node).toEqual(one);
});

it('finds every type that has an id of its own, by a prefix that no other has', async () => {
  const query = '{ __type(name: "Node") { possibleTypes { name } } }';
  const { __type } = expectNoErrors(await gql(server, query));
  const types = __type.possibleTypes.map(({ name }: { name: string }) => name);
  expect(types.sort()).toEqual(Object.keys(own).sort());
  const prefixes = FEATURES.flatMap(({ nodes = {} }) => Object.keys(nodes));
  expect(prefixes.sort()).toEqual(
    [...new Set(Object.values(own).map((id) => parsePublicId(id)!.prefix))].sort(),
  );
});

it('finds an API key only for those who manage keys', async () => {
  const key = await newKey(server, ['READ', 'MANAGE']);
  expect(expectNoErrors(await gql(server, NODE, { id: own.ApiKey }, { key })).node).toBeNull();
});

it('finds nothing by a prefix that JavaScript knows and Onefold does not', async () => {
  const ids = ['constructor', 'toString', '__proto__'].map(
    (prefix) => `${prefix}_01h455vb4pex5vsknk084sn02q`,
  );
  expect(expectNoErrors(await gql(server, NODES, { ids })).nodes).toEqual([null, null, null]);
});

it('finds nothing of another workspace', async () => {
  const theirs = Object.values(await oneOfEach(await newTenant(server)));
  expect(expectNoErrors(await gql(server, NODES, { ids: theirs })).nodes).toEqual(theirs.map(() => null));
});

it('answers with the id asked for or not at all, while profile(id:) follows merges through any chain', async () => {
  const [a, b, c, d, e] = people as [string, string, string, string, string];
  const first = await merge([a, b]);
  const second = await merge([first.survivor, c]);
  const { survivor } = await merge([second.survivor, d]);
  const { nodes } = expectNoErrors(await gql(server, NODES, { ids: people }));
  expect(nodes.map((node: { id: string } | null) => node?.id ?? null)).toEqual(
    people.map((id) => (id === survivor || id === e ? id : null)),
  );
  for (const id of [a, b, c, d]) {
    expect(expectNoErrors(await gql(server, PROFILE, { id })).profile).toEqual({ id: survivor });
    expect(expectNoErrors(await gql(server, NODE, { id })).node?.id ?? null).toBe(
      id === survivor ? id : null,
    );
  }
  const undo = `mutation ($id: ID!) { unmergeProfiles(input: { profileId: $id }) { restored { id } userErrors { code } } }`;
  const absorbed = [a, b, c, d].find(
    (id) => id !== survivor && id !== first.survivor && id !== second.survivor,
  )!;
  expect(expectNoErrors(await gql(server, undo, { id: absorbed })).unmergeProfiles.userErrors).toEqual([]);
  expect(expectNoErrors(await gql(server, NODE, { id: absorbed })).node).toMatchObject({ id: absorbed });
});

it('gives a definition the same id before and after it is changed, and when it is defined again', async () => {
  const ask = async (field: string) => expectNoErrors(await gql(server, `mutation { it: ${field} }`)).it;
  const changed = await ask(
    'updateTaxonomy(input: { key: "themes", label: "T" }) { taxonomy { id createdAt } }',
  );
  expect(changed.taxonomy).toEqual({ id: own.Taxonomy, createdAt: expect.any(String) });
  const restored = await ask(
    'deleteTaxonomy(input: { key: "themes" }) { deletedId deletedKey taxonomy { id createdAt } }',
  );
  expect(restored).toEqual({
    ...{ deletedId: own.Taxonomy, deletedKey: 'themes' },
    taxonomy: { id: own.Taxonomy, createdAt: null },
  });
  const gone = await ask('deleteTag(input: { key: "vip" }) { deletedId tag { id } }');
  expect(gone).toEqual({ deletedId: own.Tag, tag: null });
  expect(expectNoErrors(await gql(server, NODE, { id: own.Tag })).node).toBeNull();
  const again = await ask('defineTag(input: { key: "vip" }) { tag { id label } }');
  expect(again.tag).toEqual({ id: own.Tag, label: 'vip' });
});

it('finds definitions by their ids with no statement of their own', async () => {
  const ask = (ids: string[]) => statementsOf(server, () => gql(server, NODES, { ids }));
  const one = await ask([own.Purpose!]);
  expect(await ask([own.Purpose!, own.Tag!, own.EventType!, own.IdentifierNamespace!])).toBe(one);
});

describe('an id that is none', () => {
  const suffix = publicId('profile', newId()).split('_')[1]!;
  const garbage = [
    ...[
      '',
      ' ',
      'x',
      'profile',
      'profile_',
      '_',
      '0',
      '-1',
      '{}',
      '[]',
      'null',
      'undefined',
      '__proto__',
      'constructor',
    ],
    ...[
      `profile_${suffix.slice(1)}`,
      `profile_${suffix}0`,
      `profile_8${suffix.slice(1)}`,
      `profile_${suffix.slice(1)}u`,
    ],
    ...[
      `Profile_${suffix}`,
      `profile_${suffix.toUpperCase()}`,
      `profile-${suffix}`,
      ` profile_${suffix}`,
      `profile_${suffix}\n`,
    ],
    ...[
      `workspace_${suffix}`,
      `key_${suffix}`,
      `build_${suffix}`,
      `toString_${suffix}`,
      `__proto___${suffix}`,
      suffix,
    ],
    ...[
      newId(),
      `' or 1=1 --`,
      '\u0000',
      'é',
      '😀',
      '\ud800',
      `profile_${'\u0000'.repeat(26)}`,
      `profile_${'😀'.repeat(13)}`,
    ],
    ...['x'.repeat(1_000_000), `profile_${'0'.repeat(1_000_000)}`],
    ...[
      'profile',
      'event',
      'segment',
      'source',
      'merge',
      'conflict',
      'quarantined',
      'run',
      'key',
      'tag',
      'identifier',
      'channel',
      'workspace',
    ].flatMap((prefix) => [
      `${prefix}_${suffix}`,
      `${prefix}_00000000000000000000000000`,
      `${prefix}_7zzzzzzzzzzzzzzzzzzzzzzzzz`,
    ]),
  ];

  it('is null, alone and among others', async () => {
    for (const id of garbage)
      expect([id, expectNoErrors(await gql(server, NODE, { id })).node]).toEqual([id, null]);
    const ids = garbage.filter((id) => id.length < 100).flatMap((id) => [id, own.Profile]);
    const { nodes } = expectNoErrors(await gql(server, NODES, { ids }));
    expect(nodes).toEqual(ids.map((id) => (id === own.Profile ? { __typename: 'Profile', id } : null)));
  });

  it('is no profile either', async () => {
    for (const id of garbage) expect(expectNoErrors(await gql(server, PROFILE, { id })).profile).toBeNull();
    for (const [type, id] of Object.entries(own))
      expect(expectNoErrors(await gql(server, PROFILE, { id })).profile).toEqual(
        type === 'Profile' ? { id } : null,
      );
  });
});

it('takes as many statements for many things as for one of each kind', async () => {
  const many = await seed(
    server,
    Array.from({ length: 60 }, (_, number) => item({ external: `many-${number}` })),
  );
  const { merges } = await merge(many.slice(0, 20));
  expect(merges.length).toBeGreaterThan(10);
  const ask = (ids: string[]) => statementsOf(server, () => gql(server, NODES, { ids }));
  const few = await ask([own.Profile!, own.ProfileMerge!]);
  expect(await ask([own.Profile!, own.ProfileMerge!, ...merges, ...many.slice(20)])).toBe(few);
});

it('refuses more than 500 ids', async () => {
  const ids = Array.from({ length: 501 }, () => own.Profile);
  expectError(await gql(server, NODES, { ids }), 'TOO_MANY');
  expect(expectNoErrors(await gql(server, NODES, { ids: ids.slice(1) })).nodes).toHaveLength(500);
});
