import {
  createSegment,
  event,
  eventually,
  expectNoErrors,
  gql,
  ingest,
  item,
  ManualClock,
  newTenant,
  seed,
  startServer,
} from '../kit/index.js';
import type { ChannelInput, ItemInput, TestServer } from '../kit/index.js';
import { statesOf, tell, telling } from './consent-kit.js';

type Said = NonNullable<ChannelInput['consents']>[number];

const EMAIL = { type: 'EMAIL', endpoint: 'ada@example.com' };
const NOW = '2026-03-01T12:00:00.000Z';
const AT = (day: number) => `2026-02-${String(day).padStart(2, '0')}T00:00:00.000Z`;
const GRANTED = { state: 'GRANTED' };

let server: TestServer;
let clock: ManualClock;
let tenant: TestServer;

beforeAll(async () => {
  clock = new ManualClock();
  server = await startServer({ clock });
});

beforeEach(async () => {
  clock.set(NOW);
  tenant = { ...server, ...(await newTenant(server)) };
});

const channelsSaying = (...consents: Said[]) => [{ ...EMAIL, consents }];
const say = (consent: Said, rest: Partial<ItemInput> = {}) =>
  tell(tenant, 'ada', channelsSaying(consent), rest);
const state = async (purpose?: string) => (await statesOf(tenant, 'ada', purpose))[0]?.split(': ')[1];

async function isReachable(namespace = 'external', value = 'ada'): Promise<boolean> {
  const query = `query ($namespace: String!, $value: String!) {
    profileByIdentifier(namespace: $namespace, value: $value) { isContactable(channel: EMAIL) } }`;
  return expectNoErrors(await gql(tenant, query, { namespace, value })).profileByIdentifier.isContactable;
}

async function emailable(): Promise<number> {
  const rule = { channel: { type: 'EMAIL', consent: 'GRANTED' } };
  const query = 'query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } }';
  return expectNoErrors(await gql(tenant, query, { rule })).previewSegment.count;
}

describe('a refusal stands', () => {
  it.each(['REVOKED', 'DENIED'])(
    'when it is %s and a list without dates is imported once more',
    async (refusal) => {
      await say(GRANTED);
      await say({ state: refusal, at: AT(2) });
      clock.advance(86_400_000);
      await say(GRANTED);
      expect([await state(), await isReachable(), await emailable()]).toEqual([refusal, false, 0]);
    },
  );

  const BARE: [string, Said, Partial<ItemInput>][] = [
    ['nothing else', GRANTED, {}],
    ['no date, in an event', GRANTED, { type: 'imported' }],
    ['the date of an import', GRANTED, { occurredAt: NOW }],
    [
      'a legal basis and an end',
      { ...GRANTED, legalBasis: 'CONSENT', expiresAt: '2027-01-01T00:00:00Z' },
      {},
    ],
    ...[{}, [], '', ' ', false, null, { form: '', page: null }, [' ']].map(
      (evidence): [string, Said, Partial<ItemInput>] => [
        `evidence of nothing: ${JSON.stringify(evidence)}`,
        { ...GRANTED, evidence },
        {},
      ],
    ),
    ['an older date', { ...GRANTED, at: AT(1) }, {}],
    ['an older date of its event', GRANTED, { type: 'signed_up', occurredAt: AT(1) }],
    ['the same date', { ...GRANTED, at: AT(2) }, {}],
    ['evidence of an opt-in before', { ...GRANTED, evidence: { list: '2019' } }, {}],
  ];
  it.each(BARE)('against a grant with %s', async (_what, grant, rest) => {
    await say({ state: 'GRANTED', evidence: { list: '2019' }, at: AT(1) });
    await say({ state: 'REVOKED', at: AT(2) });
    await say(grant, rest);
    expect([await state(), await isReachable(), await emailable()]).toEqual(['REVOKED', false, 0]);
  });

  it('in one request without dates, whichever comes first', async () => {
    await seed(tenant, [
      telling('ada', channelsSaying({ state: 'REVOKED' })),
      telling('ada', channelsSaying(GRANTED)),
      telling('bob', channelsSaying(GRANTED)),
      telling('bob', channelsSaying({ state: 'REVOKED' })),
      telling('eve', channelsSaying(GRANTED, { state: 'REVOKED' })),
      telling('fay', channelsSaying({ state: 'DENIED' }, GRANTED)),
    ]);
    const states = await Promise.all(['ada', 'bob', 'eve', 'fay'].map((who) => statesOf(tenant, who)));
    expect(states.flat()).toEqual(
      ['REVOKED', 'REVOKED', 'REVOKED', 'DENIED'].map((said) => `EMAIL ada@example.com: ${said}`),
    );
  });

  it.each(['30/11/2026', 'yesterday', '2026-02-30T00:00:00Z', 20261130])(
    'when its date cannot be read (%j), against a grant before it in one request',
    async (at) => {
      const results = await ingest(tenant, [
        telling('ada', channelsSaying({ state: 'GRANTED', evidence: { form: 2 } })),
        telling('ada', channelsSaying({ state: 'REVOKED', at: at as string })),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['ACCEPTED', 'ACCEPTED']);
      expect([await state(), await isReachable(), await emailable()]).toEqual(['REVOKED', false, 0]);
    },
  );

  it('also when the grant without a date arrived first, and the refusal is dated before that', async () => {
    await say(GRANTED);
    await say({ state: 'REVOKED', at: AT(2) });
    expect(await state()).toBe('REVOKED');
  });

  it('though what was asked in between is pending', async () => {
    await say({ state: 'REVOKED', at: AT(2) });
    await say({ state: 'PENDING' });
    await say(GRANTED);
    expect([await state(), await isReachable()]).toEqual(['PENDING', false]);
  });

  it('in whatever spelling the address comes again', async () => {
    await say({ state: 'REVOKED', at: AT(2) });
    await tell(tenant, 'ada', [{ type: 'EMAIL', endpoint: ' ADA@Example.COM ', consents: [GRANTED] }]);
    expect(await statesOf(tenant, 'ada')).toEqual(['EMAIL ada@example.com: REVOKED']);
  });

  it('in a merge against the other’s grant, which counts again after the undo', async () => {
    await say({ state: 'REVOKED', at: AT(2) });
    await seed(tenant, [item({ device: 'd' }, { channels: channelsSaying(GRANTED) })]);
    expect(await isReachable('device', 'd')).toBe(true);
    await seed(tenant, [item({ external: 'ada', device: 'd' })]);
    expect([await isReachable(), await isReachable('device', 'd')]).toEqual([false, false]);
    const { merges } = expectNoErrors(await gql(tenant, '{ merges { nodes { id } } }'));
    const undo = 'mutation ($id: ID!) { unmergeProfiles(input: { mergeId: $id }) { userErrors { code } } }';
    expectNoErrors(await gql(tenant, undo, merges.nodes[0]));
    expect([await isReachable(), await isReachable('device', 'd')]).toEqual([false, true]);
  });
});

describe('a refusal is lifted', () => {
  it.each<[string, Said, Partial<ItemInput>]>([
    ['a later date', { ...GRANTED, at: AT(3) }, {}],
    ['a later date of the event that it is part of', GRANTED, { type: 'signed_up', occurredAt: AT(3) }],
    ['evidence', { ...GRANTED, evidence: { form: 'footer' } }, {}],
    ['evidence in a text', { ...GRANTED, evidence: 'call 7' }, {}],
    ['a later date and the evidence of before', { ...GRANTED, at: AT(3), evidence: { list: '2019' } }, {}],
  ])('by a grant with %s, and then by others as before', async (_what, grant, rest) => {
    await say({ state: 'GRANTED', evidence: { list: '2019' }, at: AT(1) });
    await say({ state: 'REVOKED', at: AT(2) });
    await say(grant, rest);
    expect([await state(), await isReachable(), await emailable()]).toEqual(['GRANTED', true, 1]);
    await say(GRANTED);
    expect(await state()).toBe('GRANTED');
  });

  it('for its purpose, and its address, alone', async () => {
    await say({ state: 'REVOKED', purpose: 'service', at: AT(2) });
    await tell(tenant, 'ada', [
      { type: 'EMAIL', endpoint: 'other@example.com', consents: [{ state: 'REVOKED', at: AT(2) }] },
    ]);
    await say(GRANTED);
    expect(await statesOf(tenant, 'ada')).toEqual([
      'EMAIL ada@example.com: GRANTED',
      'EMAIL other@example.com: REVOKED',
    ]);
    expect(await state('service')).toBe('REVOKED');
  });

  it('by its own end, at which a segment changes with no item', async () => {
    await createSegment(tenant, 'emailable', { channel: { type: 'EMAIL', consent: 'GRANTED' } });
    const size = async () =>
      expectNoErrors(await gql(tenant, '{ segment(key: "emailable") { size } }')).segment.size;
    await say({ state: 'DENIED', at: AT(2), expiresAt: '2026-03-01T13:00:00.000Z' });
    await say(GRANTED);
    expect([await state(), await size()]).toEqual(['DENIED', 0]);
    clock.set('2026-03-01T13:00:00.000Z');
    expect(await state()).toBe('GRANTED');
    await eventually('she has come', async () => (await size()) === 1);
  });

  it('no longer than the grant that lifts it lasts', async () => {
    await say({ state: 'REVOKED', at: AT(2) });
    await say({ ...GRANTED, at: AT(3), expiresAt: '2026-03-01T13:00:00.000Z' });
    await say(GRANTED);
    expect(await state()).toBe('GRANTED');
    clock.set('2026-03-01T13:00:00.000Z');
    expect([await state(), await isReachable()]).toEqual(['REVOKED', false]);
  });
});

it('without dates the last to arrive stands, where nobody refused', async () => {
  const last = async (...states: string[]) => {
    tenant = { ...server, ...(await newTenant(server)) };
    await seed(
      tenant,
      states.map((one) => telling('ada', channelsSaying({ state: one }))),
    );
    return state();
  };
  expect(await last('PENDING', 'GRANTED')).toBe('GRANTED');
  expect(await last('GRANTED', 'PENDING')).toBe('PENDING');
  expect(await last('PENDING', 'UNKNOWN', 'GRANTED', 'UNKNOWN')).toBe('UNKNOWN');
  expect(await last('REVOKED', 'DENIED')).toBe('DENIED');
});

it('the ledger keeps a grant that lifts nothing, and tells what each rests on', async () => {
  await say({ state: 'REVOKED', at: AT(2) });
  await say({ ...GRANTED, evidence: 'call 7' });
  await seed(tenant, [
    event({ external: 'ada' }, 'signed_up', {}, { occurredAt: AT(3), channels: channelsSaying(GRANTED) }),
  ]);
  await say(GRANTED);
  const query =
    '{ profileByIdentifier(namespace: "external", value: "ada") { consentHistory { nodes { state backing at } } } }';
  expect(expectNoErrors(await gql(tenant, query)).profileByIdentifier.consentHistory.nodes).toEqual([
    { state: 'GRANTED', backing: 'NONE', at: NOW },
    { state: 'GRANTED', backing: 'EVIDENCE', at: NOW },
    { state: 'GRANTED', backing: 'DATED', at: AT(3) },
    { state: 'REVOKED', backing: 'DATED', at: AT(2) },
  ]);
});
