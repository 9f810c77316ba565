import {
  defineNamespace,
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
import type { ChannelInput, TestServer } from '../kit/index.js';
import { channelsOf, tell, telling } from './consent-kit.js';

const DAY = (day: number) => `2026-02-${String(day).padStart(2, '0')}T10:20:30.000Z`;
const HOUR = (day: number) => `2026-02-${String(day).padStart(2, '0')}T10:00:00.000Z`;
const EMAIL = { type: 'EMAIL', endpoint: 'ada@example.com' };

let server: TestServer;
let tenant: TestServer;

beforeAll(async () => {
  server = await startServer({ clock: new ManualClock('2026-03-01T12:00:00.000Z') });
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
});

const ends = async (who: string) =>
  (await channelsOf(tenant, who)).map(
    ({ type, endpoint, isActive }: { type: string; endpoint: string; isActive: boolean }) =>
      `${type} ${endpoint}${isActive ? '' : ' (inactive)'}`,
  );

async function isContactable(who: string, channel = 'EMAIL', purpose = 'marketing'): Promise<boolean> {
  const query = `query ($who: String!, $channel: ChannelType!, $purpose: String!) {
    profileByIdentifier(namespace: "external", value: $who) { isContactable(channel: $channel, purpose: $purpose) } }`;
  return expectNoErrors(await gql(tenant, query, { who, channel, purpose })).profileByIdentifier
    .isContactable;
}

describe('a channel', () => {
  it('shows all that was told of it', async () => {
    const told = {
      ...EMAIL,
      endpoint: ' Ada@Example.COM ',
      isReachable: true,
      verified: { by: 'double-opt-in', at: DAY(2) },
      consents: [
        {
          state: 'GRANTED',
          at: DAY(1),
          expiresAt: DAY(28),
          legalBasis: 'CONSENT',
          evidence: { form: 'footer' },
        },
        { purpose: 'service', state: 'DENIED' },
      ],
    };
    await tell(tenant, 'ada', [{ ...told, consents: [] }], { occurredAt: DAY(3) });
    await tell(tenant, 'ada', [told], { occurredAt: '2026-03-01T11:00:00.000Z' });
    const source = { key: 'default' };
    expect(await channelsOf(tenant, 'ada')).toEqual([
      {
        ...EMAIL,
        isActive: true,
        isReachable: true,
        verifiedAt: DAY(2),
        verifiedBy: 'double-opt-in',
        firstSeenAt: DAY(3),
        lastSeenAt: '2026-03-01T11:00:00.000Z',
        source,
        consents: [
          {
            purpose: 'service',
            state: 'DENIED',
            at: '2026-03-01T11:00:00.000Z',
            expiresAt: null,
            legalBasis: null,
            evidence: null,
            source,
          },
        ],
      },
    ]);
  });

  it('is known by its endpoint in canonical form, in each type apart', async () => {
    await tell(tenant, 'ada', [
      { type: 'SMS', endpoint: '+32 470 12 34 56' },
      { type: 'WHATSAPP', endpoint: '+32470123456' },
      { type: 'SMS', endpoint: '+32470123456' },
      { type: 'PUSH', endpoint: ' Token ' },
      { type: 'POSTAL', endpoint: 'Rue de la Loi 16, 1000 Bruxelles' },
    ]);
    expect(await ends('ada')).toEqual([
      'POSTAL Rue de la Loi 16, 1000 Bruxelles',
      'PUSH Token',
      'SMS +32470123456',
      'WHATSAPP +32470123456',
    ]);
  });

  it('never makes two people one, and is no identifier', async () => {
    await tell(tenant, 'ada', [EMAIL]);
    await tell(tenant, 'bob', [EMAIL]);
    const query =
      '{ profiles { nodes { identifiers { nodes { namespace: namespaceKey } } attributes { key } channels { nodes { endpoint } } } } }';
    expect(expectNoErrors(await gql(tenant, query)).profiles.nodes).toEqual(
      Array(2).fill({
        identifiers: { nodes: [{ namespace: 'external' }] },
        attributes: [],
        channels: { nodes: [{ endpoint: EMAIL.endpoint }] },
      }),
    );
  });

  it.each([
    ['in order', [0, 1, 2, 3]],
    ['backwards', [4, 3, 1, 0]],
    ['mixed', [2, 0, 3, 1]],
  ])('shows the newest word on whether it is used and reached, told %s', async (_how, order) => {
    const told: [number, Partial<ChannelInput>][] = [
      [1, { isActive: true, isReachable: false }],
      [2, { isActive: false, verified: { by: 'code' } }],
      [3, { isReachable: true }],
      [3, { isReachable: false }],
      [2, { isReachable: true }],
    ];
    for (const index of order) {
      const [day, rest] = told[index] ?? [0, {}];
      await tell(tenant, 'ada', [{ ...EMAIL, ...rest }], { occurredAt: DAY(day) });
    }
    expect(await channelsOf(tenant, 'ada')).toMatchObject([
      {
        isActive: false,
        isReachable: false,
        verifiedAt: DAY(2),
        verifiedBy: 'code',
        firstSeenAt: DAY(1),
        lastSeenAt: HOUR(3),
      },
    ]);
  });

  it('takes the place of another, which stays in history', async () => {
    await tell(tenant, 'ada', [{ type: 'PUSH', endpoint: 'old' }], { occurredAt: DAY(1) });
    await tell(tenant, 'ada', [{ type: 'PUSH', endpoint: 'new', replaces: 'old' }], { occurredAt: DAY(2) });
    expect(await ends('ada')).toEqual(['PUSH old (inactive)', 'PUSH new']);
    await tell(tenant, 'ada', [{ type: 'PUSH', endpoint: 'old', isActive: true }], { occurredAt: DAY(3) });
    expect(await ends('ada')).toEqual(['PUSH old', 'PUSH new']);
  });

  it('is masked for keys without READ_PII, and so is evidence', async () => {
    const consents = [{ state: 'GRANTED', evidence: 'call 7' }];
    await tell(tenant, 'ada', [
      { ...EMAIL, consents },
      { type: 'SMS', endpoint: '+32470123456' },
      { type: 'PUSH', endpoint: 'token' },
    ]);
    const key = await newKey(tenant, ['READ']);
    const seen = await channelsOf(tenant, 'ada', { key });
    expect(seen.map(({ endpoint }: { endpoint: string }) => endpoint)).toEqual(['***', '***', '***']);
    expect(seen[0].consents).toMatchObject([{ state: 'GRANTED', evidence: null }]);
  });

  it('goes with its person in a merge, and comes back in the undo', async () => {
    await defineNamespace(tenant, { key: 'card', semanticType: 'OTHER' });
    await seed(tenant, [item({ external: 'ada', card: '1' })]);
    await tell(tenant, 'ada', [{ ...EMAIL, isActive: false }], { occurredAt: DAY(2) });
    await seed(tenant, [
      item({ card: '2' }, { channels: [EMAIL, { type: 'PUSH', endpoint: 't' }], occurredAt: DAY(1) }),
    ]);
    const link = item({ card: '1' });
    await seed(tenant, [{ ...link, identifiers: [...link.identifiers, { namespace: 'card', value: '2' }] }]);
    expect(await ends('ada')).toEqual(['EMAIL ada@example.com (inactive)', 'PUSH t']);
    expect((await channelsOf(tenant, 'ada'))[0]).toMatchObject({ firstSeenAt: DAY(1), lastSeenAt: HOUR(2) });
    const merges = expectNoErrors(await gql(tenant, '{ merges { nodes { id moved { kind count } } } }'))
      .merges.nodes;
    expect(merges[0].moved).toContainEqual({ kind: 'channels', count: 2 });
    const undo = `mutation ($id: ID!) { unmergeProfiles(input: { mergeId: $id }) { userErrors { code } } }`;
    expect(expectNoErrors(await gql(tenant, undo, merges[0])).unmergeProfiles.userErrors).toEqual([]);
    expect(await ends('ada')).toEqual(['EMAIL ada@example.com (inactive)']);
  });
});

describe('a person is contactable', () => {
  const granted = [{ state: 'GRANTED' }];

  it('with an active channel of the type and consent for the purpose', async () => {
    await tell(tenant, 'ada', [{ ...EMAIL, consents: granted }]);
    expect([
      await isContactable('ada'),
      await isContactable('ada', 'SMS'),
      await isContactable('ada', 'EMAIL', 'service'),
    ]).toEqual([true, false, false]);
  });

  it.each([
    ['inactive', { consents: granted, isActive: false }],
    ['said not to be reached', { consents: granted, isReachable: false }],
    ['without consent', {}],
    ['denied', { consents: [{ state: 'DENIED' }] }],
    ['waiting for a confirmation', { consents: [{ state: 'PENDING' }] }],
  ])('not by one that is %s', async (_what, rest) => {
    await tell(tenant, 'ada', [{ ...EMAIL, ...rest }]);
    expect(await isContactable('ada')).toBe(false);
  });

  it('not by consent for one channel and the activity of another', async () => {
    await tell(tenant, 'ada', [
      { ...EMAIL, isActive: false, consents: granted },
      { type: 'EMAIL', endpoint: 'other@example.com' },
    ]);
    expect(await isContactable('ada')).toBe(false);
  });
});

const emailsOf = (parts: readonly Partial<ChannelInput>[]) => parts.map((part) => ({ ...EMAIL, ...part }));

describe('a part is left out with a warning when', () => {
  const long = 'x'.repeat(501);
  it.each<[string, Partial<ChannelInput>[], string, string]>([
    ['an address is none', [{ endpoint: 'ada' }], 'CHANNEL_INVALID', 'channels.0.endpoint'],
    ['a number is none', [EMAIL, { type: 'SMS', endpoint: '12' }], 'CHANNEL_INVALID', 'channels.1.endpoint'],
    ['an endpoint is empty', [{ type: 'PUSH', endpoint: ' ' }], 'REQUIRED', 'channels.0.endpoint'],
    ['an endpoint is too long', [{ type: 'PUSH', endpoint: long }], 'TOO_LONG', 'channels.0.endpoint'],
    ['it replaces what is none', [{ replaces: 'ada' }], 'CHANNEL_INVALID', 'channels.0.replaces'],
    ['how it was verified is not said', [{ verified: { by: '' } }], 'REQUIRED', 'channels.0.verified.by'],
    [
      'it was verified in the future',
      [{ verified: { by: 'code', at: '2026-03-03T00:00:00Z' } }],
      'OCCURRED_AT_AHEAD',
      'channels.0.verified.at',
    ],
    [
      'a purpose is none',
      [{ consents: [{ state: 'GRANTED' }, { state: 'DENIED', purpose: 'fun' }] }],
      'PURPOSE_UNKNOWN',
      'channels.0.consents.1.purpose',
    ],
    [
      'consent expires before it is given',
      [{ consents: [{ state: 'GRANTED', at: DAY(2), expiresAt: DAY(2) }] }],
      'INVALID_VALUE',
      'channels.0.consents.0.expiresAt',
    ],
    [
      'evidence is too long',
      [{ consents: [{ state: 'GRANTED', evidence: 'x'.repeat(10_000) }] }],
      'TOO_LONG',
      'channels.0.consents.0.evidence',
    ],
  ])('%s', async (_what, channels, code, path) => {
    const [result] = await ingest(tenant, [telling('ada', emailsOf(channels))]);
    expect(result).toMatchObject({ status: 'ACCEPTED', errors: [] });
    expect(result?.warnings.map((warning) => [warning.code, warning.path.slice(3).join('.')])).toEqual([
      [code, path],
    ]);
  });
});

describe('an item is rejected, and nothing of it is kept, when', () => {
  it.each<[string, Partial<ChannelInput>[], string, string]>([
    [
      'there are 21 consents',
      [{ consents: Array.from({ length: 21 }, () => ({ state: 'GRANTED' })) }],
      'TOO_MANY',
      'channels.0.consents',
    ],
    ['there are 21 channels', Array.from({ length: 21 }, () => ({})), 'TOO_MANY', 'channels'],
  ])('%s', async (_what, channels, code, path) => {
    const before = await snapshotTables(tenant, { except: ['quarantine'] });
    const [result] = await ingest(tenant, [telling('ada', emailsOf(channels))]);
    expect(result?.errors.map((error) => [error.code, error.path.slice(3).join('.')])).toEqual([
      [code, path],
    ]);
    expect(await snapshotTables(tenant, { except: ['quarantine'] })).toEqual(before);
  });
});

it('takes part in what makes an item the same: other consent under the same externalId is a conflict', async () => {
  const sent = telling('ada', [{ ...EMAIL, consents: [{ state: 'GRANTED' }] }]);
  await seed(tenant, [sent]);
  expect(await ingest(tenant, [sent])).toMatchObject([{ status: 'DUPLICATE' }]);
  const other = { ...sent, channels: [{ ...EMAIL, consents: [{ state: 'DENIED' }] }] };
  expect(await ingest(tenant, [other])).toMatchObject([{ status: 'CONFLICT' }]);
});
