import {
  createSegment,
  expectNoErrors,
  gql,
  item,
  ManualClock,
  newTenant,
  seed,
  snapshotTables,
  startServer,
  eventually,
} from '../kit/index.js';
import type { ChannelInput, TestServer } from '../kit/index.js';
import { statesOf, tell } from './consent-kit.js';

type Said = NonNullable<ChannelInput['consents']>[number];

const EMAIL = { type: 'EMAIL', endpoint: 'ada@example.com' };
const AT = (day: number) => `2026-02-${String(day).padStart(2, '0')}T00:00:00.000Z`;

let server: TestServer;
let clock: ManualClock;
let tenant: TestServer;

beforeAll(async () => {
  clock = new ManualClock();
  server = await startServer({ clock });
});

beforeEach(async () => {
  clock.set('2026-03-01T00:00:00.000Z');
  tenant = { ...server, ...(await newTenant(server)) };
});

const say = (...consents: Said[]) => tell(tenant, 'ada', [{ ...EMAIL, consents }]);
const state = async () => (await statesOf(tenant, 'ada'))[0]?.split(': ')[1];

describe('the state of consent', () => {
  it('is UNKNOWN while nothing was said, and for other purposes', async () => {
    await say();
    expect(await state()).toBe('UNKNOWN');
    await say({ state: 'GRANTED', purpose: 'service' });
    expect(await state()).toBe('UNKNOWN');
  });

  it.each([
    ['GRANTED', 'DENIED'],
    ['DENIED', 'GRANTED'],
    ['GRANTED', 'REVOKED'],
    ['PENDING', 'GRANTED'],
  ])('is the newest by when it was said: after %s, %s', async (before, after) => {
    await say({ state: after, at: AT(2) });
    await say({ state: before, at: AT(1) });
    expect(await state()).toBe(after);
  });

  it.each([
    ['DENIED', 'GRANTED', 'DENIED'],
    ['REVOKED', 'GRANTED', 'REVOKED'],
    ['REVOKED', 'DENIED', 'REVOKED'],
    ['PENDING', 'GRANTED', 'PENDING'],
    ['PENDING', 'DENIED', 'DENIED'],
    ['UNKNOWN', 'GRANTED', 'UNKNOWN'],
  ])('is, of %s and %s at the same instant, %s', async (one, other, wins) => {
    await say({ state: one, at: AT(1) }, { state: other, at: AT(1) });
    expect(await state()).toBe(wins);
  });

  it('is what was valid before when the newest has expired: a grant never hides a denial', async () => {
    await say(
      { state: 'DENIED', at: AT(1) },
      { state: 'GRANTED', at: AT(2), expiresAt: '2026-03-02T00:00:00.000Z' },
    );
    expect(await state()).toBe('GRANTED');
    clock.set('2026-03-02T00:00:00.000Z');
    expect(await state()).toBe('DENIED');
  });

  it('is UNKNOWN when all that was said has expired', async () => {
    await say({ state: 'GRANTED', at: AT(1), expiresAt: AT(2) });
    expect(await state()).toBe('UNKNOWN');
  });

  it('begins when it was said, also when that is tomorrow', async () => {
    await say({ state: 'GRANTED', at: AT(1) }, { state: 'REVOKED', at: '2026-03-01T12:00:00.000Z' });
    expect(await state()).toBe('GRANTED');
    clock.set('2026-03-01T12:00:00.000Z');
    expect(await state()).toBe('REVOKED');
  });

  it('is of each channel by itself', async () => {
    await say({ state: 'GRANTED' });
    await tell(tenant, 'ada', [
      { type: 'EMAIL', endpoint: 'other@example.com', consents: [{ state: 'DENIED' }] },
    ]);
    expect(await statesOf(tenant, 'ada')).toEqual([
      'EMAIL ada@example.com: GRANTED',
      'EMAIL other@example.com: DENIED',
    ]);
  });

  it('comes from the ledgers of both after a merge, by the same rules, and from its own after the undo', async () => {
    await say({ state: 'GRANTED', at: AT(2) });
    await seed(tenant, [
      item({ device: 'd' }, { channels: [{ ...EMAIL, consents: [{ state: 'REVOKED', at: AT(3) }] }] }),
    ]);
    expect(await state()).toBe('GRANTED');
    await seed(tenant, [item({ external: 'ada', device: 'd' })]);
    expect(await state()).toBe('REVOKED');
    const { merges } = expectNoErrors(await gql(tenant, '{ merges { nodes { id } } }'));
    const undo = `mutation ($id: ID!) { unmergeProfiles(input: { mergeId: $id }) { userErrors { code } } }`;
    expectNoErrors(await gql(tenant, undo, merges.nodes[0]));
    expect(await state()).toBe('GRANTED');
  });
});

describe('the ledger', () => {
  const history = async (first: number, after: string | null = null) => {
    const query = `query ($first: Int, $after: String) { profileByIdentifier(namespace: "external", value: "ada") {
      consentHistory(first: $first, after: $after) { nodes { purpose: purposeKey state at expiresAt channel: channelType endpoint receivedAt source { key } } pageInfo { endCursor hasNextPage } } } }`;
    return expectNoErrors(await gql(tenant, query, { first, after })).profileByIdentifier.consentHistory;
  };

  it('keeps everything that was ever said, newest first, in pages', async () => {
    await say({ state: 'GRANTED', at: AT(2), expiresAt: AT(4) });
    await say({ state: 'DENIED', at: AT(3), purpose: 'service' }, { state: 'PENDING', at: AT(1) });
    const { nodes, pageInfo } = await history(2);
    const rest = { channel: 'EMAIL', endpoint: 'ada@example.com', receivedAt: '2026-03-01T00:00:00.000Z' };
    expect(nodes).toEqual([
      {
        purpose: 'service',
        state: 'DENIED',
        at: AT(3),
        expiresAt: null,
        source: { key: 'default' },
        ...rest,
      },
      {
        purpose: 'marketing',
        state: 'GRANTED',
        at: AT(2),
        expiresAt: AT(4),
        source: { key: 'default' },
        ...rest,
      },
    ]);
    expect(pageInfo.hasNextPage).toBe(true);
    expect((await history(2, pageInfo.endCursor)).nodes).toMatchObject([{ state: 'PENDING', at: AT(1) }]);
  });
});

describe('the purposes of a workspace', () => {
  const call = async (verb: string, input: Record<string, unknown>) => {
    const type = `${verb[0]?.toUpperCase()}${verb.slice(1)}Input!`;
    const query = `mutation ($input: ${type}) { ${verb}(input: $input) { purpose { key label description isShipped } userErrors { code path } } }`;
    return expectNoErrors(await gql(tenant, query, { input }))[verb];
  };
  const keys = async () =>
    expectNoErrors(await gql(tenant, '{ purposes { key } }')).purposes.map(({ key }: { key: string }) => key);

  it('are those that are shipped, and its own', async () => {
    const shipped = ['marketing', 'profiling', 'research', 'service', 'transactional'];
    expect(await keys()).toEqual(shipped);
    expect(await call('definePurpose', { key: 'fun', label: 'Fun' })).toEqual({
      purpose: { key: 'fun', label: 'Fun', description: null, isShipped: false },
      userErrors: [],
    });
    await tell(tenant, 'ada', [{ ...EMAIL, consents: [{ state: 'GRANTED', purpose: 'fun' }] }]);
    expect(await statesOf(tenant, 'ada', 'fun')).toEqual(['EMAIL ada@example.com: GRANTED']);
    expect((await call('updatePurpose', { key: 'fun', description: 'Games.' })).purpose.description).toBe(
      'Games.',
    );
    expect(await call('deletePurpose', { key: 'fun' })).toEqual({ purpose: null, userErrors: [] });
    expect(await keys()).toEqual(shipped);
  });

  it.each([
    ['definePurpose', { key: 'service', label: 'x' }, 'KEY_TAKEN', 'key'],
    ['definePurpose', { key: 'No', label: 'x' }, 'KEY_INVALID', 'key'],
    ['definePurpose', { key: 'no', label: '' }, 'REQUIRED', 'label'],
    ['updatePurpose', { key: 'none' }, 'DEFINITION_UNKNOWN', 'key'],
    ['deletePurpose', { key: 'none' }, 'DEFINITION_UNKNOWN', 'key'],
    ['deletePurpose', { key: 'service' }, 'DEFINITION_SHIPPED', 'key'],
  ])('refuse %s of %j', async (verb, input, code, field) => {
    const before = await snapshotTables(tenant);
    expect((await call(verb, input)).userErrors).toEqual([{ code, path: ['input', field] }]);
    expect(await snapshotTables(tenant)).toEqual(before);
  });
});

describe('a segment by channel', () => {
  const members = async (key: string) => {
    const query = `query ($key: String!) { segment(key: $key) { members { nodes { identifiers { nodes { value } } } } } }`;
    const { segment } = expectNoErrors(await gql(tenant, query, { key }));
    return segment.members.nodes
      .map((node: { identifiers: { nodes: { value: string }[] } }) => node.identifiers.nodes[0]?.value)
      .sort();
  };

  it('holds exactly those whom its rule fits, as they are told of', async () => {
    const rules = {
      emailable: { type: 'EMAIL', consent: 'GRANTED' },
      any: { type: 'EMAIL' },
      served: { type: 'EMAIL', consent: 'GRANTED', purpose: 'service' },
      unknown: { type: 'EMAIL', consent: 'UNKNOWN' },
      bouncing: { type: 'EMAIL', isReachable: false },
      fine: { type: 'EMAIL', isReachable: true, isVerified: true },
      unverified: { type: 'EMAIL', isVerified: false },
    };
    for (const [key, channel] of Object.entries(rules)) await createSegment(tenant, key, { channel });
    await createSegment(tenant, 'nothing', { not: { channel: { type: 'EMAIL' } } });
    const people: Record<string, Partial<ChannelInput>> = {
      granted: { consents: [{ state: 'GRANTED' }] },
      denied: { consents: [{ state: 'DENIED' }] },
      served: { consents: [{ state: 'GRANTED', purpose: 'service' }] },
      inactive: { isActive: false, consents: [{ state: 'GRANTED' }] },
      bouncing: { isReachable: false, consents: [{ state: 'GRANTED' }] },
      verified: { isReachable: true, verified: { by: 'code' } },
      texted: { type: 'SMS', endpoint: '+32470123456', consents: [{ state: 'GRANTED' }] },
    };
    for (const [who, rest] of Object.entries(people)) await tell(tenant, who, [{ ...EMAIL, ...rest }]);
    expect(await members('emailable')).toEqual(['bouncing', 'granted']);
    expect(await members('any')).toEqual(['bouncing', 'denied', 'granted', 'served', 'verified']);
    expect(await members('served')).toEqual(['served']);
    expect(await members('unknown')).toEqual(['served', 'verified']);
    expect(await members('bouncing')).toEqual(['bouncing']);
    expect(await members('fine')).toEqual(['verified']);
    expect(await members('unverified')).toEqual(['bouncing', 'denied', 'granted', 'served']);
    expect(await members('nothing')).toEqual(['inactive', 'texted']);
    const { segments } = expectNoErrors(await gql(tenant, '{ segments { nodes { key summary } } }'));
    expect(segments.nodes.find(({ key }: { key: string }) => key === 'fine').summary).toBe(
      'People who have an active channel of type EMAIL that is reachable that is verified.',
    );
  });

  it('wants consent and activity of one and the same channel', async () => {
    await createSegment(tenant, 'emailable', { channel: { type: 'EMAIL', consent: 'GRANTED' } });
    await tell(tenant, 'ada', [
      { ...EMAIL, isActive: false, consents: [{ state: 'GRANTED' }] },
      { type: 'EMAIL', endpoint: 'other@example.com' },
    ]);
    expect(await members('emailable')).toEqual([]);
  });

  it('is left, and come to, by time alone: when consent expires, and when it begins', async () => {
    await createSegment(tenant, 'emailable', { channel: { type: 'EMAIL', consent: 'GRANTED' } });
    await createSegment(tenant, 'denied', { channel: { type: 'EMAIL', consent: 'DENIED' } });
    await say(
      { state: 'DENIED', at: AT(1) },
      { state: 'GRANTED', at: AT(2), expiresAt: '2026-03-01T01:00:00.000Z' },
    );
    await tell(tenant, 'bob', [
      { ...EMAIL, consents: [{ state: 'GRANTED', at: '2026-03-01T02:00:00.000Z' }] },
    ]);
    expect([await members('emailable'), await members('denied')]).toEqual([['ada'], []]);
    clock.set('2026-03-01T01:00:00.000Z');
    await eventually('ada has left', async () => (await members('emailable')).length === 0);
    expect(await members('denied')).toEqual(['ada']);
    clock.set('2026-03-01T02:00:00.000Z');
    await eventually('bob has come', async () => (await members('emailable'))[0] === 'bob');
  });

  it.each([
    [{ type: 'EMAIL', purpose: 'fun' }, 'purpose'],
    [{ type: 'EMAIL', consent: 'GRANTED', purpose: '' }, 'purpose'],
  ])('is refused with the path of what is wrong: %j', async (channel, field) => {
    const query = `query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } }`;
    const { errors } = await gql(tenant, query, { rule: { channel } });
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'RULE_INVALID',
      argumentPath: ['rule', 'channel', field],
    });
  });
});

describe('a ledger of a thousand entries of one channel', () => {
  const rule = { channel: { type: 'EMAIL', consent: 'GRANTED' } };

  // Judged one by one, entries would take longer than a statement may.
  it.each<[string, object, string]>([
    ['without evidence', {}, 'GRANTED'],
    ['with the same evidence', { evidence: { list: '2019' } }, 'GRANTED'],
    ['with the evidence of before a refusal', { evidence: { list: '2018' } }, 'REVOKED'],
  ])('is judged at once: grants %s', async (_what, grant, expected) => {
    if (expected === 'REVOKED') {
      await say({ state: 'GRANTED', evidence: { list: '2018' }, at: AT(1) });
      await say({ state: 'REVOKED', at: AT(2) });
    }
    await createSegment(tenant, 'granted', rule);
    const grants = (count: number) =>
      Array.from({ length: count }, () =>
        item({ external: 'ada' }, { channels: [{ ...EMAIL, consents: [{ state: 'GRANTED', ...grant }] }] }),
      );
    for (let request = 0; request < 3; request += 1) await seed(tenant, grants(400));
    const query = `query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } segment(key: "granted") { size } }`;
    const { previewSegment, segment } = expectNoErrors(await gql(tenant, query, { rule }));
    const fits = Number(expected === 'GRANTED');
    expect([await state(), previewSegment.count, segment.size]).toEqual([expected, fits, fits]);
  });
});
