import {
  event,
  expectError,
  expectNoErrors,
  gql,
  ingest,
  item,
  newKey,
  newTenant,
  seed,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { Asking, TestServer } from '../kit/index.js';

interface IdentityPreview {
  outcome: string;
  profiles: { id: string }[];
  survivor: { id: string } | null;
  identifiers: {
    namespace: string;
    value: string;
    fate: string;
    heldBy: { id: string } | null;
    reason: string;
  }[];
  reasons: string[];
}

interface Fact {
  profile: { id: string };
  value: unknown;
  source: { key: string };
  setAt: string;
  reason: string;
}

interface MergePreview {
  survivor: { id: string };
  survivorReason: string;
  merges: { absorbed: { id: string }; moved: { kind: string; count: number }[] }[];
  attributes: { key: string; stands: Fact; givesWay: Fact[] }[];
  exceededLimits: { namespace: string; count: number; limit: number }[];
}

const IDENTITY = `query ($identifiers: [IdentifierInput!]!) { previewIdentity(identifiers: $identifiers) {
  outcome profiles { id } survivor { id } identifiers { namespace: namespaceKey value fate heldBy { id } reason } reasons } }`;
const FACT = 'profile { id } value source { key } setAt reason';
const PREVIEW = `query ($input: MergeProfilesInput!) { previewMerge(input: $input) {
  survivor { id } survivorReason merges { absorbed { id } moved { kind count } }
  attributes { key stands { ${FACT} } givesWay { ${FACT} } } exceededLimits { namespace: namespaceKey count limit } } }`;
const MERGE = `mutation ($input: MergeProfilesInput!) { mergeProfiles(input: $input) {
  profile { id } merges { absorbedId moved { kind count } } userErrors { code path } } }`;
const PROFILE = `query ($id: ID!) { profile(id: $id) { id attributes { key value setAt source { key } }
  identifiers { nodes { namespace: namespaceKey value } } mergedFrom { nodes { absorbedId } }
  identityConflicts { nodes { kind namespace: namespaceKey value heldBy { id } externalId } } } }`;

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

type Identifiers = Record<string, string>;

function sent(identifiers: Identifiers) {
  return Object.entries(identifiers).map(([namespace, value]) => ({ namespace, value }));
}

async function previewIdentity(identifiers: Identifiers, asking: Asking = {}): Promise<IdentityPreview> {
  const answer = await gql(server, IDENTITY, { identifiers: sent(identifiers) }, asking);
  return expectNoErrors(answer).previewIdentity;
}

async function previewMerge(profileIds: string[], survivorId?: string): Promise<MergePreview> {
  return expectNoErrors(await gql(server, PREVIEW, { input: { profileIds, survivorId } })).previewMerge;
}

async function profile(id: string) {
  return expectNoErrors(await gql(server, PROFILE, { id })).profile;
}

/** One after the other, so that their ages differ. */
async function create(...all: Identifiers[]): Promise<string[]> {
  const ids: string[] = [];
  for (const identifiers of all) ids.push(...(await seed(server, [item(identifiers)])));
  return ids;
}

const day = (number: number) => `2026-01-0${number}T00:00:00.000Z`;

describe('the preview of an item', () => {
  /** Looks first, then sends the item. @returns both, when the item did what the preview said */
  async function both(identifiers: Identifiers) {
    const before = await snapshotTables(server);
    const preview = await previewIdentity(identifiers);
    expect(await snapshotTables(server)).toEqual(before);
    const one = event(identifiers, 'visit');
    const [result] = await ingest(server, [one]);
    if (preview.outcome === 'BLOCKED') {
      expect(result).toMatchObject({ status: 'REJECTED', errors: [{ code: 'IDENTIFIERS_BLOCKED' }] });
      return { preview, after: null };
    }
    const after = await profile(result!.profileId!);
    if (preview.survivor) expect(after.id).toBe(preview.survivor.id);
    const kept = preview.identifiers.filter(({ fate }) => fate === 'KEPT');
    for (const { namespace, value } of kept)
      expect(after.identifiers.nodes).toContainEqual({ namespace, value });
    const conflicts = after.identityConflicts.nodes.filter(
      ({ externalId }: { externalId: string }) => externalId === one.externalId,
    );
    const aside = preview.identifiers.filter(({ fate }) => fate !== 'KEPT');
    expect(
      conflicts
        .map(({ kind, namespace, value }: Record<string, string>) => ({ kind, namespace, value }))
        .sort(byValue),
    ).toEqual(aside.map(({ fate: kind, namespace, value }) => ({ kind, namespace, value })).sort(byValue));
    return { preview, after };
  }

  const byValue = (a: { value: string }, b: { value: string }) => (a.value < b.value ? -1 : 1);

  it('says that it would create a profile', async () => {
    const { preview } = await both({ external: 'new', email: ' NEW@example.com ' });
    expect(preview).toEqual({
      outcome: 'CREATE',
      profiles: [],
      survivor: null,
      identifiers: [
        {
          namespace: 'external',
          value: 'new',
          fate: 'KEPT',
          heldBy: null,
          reason: 'Nobody holds it: it would be added to the profile.',
        },
        {
          namespace: 'email',
          value: 'new@example.com',
          fate: 'KEPT',
          heldBy: null,
          reason: 'Nobody holds it: it would be added to the profile.',
        },
      ],
      reasons: ['Nobody holds what is kept of its identifiers: a new profile would be created with them.'],
    });
  });

  it('says that it would find a profile', async () => {
    const [id] = await create({ email: 'match@example.com', device: 'match' });
    const { preview } = await both({ email: 'match@example.com', device: 'match' });
    expect(preview).toMatchObject({ outcome: 'MATCH', profiles: [{ id }], survivor: { id } });
    expect(preview.identifiers.map(({ heldBy }) => heldBy?.id)).toEqual([id, id]);
    expect(preview.reasons).toEqual([expect.stringContaining(`belongs to ${id} already`)]);
  });

  it('says that it would give a profile more identifiers', async () => {
    const [id] = await create({ email: 'attach@example.com' });
    const { preview } = await both({ email: 'attach@example.com', device: 'attach', external: 'attach' });
    expect(preview).toMatchObject({ outcome: 'ATTACH', profiles: [{ id }], survivor: { id } });
    expect(preview.reasons).toEqual([
      `${id} holds some of its identifiers and would get the others: device, external.`,
    ]);
  });

  it('says that it would merge profiles, who would stay and why', async () => {
    const [old, young] = await create({ external: 'merge' }, { email: 'merge@example.com' });
    const { preview, after } = await both({ email: 'merge@example.com', external: 'merge', device: 'merge' });
    expect(preview).toMatchObject({
      outcome: 'MERGE',
      profiles: [{ id: young }, { id: old }],
      survivor: { id: old },
    });
    expect(preview.reasons).toEqual([
      expect.stringMatching(`belong to 2 profiles.*${old} would stay: It is the oldest`),
    ]);
    expect(after.mergedFrom.nodes).toEqual([{ absorbedId: young }]);
  });

  it('says that it would leave an identifier aside, and why, rather than exceed a limit', async () => {
    const [first, second] = await create(
      { external: 'limit-1' },
      { external: 'limit-2', email: 'limit@example.com' },
    );
    const { preview, after } = await both({ external: 'limit-1', email: 'limit@example.com' });
    expect(preview).toMatchObject({ outcome: 'MATCH', profiles: [{ id: first }], survivor: { id: first } });
    expect(preview.identifiers).toEqual([
      {
        namespace: 'external',
        value: 'limit-1',
        fate: 'KEPT',
        heldBy: { id: first },
        reason: 'It leads to the profile.',
      },
      {
        namespace: 'email',
        value: 'limit@example.com',
        fate: 'DEMOTED',
        heldBy: { id: second },
        reason: expect.stringContaining(
          'would hold 2 identifiers of the namespace external, which allows 1;',
        ),
      },
    ]);
    expect(preview.reasons[1]).toMatch(/^The identifier of the namespace email would be left aside/);
    expect(after.identityConflicts.nodes).toEqual([expect.objectContaining({ heldBy: { id: second } })]);
    expect((await profile(second!)).mergedFrom.nodes).toEqual([]);
  });

  it('says that it would leave one aside that nobody holds', async () => {
    const { preview } = await both({ external: 'both-1', device: 'both' });
    expect(preview.outcome).toBe('CREATE');
    const answer = await gql(server, IDENTITY, {
      identifiers: [...sent({ external: 'both-2' }), ...sent({ external: 'both-3', device: 'both-3' })],
    });
    const { outcome, identifiers } = expectNoErrors(answer).previewIdentity as IdentityPreview;
    expect(outcome).toBe('CREATE');
    expect(identifiers.map(({ value, fate }) => [value, fate])).toEqual([
      ['both-2', 'KEPT'],
      ['both-3', 'DEMOTED'],
      ['both-3', 'DEMOTED'],
    ]);
  });

  it('says that it would be rejected, since all of it is blocked', async () => {
    const { preview } = await both({ external: 'null', device: 'unknown' });
    expect(preview).toMatchObject({ outcome: 'BLOCKED', profiles: [], survivor: null });
    expect(preview.identifiers.map(({ fate }) => fate)).toEqual(['BLOCKED', 'BLOCKED']);
    expect(preview.reasons).toEqual([expect.stringContaining('rejected')]);
  });

  it('says which identifier is blocked beside one that is not', async () => {
    const { preview } = await both({ external: 'unknown', email: 'beside@example.com' });
    expect(preview.outcome).toBe('CREATE');
    expect(preview.identifiers.map(({ fate }) => fate)).toEqual(['BLOCKED', 'KEPT']);
  });

  it('shows values masked without READ_PII', async () => {
    const key = await newKey(server, ['READ']);
    const { identifiers, reasons } = await previewIdentity({ device: 'limit', external: 'limit-1' }, { key });
    expect(identifiers.map(({ value }) => value)).toEqual(['***', '***']);
    expect(JSON.stringify([identifiers, reasons])).not.toMatch(/limit/);
  });

  it('refuses what an item would be refused for', async () => {
    const ask = (identifiers: object[]) => gql(server, IDENTITY, { identifiers });
    expectError(await ask([]), 'REQUIRED');
    expectError(await ask([{ namespace: 'nickname', value: 'x' }]), 'NAMESPACE_UNKNOWN');
    const error = expectError(await ask([{ namespace: 'email', value: 'nobody' }]), 'IDENTIFIER_INVALID');
    expect(error.extensions.argumentPath).toEqual(['identifiers', 0, 'value']);
  });

  it('knows nobody of another workspace', async () => {
    const other = await newTenant(server);
    expect(await previewIdentity({ external: 'limit-1' }, other)).toMatchObject({ outcome: 'CREATE' });
  });
});

describe('the preview of a merge', () => {
  /** Looks first, then merges. @returns both, when the merge did what the preview said */
  async function both(profileIds: string[], survivorId?: string) {
    const before = await snapshotTables(server);
    const preview = await previewMerge(profileIds, survivorId);
    expect(await snapshotTables(server)).toEqual(before);
    const answer = await gql(server, MERGE, { input: { profileIds, survivorId } });
    const { mergeProfiles } = expectNoErrors(answer);
    expect(mergeProfiles.userErrors).toEqual([]);
    expect(mergeProfiles.profile).toEqual(preview.survivor);
    const sorted = (moved: { kind: string }[]) => moved.toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
    expect(
      mergeProfiles.merges.map((merge: { absorbedId: string; moved: { kind: string }[] }) => ({
        ...merge,
        moved: sorted(merge.moved),
      })),
    ).toEqual(
      preview.merges.map(({ absorbed, moved }) => ({ absorbedId: absorbed.id, moved: sorted(moved) })),
    );
    const after = await profile(preview.survivor.id);
    expect(after.attributes).toEqual(
      preview.attributes
        .filter(({ stands }) => stands.value !== null)
        .map(({ key, stands: { value, setAt, source } }) => ({ key, value, setAt, source })),
    );
    return { preview, after };
  }

  async function person(
    identifiers: Identifiers,
    ...facts: { at: string; attributes: object }[]
  ): Promise<string> {
    const [id] = await seed(
      server,
      facts.map(({ at: occurredAt, attributes }) =>
        event(identifiers, 'visit', {}, { occurredAt, attributes }),
      ),
    );
    return id!;
  }

  it('says who would stay, what would move, and which value would stand, and why', async () => {
    const old = await person(
      { external: 'p-old', email: 'p-old@example.com' },
      { at: day(1), attributes: { city: 'Turin', only: 1, gone: 'x' } },
      { at: day(2), attributes: { plan: 'basic', same: true } },
    );
    const young = await person(
      { device: 'p-young' },
      { at: day(2), attributes: { city: 'Bonn', plan: 'plus', same: true } },
      { at: day(3), attributes: { gone: null } },
    );
    const { preview } = await both([young, old]);
    expect(preview).toMatchObject({
      survivor: { id: old },
      survivorReason: expect.stringMatching(/^It is the oldest: it was created at 20/),
      merges: [
        {
          absorbed: { id: young },
          moved: expect.arrayContaining([
            { kind: 'identifiers', count: 1 },
            { kind: 'events', count: 2 },
          ]),
        },
      ],
      exceededLimits: [],
    });
    const told = Object.fromEntries(
      preview.attributes.map(({ key, stands, givesWay }) => [
        key,
        [
          stands.profile.id === old ? 'old' : 'young',
          stands.value,
          stands.reason,
          givesWay.map((one) => one.reason),
        ],
      ]),
    );
    expect(told).toEqual({
      city: [
        'young',
        'Bonn',
        'It is the newest.',
        [`It is older: said for ${day(1)}, and what stands for ${day(2)}.`],
      ],
      gone: [
        'young',
        null,
        'It is the newest.',
        [`It is older: said for ${day(1)}, and what stands for ${day(3)}.`],
      ],
      only: ['old', 1, `Only ${old} says anything of it.`, []],
      plan: [
        'young',
        'plus',
        'Nothing newer is known, and of what is said for the same instant it arrived last.',
        ['It was said for the same instant, and arrived earlier.'],
      ],
      same: [
        expect.any(String),
        true,
        'Nothing newer is known, and of what is said for the same instant it arrived last.',
        ['It was said for the same instant, and arrived earlier.'],
      ],
    });
  });

  it('says so when a limit would be exceeded, which a merge by hand may', async () => {
    const [a, b, c] = await create({ external: 'e-1' }, { external: 'e-2' }, { external: 'e-3' });
    const { preview, after } = await both([a!, b!, c!], c);
    expect(preview).toMatchObject({
      survivor: { id: c },
      survivorReason: 'It was asked for.',
      exceededLimits: [{ namespace: 'external', count: 3, limit: 1 }],
    });
    expect(preview.merges.map(({ absorbed }) => absorbed.id)).toEqual([a, b]);
    expect(after.identifiers.nodes).toHaveLength(3);
  });

  it('takes the id of an absorbed profile for its survivor, and a survivor that is not among the ids', async () => {
    const [a, b, c] = await create({ device: 'x-1' }, { device: 'x-2' }, { device: 'x-3' });
    await both([a!, b!]);
    const { preview } = await both([b!], c);
    expect(preview).toMatchObject({ survivor: { id: c }, merges: [{ absorbed: { id: a } }] });
  });

  it('refuses what the merge would be refused for, and leaks nobody of another workspace', async () => {
    const [a, b] = await create({ device: 'r-1' }, { device: 'r-2' });
    const ask = (profileIds: string[], asking: Asking = {}) =>
      gql(server, PREVIEW, { input: { profileIds } }, asking);
    expectError(await ask([a!]), 'MERGE_TOO_FEW');
    expectError(await ask([a!, a!]), 'MERGE_TOO_FEW');
    expectError(await ask(Array<string>(21).fill(a!)), 'TOO_MANY');
    const error = expectError(await ask([a!, 'profile_0']), 'PROFILE_UNKNOWN');
    expect(error.extensions.argumentPath).toEqual(['input', 'profileIds', 1]);
    expectError(await ask([a!, b!], await newTenant(server)), 'PROFILE_UNKNOWN');
  });
});
