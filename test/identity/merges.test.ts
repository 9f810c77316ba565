import { event, expectNoErrors, gql, ingest, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

const MERGE = `mutation ($input: MergeProfilesInput!) { mergeProfiles(input: $input) { profile { id } merges { id absorbedId moved { kind count } } userErrors { code path } } }`;
const UNMERGE = `mutation ($input: UnmergeProfilesInput!) { unmergeProfiles(input: $input) { survivor { id } restored { id } userErrors { code path } } }`;
const WHOLE = `query ($id: ID!) { profile(id: $id) { id identifiers { nodes { namespace: namespaceKey value } } attributes { key value } events { nodes { type properties } } mergedFrom { nodes { absorbedId cause externalId } } } }`;

async function whole(id: string) {
  return expectNoErrors(await gql(server, WHOLE, { id })).profile as Record<string, never>;
}

it('merges two profiles that an item links, and undoes it', async () => {
  // One after the other: the survivor is the older.
  const [a] = await ingest(server, [
    {
      ...event({ email: 'a@example.com' }, 'visit'),
      attributes: { city: 'Turin', age: 4 },
      occurredAt: '2026-01-02T00:00:00Z',
    },
  ]);
  const [b] = await ingest(server, [
    {
      ...event({ phone: '+4915112345678' }, 'call'),
      attributes: { city: 'Bonn' },
      occurredAt: '2026-01-01T00:00:00Z',
    },
  ]);
  const before = [await whole(a!.profileId!), await whole(b!.profileId!)];
  const [link] = await ingest(server, [event({ email: 'a@example.com', phone: '+4915112345678' }, 'login')]);
  expect(link).toMatchObject({ status: 'ACCEPTED', profileId: a!.profileId });
  const merged = await whole(b!.profileId!);
  expect(merged).toMatchObject({
    id: a!.profileId,
    mergedFrom: { nodes: [{ absorbedId: b!.profileId, cause: 'INGEST' }] },
  });
  expect(merged).toMatchObject({ identifiers: { nodes: [{}, {}] } });
  expect(merged.attributes).toEqual([
    { key: 'age', value: 4 },
    { key: 'city', value: 'Turin' },
  ]);
  const undone = expectNoErrors(await gql(server, UNMERGE, { input: { profileId: b!.profileId } }));
  expect(undone.unmergeProfiles).toEqual({
    survivor: { id: a!.profileId },
    restored: { id: b!.profileId },
    userErrors: [],
  });
  expect(await whole(b!.profileId!)).toEqual(before[1]);
  const again = expectNoErrors(
    await gql(server, MERGE, {
      input: { profileIds: [b!.profileId, a!.profileId], survivorId: b!.profileId },
    }),
  );
  expect(again.mergeProfiles).toMatchObject({ profile: { id: b!.profileId }, userErrors: [] });
});
