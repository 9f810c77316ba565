import { expectNoErrors, gql } from '../../kit/index.js';
import type { Worlds } from '../relay/world.js';
import type { Known } from './arguments.js';

const DEFINE = `mutation {
  defineTag(input: { key: "vip", label: "VIP" }) { userErrors { code } }
  defineTaxonomy(input: { key: "themes", label: "Themes", terms: [{ key: "art", label: "Art" }, { key: "music", label: "Music", parent: "art" }] }) { userErrors { code message } }
  defineDerivedAttribute(input: { key: "visits", label: "Visits", type: "visit", function: COUNT, allowUndefined: true }) { userErrors { code } }
  createApiKey(input: { name: "to be revoked", scopes: [READ] }) { apiKey { id } }
}`;
const LOOK = `{ merges(first: 3) { nodes { id } } quarantine(first: 3) { nodes { id } } segments(first: 1) { nodes { id } pageInfo { endCursor } }
  profiles(first: 2) { nodes { id } pageInfo { endCursor } } changes: segmentChanges(first: 1) { pageInfo { endCursor } } sources { nodes { id } }
  runs(first: 1) { nodes { id } } }`;

/** What there is, and what there is elsewhere, by the names of the arguments and the scalars that may take it. */
export async function knownIn({ server, own, foreign }: Worlds): Promise<Known> {
  const defined = expectNoErrors(await gql(server, DEFINE));
  const [here, there] = await Promise.all(
    [own, foreign].map(async ({ key }) => expectNoErrors(await gql(server, LOOK, {}, { key }))),
  );
  const merges = here.merges.nodes.map(({ id }: { id: string }) => id);
  const cursors = [here, there].flatMap((data) =>
    [data.segments, data.profiles, data.changes].map(({ pageInfo }) => pageInfo.endCursor),
  );
  const keys = [
    'city',
    'towns',
    'everybody',
    'vip',
    'themes',
    'visits',
    'visit',
    'email',
    'default',
    'marketing',
    'new-one',
  ];
  const ids = [
    ...own.people,
    here.segments.nodes[0].id,
    here.sources.nodes[0].id,
    here.runs.nodes[0].id,
    ...merges,
    there.profiles.nodes[0].id,
  ];
  return {
    String: ['x', ...keys],
    ID: ids,
    Int: [1, 2, 10],
    Float: [1, 2.5],
    Boolean: [true, false],
    DateTime: ['2026-01-05T00:00:00Z', '2026-06-01T12:00:00Z'],
    JSON: ['in', 1, true, '2026-01-05', ['in', 'out'], { total: 5 }],
    id: ids,
    profileId: own.people,
    profileIds: own.people,
    survivorId: own.people,
    mergeId: merges,
    ids: here.quarantine.nodes.map(({ id }: { id: string }) => id),
    after: cursors,
    before: cursors,
    key: keys,
    segment: ['towns', 'everybody'],
    namespace: ['external', 'email', 'phone', 'device'],
    value: ['ada', 'bob', 'ada@example.com', '+32470123456'],
    type: ['visit', 'order'],
    source: ['default'],
    purpose: ['marketing'],
    timeZone: ['Europe/Brussels', 'UTC'],
    apiKey: [defined.createApiKey.apiKey.id],
  };
}
