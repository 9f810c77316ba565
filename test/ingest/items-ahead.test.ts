import {
  createSegment,
  event,
  eventually,
  expectNoErrors,
  gql,
  ingest,
  item,
  ManualClock,
  newKey,
  newTenant,
  seed,
  startServer,
} from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';
import { changesOf, endOfLog } from '../live/change-log.js';

const SECOND = 1_000;
const HOUR = 3_600_000;
/** Items may be dated up to 24 hours ahead. */
const AHEAD = 23 * HOUR;

let clock: ManualClock;
let server: TestServer;
let tenant: TestServer;

beforeAll(async () => {
  clock = new ManualClock();
  server = await startServer({ clock });
});

beforeEach(async () => {
  clock.advance(24 * HOUR);
  tenant = { ...server, ...(await newTenant(server)) };
});

const inMs = (ms: number) => new Date(clock.now().getTime() + ms).toISOString();

async function ask(query: string, variables: object = {}) {
  return expectNoErrors(await gql(tenant, query, { ...variables }));
}

async function page(who: string, fields: string) {
  const query = `query ($who: String!) { profileByIdentifier(namespace: "external", value: $who) { ${fields} } }`;
  return (await ask(query, { who })).profileByIdentifier;
}

async function members(key: string): Promise<number> {
  return (await ask('query ($key: String!) { segment(key: $key) { size } }', { key })).segment.size;
}

/** What each of those says who answer whether a person fits. */
async function answers(rule: object, profileId: string) {
  const query = `query ($rule: RuleInput!, $profileId: ID!) {
    previewSegment(rule: $rule) { count } profiles(where: $rule) { nodes { id } }
    explainSegment(audience: { rule: $rule }, profileId: $profileId) { isMatch nextChangeAt } }`;
  const { previewSegment, profiles, explainSegment } = await ask(query, { rule, profileId });
  return {
    preview: previewSegment.count,
    search: profiles.nodes.length,
    explained: explainSegment.isMatch,
    nextChangeAt: explainSegment.nextChangeAt,
  };
}

const fitting = (fits: boolean) => ({ preview: Number(fits), search: Number(fits), explained: fits });

/** Lets time pass, until the segment has as many members as that, and that is told as a change by time. */
async function untilFlipped(key: string, size: number, at: string): Promise<void> {
  const after = await endOfLog(tenant);
  clock.set(at);
  await eventually(`${key} has ${size} members`, async () => (await members(key)) === size);
  const kind = size === 1 ? 'ENTERED' : 'EXITED';
  expect(await changesOf(tenant, { segment: key, after })).toMatchObject([{ kind, cause: 'TIME', at }]);
}

describe('an event that is dated ahead', () => {
  const AT_ONCE = { event: { type: 'purchase' } };
  const said = (occurredAt: string, total = 50) =>
    event({ external: 'ada' }, 'purchase', { total }, { occurredAt });

  it.each<[string, object, boolean]>([
    ['ever', AT_ONCE, false],
    ['never', { not: AT_ONCE }, true],
    ['exactly none', { event: { type: 'purchase', count: { exactly: 0 } } }, true],
    ['at least two', { event: { type: 'purchase', count: { atLeast: 2 } } }, false],
    ['within a window', { event: { type: 'purchase', withinLast: { days: 2 } } }, false],
    ['since an instant', { event: { type: 'purchase', from: '2026-01-01T00:00:00Z' } }, false],
    ['before an instant', { event: { type: 'purchase', to: '2027-01-01T00:00:00Z' } }, false],
    [
      'a sum',
      { event: { type: 'purchase', aggregate: { function: 'SUM', path: 'total', is: { gte: 50 } } } },
      false,
    ],
    ['a derived sum', { derived: { key: 'total_spend', is: { gte: 50 } } }, false],
    ['a derived count', { derived: { key: 'purchase_count', is: { equals: 0 } } }, true],
    ['a derived instant', { derived: { key: 'last_seen_at', is: { withinLast: { hours: 1 } } } }, false],
    ['with a property', { event: { type: 'purchase', where: [{ path: 'total', is: { gt: 1 } }] } }, false],
    [
      'as what follows',
      { event: { type: 'cart', followedBy: { type: 'purchase', within: { days: 2 } } } },
      false,
    ],
    [
      'as what does not follow',
      { event: { type: 'cart', notFollowedBy: { type: 'sign_up', within: { hours: 24 } } } },
      false,
    ],
  ])('counts for nothing before its instant, and from then on: %s', async (_what, rule, before) => {
    await createSegment(tenant, 'before', rule);
    const at = inMs(AHEAD);
    const cart = event({ external: 'ada' }, 'cart', {}, { occurredAt: inMs(-2 * HOUR) });
    const carts = JSON.stringify(rule).includes('cart') ? [cart] : [];
    const twice = JSON.stringify(rule).includes('atLeast":2') ? [said(inMs(AHEAD - HOUR))] : [];
    const [ada] = await seed(tenant, [said(at), ...twice, ...carts]);
    const flips = _what === 'as what does not follow' ? inMs(22 * HOUR) : at;

    expect(await members('before')).toBe(Number(before));
    expect(await answers(rule, ada!)).toMatchObject(fitting(before));
    if (twice.length === 0 && carts.length === 0)
      expect(await answers(rule, ada!)).toMatchObject({ nextChangeAt: at });
    await createSegment(tenant, 'built', rule);
    expect(await members('built')).toBe(Number(before));
    clock.set(new Date(Date.parse(flips) - 1));
    expect(await answers(rule, ada!)).toMatchObject(fitting(before));

    await untilFlipped('before', Number(!before), flips);
    expect(await answers(rule, ada!)).toMatchObject(fitting(!before));
    await eventually('built as well', async () => (await members('built')) === Number(!before));
  });

  it('makes nobody a customer, and shows in no figure, but is on record', async () => {
    const at = inMs(AHEAD);
    await seed(tenant, [said(at)]);
    const fields =
      'lifecycle derived(keys: ["purchase_count", "last_seen_at"]) { key value } events { nodes { type occurredAt } }';
    expect(await page('ada', fields)).toEqual({
      lifecycle: 'ANONYMOUS',
      derived: [
        { key: 'last_seen_at', value: null },
        { key: 'purchase_count', value: 0 },
      ],
      events: { nodes: [{ type: 'purchase', occurredAt: at }] },
    });
    clock.set(at);
    expect(await page('ada', fields)).toMatchObject({
      lifecycle: 'CUSTOMER',
      derived: [
        { key: 'last_seen_at', value: at },
        { key: 'purchase_count', value: 1 },
      ],
    });
  });

  it('waits for a few seconds when the clock of its sender is fast, and enters once', async () => {
    await createSegment(tenant, 'buyers', AT_ONCE);
    const at = inMs(2 * SECOND);
    await ingest(tenant, [said(at), said(inMs(SECOND))]);
    expect(await members('buyers')).toBe(0);
    await untilFlipped('buyers', 1, inMs(SECOND));
    clock.set(at);
    await eventually('nothing waits any more', async () => {
      clock.advance(60 * SECOND);
      return (await waiting()) === 0;
    });
    expect(await changesOf(tenant, { segment: 'buyers' })).toHaveLength(1);
  });

  it('goes with the person who is merged, and comes back with one who is parted', async () => {
    await createSegment(tenant, 'buyers', AT_ONCE);
    const at = inMs(AHEAD);
    const [ada] = await seed(tenant, [item({ external: 'ada' }), item({ external: 'eve' })]);
    const [eve] = await seed(tenant, [event({ external: 'eve' }, 'purchase', {}, { occurredAt: at })]);
    await merge(ada!, eve!);
    await untilFlipped('buyers', 1, at);
    expect(
      (await ask('{ segment(key: "buyers") { members { nodes { id } } } }')).segment.members.nodes,
    ).toEqual([{ id: ada }]);
    await part(eve!);
    await eventually('the other one is in it', async () => {
      const { segment } = await ask('{ segment(key: "buyers") { members { nodes { id } } } }');
      return JSON.stringify(segment.members.nodes) === JSON.stringify([{ id: eve }]);
    });
  });
});

/** Rows that wait, whoever they are of in this workspace. */
async function waiting(): Promise<number> {
  const [row] = await server.database.transaction(tenant.workspaceId, (tx) =>
    tx.query<{ count: number }>('select count(*)::int as count from item_ahead'),
  );
  return row?.count ?? -1;
}

async function merge(survivorId: string, absorbedId: string): Promise<void> {
  const { mergeProfiles } = await ask(
    `mutation ($ids: [ID!]!, $to: ID!) { mergeProfiles(input: { profileIds: $ids, survivorId: $to }) { userErrors { code } } }`,
    { ids: [survivorId, absorbedId], to: survivorId },
  );
  expect(mergeProfiles.userErrors).toEqual([]);
}

async function part(profileId: string): Promise<void> {
  const query = `mutation ($profileId: ID!) { unmergeProfiles(input: { profileId: $profileId }) { userErrors { code } } }`;
  expect((await ask(query, { profileId })).unmergeProfiles.userErrors).toEqual([]);
}

describe('an attribute that is dated ahead', () => {
  const lives = (city: string | null, occurredAt: string | null = null) =>
    item({ external: 'ada' }, { attributes: { city }, occurredAt });
  const cityOf = async (who = 'ada') => (await page(who, 'attribute(key: "city")')).attribute;
  const IN_GHENT = { attribute: { key: 'city', is: { equals: 'Ghent' } } };

  it('stands from its instant on, and does not shut out what is so until then', async () => {
    await createSegment(tenant, 'locals', IN_GHENT);
    const at = inMs(AHEAD);
    await seed(tenant, [lives('Ghent', at)]);
    expect(await page('ada', 'attribute(key: "city") attributes { key } updatedAt')).toMatchObject({
      attribute: null,
      attributes: [],
    });
    await seed(tenant, [lives('Bonn')]);
    expect(await cityOf()).toBe('Bonn');
    expect(await members('locals')).toBe(0);
    const [{ id }] = (await ask('{ profiles { nodes { id } } }')).profiles.nodes;
    expect(await answers(IN_GHENT, id)).toEqual({ ...fitting(false), nextChangeAt: at });

    await untilFlipped('locals', 1, at);
    expect(await answers(IN_GHENT, id)).toEqual({ ...fitting(true), nextChangeAt: null });
    expect(await page('ada', 'attributes { key value setAt }')).toEqual({
      attributes: [{ key: 'city', value: 'Ghent', setAt: at }],
    });
    expect(await waiting()).toBe(0);
  });

  it.each<[string, (at: { early: string; late: string }) => ItemInput[], string | null]>([
    ['the later', ({ early, late }) => [lives('Ghent', early), lives('Rome', late)], 'Rome'],
    ['the later, sent first', ({ early, late }) => [lives('Rome', late), lives('Ghent', early)], 'Rome'],
    ['that it is no longer so', ({ early, late }) => [lives('Rome', early), lives(null, late)], null],
  ])('takes part as any other, in whatever order they come: %s', async (_what, sent, stands) => {
    await seed(tenant, [lives('Bonn')]);
    const at = { early: inMs(HOUR), late: inMs(2 * HOUR) };
    for (const one of sent(at)) await seed(tenant, [one]);
    expect(await cityOf()).toBe('Bonn');
    clock.set(at.late);
    await eventually('nothing waits any more', async () => (await waiting()) === 0);
    expect(await cityOf()).toBe(stands);
  });

  it('gives way to what was sent meanwhile for a later instant, and to a better source', async () => {
    await ask(`mutation { createSource(input: { key: "crm", name: "CRM" }) { userErrors { code } }
      updateAttribute(input: { key: "city", sources: ["crm"] }) { userErrors { code } } }`);
    const crm = await newKey(tenant, ['INGEST'], { source: 'crm' });
    const at = inMs(HOUR);
    const bob = (city: string, occurredAt: string | null) =>
      item({ external: 'bob' }, { attributes: { city }, occurredAt });
    await seed(tenant, [lives('Ghent', at), bob('Ghent', at)]);
    await ingest(tenant, [bob('Bonn', null)], { key: crm });
    clock.set(inMs(2 * HOUR));
    await seed(tenant, [lives('Rome')]);
    await eventually('nothing waits any more', async () => (await waiting()) === 0);
    expect([await cityOf(), await cityOf('bob')]).toEqual(['Rome', 'Bonn']);
  });

  it('belongs to the side that it came to, through a merge and its undo', async () => {
    const at = inMs(AHEAD);
    const [ada, eve] = await seed(tenant, [
      lives('Bonn'),
      item({ external: 'eve' }, { attributes: { city: 'Rome' } }),
    ]);
    await seed(tenant, [item({ external: 'eve' }, { attributes: { city: 'Ghent' }, occurredAt: at })]);
    await merge(ada!, eve!);
    expect(await cityOf()).toBe('Rome');
    clock.set(at);
    await eventually('nothing waits any more', async () => (await waiting()) === 0);
    expect(await cityOf()).toBe('Ghent');
    await part(eve!);
    expect([await cityOf(), await cityOf('eve')]).toEqual(['Bonn', 'Ghent']);
  });

  it('parts from a survivor before its instant, when the merge is undone before', async () => {
    const at = inMs(AHEAD);
    const [ada, eve] = await seed(tenant, [item({ external: 'ada' }), item({ external: 'eve' })]);
    await merge(ada!, eve!);
    await seed(tenant, [item({ external: 'eve' }, { attributes: { city: 'Ghent' }, occurredAt: at })]);
    await part(eve!);
    clock.set(at);
    await eventually('nothing waits any more', async () => (await waiting()) === 0);
    expect([await cityOf(), await cityOf('eve')]).toEqual([null, 'Ghent']);
  });

  it('is in the history of an audited attribute at once, and there once', async () => {
    await ask(
      'mutation { updateAttribute(input: { key: "city", isAudited: true }) { userErrors { code } } }',
    );
    const at = inMs(HOUR);
    await seed(tenant, [lives('Ghent', at)]);
    const history = { attributeHistory: { nodes: [{ value: 'Ghent', setAt: at }] } };
    const fields = 'attributeHistory(key: "city") { nodes { value setAt } }';
    expect(await page('ada', fields)).toEqual(history);
    clock.set(at);
    await eventually('it stands', async () => (await cityOf()) === 'Ghent');
    expect(await page('ada', fields)).toEqual(history);
  });

  it('makes the person at once: what identifies somebody has no instant', async () => {
    const at = inMs(HOUR);
    const [ada] = await seed(tenant, [
      item({ external: 'ada', email: 'ada@example.com' }, { attributes: { city: 'Ghent' }, occurredAt: at }),
    ]);
    expect(await page('ada', 'id email attributes { key }')).toEqual({
      id: ada,
      email: 'ada@example.com',
      attributes: [],
    });
    const [again] = await ingest(tenant, [lives('Bonn')]);
    expect(again).toMatchObject({ status: 'ACCEPTED', profileId: ada });
  });
});

describe('what else an item tells that is dated ahead', () => {
  const told = (rest: Partial<ItemInput>, occurredAt: string | null = null) =>
    item({ external: 'ada' }, { ...rest, occurredAt });
  const endpoint = '+32470123456';
  const sms = (rest: object) => ({ channels: [{ type: 'SMS', endpoint, ...rest }] });

  it.each<[string, object, Partial<ItemInput>[], Partial<ItemInput>]>([
    ['a tag', { tag: { key: 'vip' } }, [{}], { tags: { add: ['vip'] } }],
    [
      'a tag that goes',
      { not: { tag: { key: 'vip' } } },
      [{ tags: { add: ['vip'] } }],
      { tags: { remove: ['vip'] } },
    ],
    [
      'a term',
      { term: { taxonomy: 'themes', term: 'delivery' } },
      [{}],
      { tags: { addTerms: [{ taxonomy: 'themes', term: 'delivery.late' }] } },
    ],
    ['a facet', { facet: { schema: 'member' } }, [{}], { tags: { adopt: ['member'] } }],
    ['a channel', { channel: { type: 'SMS' } }, [{}], sms({})],
    ['a channel that ends', { not: { channel: { type: 'SMS' } } }, [sms({})], sms({ isActive: false })],
    [
      'that nothing arrives',
      { channel: { type: 'SMS', isReachable: false } },
      [sms({ isReachable: true })],
      sms({ isReachable: false }),
    ],
    [
      'that it was verified',
      { channel: { type: 'SMS', isVerified: true } },
      [sms({})],
      sms({ verified: { by: 'code' } }),
    ],
    [
      'consent on a channel',
      { channel: { type: 'SMS', consent: 'GRANTED' } },
      [sms({})],
      sms({ consents: [{ state: 'GRANTED' }] }),
    ],
  ])('counts from its instant on: %s', async (_what, rule, before, ahead) => {
    await ask('mutation { defineTag(input: { key: "vip", label: "VIP" }) { userErrors { code } } }');
    await createSegment(tenant, 'segment', rule);
    for (const rest of before) await seed(tenant, [told(rest, inMs(-HOUR))]);
    const at = inMs(AHEAD);
    const [ada] = await seed(tenant, [told(ahead, at)]);
    expect(await members('segment')).toBe(0);
    expect(await answers(rule, ada!)).toEqual({ ...fitting(false), nextChangeAt: at });
    await seed(tenant, [told({ attributes: { city: 'Ghent' } })]);
    expect(await members('segment')).toBe(0);
    await untilFlipped('segment', 1, at);
    expect(await answers(rule, ada!)).toMatchObject(fitting(true));
  });

  it('does not hide what is told for an earlier instant: a tag taken off now is off until it is put on', async () => {
    await ask('mutation { defineTag(input: { key: "vip", label: "VIP" }) { userErrors { code } } }');
    const at = inMs(HOUR);
    await seed(tenant, [told({ tags: { add: ['vip'] } }, at)]);
    await seed(tenant, [told({ tags: { remove: ['vip'] } })]);
    const tags = () => page('ada', 'tags { tag { key } setAt }');
    expect(await tags()).toEqual({ tags: [] });
    clock.set(at);
    await eventually('nothing waits any more', async () => (await waiting()) === 0);
    expect(await tags()).toEqual({ tags: [{ tag: { key: 'vip' }, setAt: at }] });
  });

  it('leaves to consent an instant of its own', async () => {
    const granted = { channel: { type: 'SMS', consent: 'GRANTED' } };
    await createSegment(tenant, 'granted', granted);
    const say = (state: string, at: string) => sms({ consents: [{ state, at }] });
    await seed(tenant, [told(say('GRANTED', inMs(-HOUR)))]);
    expect(await members('granted')).toBe(1);
    const at = inMs(2 * HOUR);
    await seed(tenant, [told(say('REVOKED', inMs(-1)), at)]);
    expect(await members('granted')).toBe(0);
    await seed(tenant, [told(say('GRANTED', inMs(HOUR)), at)]);
    expect(await members('granted')).toBe(0);
    await untilFlipped('granted', 1, inMs(HOUR));
  });

  it('verifies a channel later than the item happened, when it says so', async () => {
    await createSegment(tenant, 'verified', { channel: { type: 'SMS', isVerified: true } });
    const at = inMs(HOUR);
    await seed(tenant, [told(sms({ verified: { by: 'code', at } }))]);
    expect(await page('ada', 'channels { nodes { endpoint verifiedAt } }')).toEqual({
      channels: { nodes: [{ endpoint, verifiedAt: null }] },
    });
    await untilFlipped('verified', 1, at);
    expect(await page('ada', 'channels { nodes { endpoint verifiedAt } }')).toEqual({
      channels: { nodes: [{ endpoint, verifiedAt: at }] },
    });
  });
});

describe('that an identifier was verified, dated ahead', () => {
  const EMAIL = { namespace: 'email', value: 'ada@example.com' };
  const VERIFIED = { identifier: { namespace: 'email', isVerified: true } };
  const sent = (verified: object, rest: Partial<ItemInput> = {}) => {
    const one = item({ external: 'ada' }, rest);
    return { ...one, identifiers: [...one.identifiers, { ...EMAIL, verified }] };
  };
  const known = async () => {
    const fields = 'lifecycle identifiers { nodes { namespace: namespaceKey verifiedAt verifiedBy } }';
    const { lifecycle, identifiers } = await page('ada', fields);
    const { verifiedAt, verifiedBy } = identifiers.nodes.find(
      (one: { namespace: string }) => one.namespace === 'email',
    );
    return [lifecycle, verifiedAt, verifiedBy];
  };

  it.each<[string, (at: string) => ItemInput]>([
    ['by its item', (at) => sent({ by: 'CODE' }, { occurredAt: at })],
    ['by itself', (at) => sent({ by: 'CODE', at })],
    ['by itself, in an event', (at) => sent({ by: 'CODE', at }, { type: 'signed_up' })],
    ['by both, by itself later', (at) => sent({ by: 'CODE', at }, { occurredAt: inMs(HOUR) })],
  ])('counts from its instant on: %s', async (_what, telling) => {
    await createSegment(tenant, 'verified', VERIFIED);
    const at = inMs(AHEAD);
    const [ada] = await seed(tenant, [telling(at)]);
    expect(await known()).toEqual(['LEAD', null, null]);
    expect(await members('verified')).toBe(0);
    expect(await answers(VERIFIED, ada!)).toEqual({ ...fitting(false), nextChangeAt: at });
    clock.set(new Date(Date.parse(at) - 1));
    expect(await known()).toEqual(['LEAD', null, null]);
    await untilFlipped('verified', 1, at);
    expect(await known()).toEqual(['CONTACT', at, 'CODE']);
    expect(await answers(VERIFIED, ada!)).toEqual({ ...fitting(true), nextChangeAt: null });
    await eventually('nothing waits any more', async () => (await waiting()) === 0);
  });

  it('does not hide one of now, and takes part as any other', async () => {
    const [early, late] = [inMs(HOUR), inMs(2 * HOUR)];
    await seed(tenant, [sent({ by: 'CODE', at: late })]);
    await seed(tenant, [sent({ by: 'MANUAL', at: early })]);
    const now = inMs(0);
    await seed(tenant, [sent({ by: 'LINK' })]);
    expect(await known()).toEqual(['CONTACT', now, 'LINK']);
    clock.set(early);
    await eventually('one waits', async () => (await waiting()) === 1);
    expect(await known()).toEqual(['CONTACT', early, 'MANUAL']);
    clock.set(late);
    await eventually('nothing waits any more', async () => (await waiting()) === 0);
    expect(await known()).toEqual(['CONTACT', late, 'CODE']);
  });

  it('counts at once for an instant of its own that has come, though its item is ahead', async () => {
    const at = inMs(-HOUR);
    await seed(tenant, [sent({ by: 'CODE', at }, { occurredAt: inMs(HOUR) })]);
    expect(await known()).toEqual(['CONTACT', at, 'CODE']);
  });

  it('is nothing of a person whose identifier was left aside', async () => {
    const [other] = await seed(tenant, [item({ external: 'eve', email: 'ada@example.com' })]);
    await seed(tenant, [item({ external: 'ada' })]);
    await seed(tenant, [sent({ by: 'CODE', at: inMs(HOUR) })]);
    expect(await waiting()).toBe(0);
    clock.set(inMs(HOUR));
    expect((await answers(VERIFIED, other!)).preview).toBe(0);
  });
});

it('is done by one of several servers', async () => {
  await createSegment(tenant, 'buyers', { event: { type: 'purchase' } });
  const other = await startServer({ beside: tenant });
  const at = inMs(HOUR);
  const people = Array.from({ length: 700 }, (_, index) =>
    event({ external: `p${index}` }, 'purchase', {}, { occurredAt: at, attributes: { city: 'Ghent' } }),
  );
  await seed(tenant, people);
  clock.set(at);
  await eventually('all are in it', async () => (await members('buyers')) === people.length);
  expect(await changesOf(tenant, { segment: 'buyers' })).toHaveLength(people.length);
  const query = '{ previewSegment(rule: { attribute: { key: "city", is: { equals: "Ghent" } } }) { count } }';
  expect((await ask(query)).previewSegment.count).toBe(people.length);
  await other.stop();
});
