import fc from 'fast-check';
import { event, expectNoErrors, gql, item } from '../kit/index.js';
import type { ChannelInput, ItemInput, TagsInput, TestServer } from '../kit/index.js';
import type { PlainChannel, PlainNames, PlainPerson } from './evaluate-plainly.js';

/** Random rules, and random people to ask them of. */

export const NOW = new Date('2026-03-01T12:00:00.000Z');
const HALF_DAY_MS = 12 * 3_600_000;

/** An instant on a coarse grid, so that much lies exactly on the bounds of rules. */
const instant = (halfDays: number) => new Date(NOW.getTime() + halfDays * HALF_DAY_MS);
const text = (halfDays: number) => instant(halfDays).toISOString();
const hours = (halfDays: number) => ({ hours: 12 * halfDays });

const scalar = fc.constantFrom(0, 1, 1.5, -2, '', 'x', 'y', 'xy', '1', '\uff61', '\u{1f600}', true, false);
const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.record({ r: scalar }, { requiredKeys: [] }) },
);
const dateText = fc.oneof(
  fc.integer({ min: -8, max: 8 }).map(text),
  fc.integer({ min: -8, max: 8 }).map((halfDays) => text(halfDays).slice(0, 10)),
  fc.constantFrom('1990-03-02', '2000-02-29', 'soon', 7),
);
const ordered = scalar.filter((one) => typeof one !== 'boolean');
const range = fc
  .tuple(ordered, ordered)
  .filter(([from, to]) => typeof from === typeof to)
  .map(([from, to]) => ({ from, to }));
const part = fc.constantFrom('x', 'y', 'xy', '\u{1f600}');
const values = fc.array(value, { maxLength: 3 });
const scalars = fc.array(scalar, { maxLength: 2 });
const duration = fc.integer({ min: 1, max: 5 }).map(hours);

const comparison = fc.oneof(
  fc.record({ equals: value }),
  fc.record({ notEquals: value }),
  fc.record({ in: values }),
  fc.record({ notIn: values }),
  ...['gt', 'gte', 'lt', 'lte'].map((name) => ordered.map((one) => ({ [name]: one }))),
  fc.record({ between: range }),
  ...['contains', 'startsWith', 'endsWith'].map((name) => part.map((one) => ({ [name]: one }))),
  ...['hasAny', 'hasAll', 'hasNone'].map((name) => scalars.map((some) => ({ [name]: some }))),
  fc.record({ exists: fc.boolean() }),
);
const relative = fc
  .tuple(
    fc.constantFrom('withinNext', 'withinLast', 'moreThanAgo', 'moreThanAhead', 'anniversaryWithinNext'),
    duration,
  )
  .map(([name, of]) => ({ [name]: of }));
const numberComparison = fc.oneof(
  fc
    .tuple(fc.constantFrom('gt', 'gte', 'lt', 'lte', 'equals'), fc.constantFrom(0, 1, 1.5, 2, -2))
    .map(([name, one]) => ({ [name]: one })),
  fc.record({ exists: fc.boolean() }),
);
const instantComparison = fc.oneof(
  relative,
  fc
    .tuple(fc.constantFrom('gt', 'lte', 'equals'), fc.integer({ min: -6, max: 1 }))
    .map(([name, halfDays]) => ({ [name]: text(halfDays) })),
);

const attributeRule = fc.oneof(
  fc.record({ attribute: fc.record({ key: fc.constantFrom('a', 'b'), is: comparison }) }),
  fc.record({ attribute: fc.record({ key: fc.constant('d'), is: relative }) }),
);
const period = fc.oneof(
  fc.constant({}),
  fc.integer({ min: 1, max: 6 }).map((halfDays) => ({ withinLast: hours(halfDays) })),
  fc.integer({ min: -6, max: 1 }).map((from) => ({ from: text(from) })),
  fc.integer({ min: -6, max: 1 }).map((to) => ({ to: text(to) })),
  fc.tuple(fc.integer({ min: -6, max: 0 }), fc.integer({ min: 1, max: 4 })).map(([from, length]) => ({
    from: text(from),
    to: text(from + length),
    ...(length === 4 && { withinLast: { days: 1, hours: 12 } }),
  })),
);
const count = fc.oneof(
  fc.constant({}),
  fc
    .tuple(fc.constantFrom('atLeast', 'atMost', 'exactly'), fc.integer({ min: 0, max: 3 }))
    .map(([name, n]) => ({ count: { [name]: n } })),
);
const where = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc
      .array(
        fc.oneof(
          fc.record({ path: fc.constantFrom('p', 'q.r'), is: comparison }),
          fc.record({ path: fc.constant('until'), is: relative }),
        ),
        { minLength: 1, maxLength: 2 },
      )
      .map((conditions) => ({ where: conditions })),
  },
);
const type = fc.constantFrom('visit', 'call');
const { after } = fc.letrec<{ after: object }>((tie) => ({
  after: fc
    .tuple(
      fc.constantFrom('followedBy', 'notFollowedBy'),
      type,
      where,
      duration,
      fc.option(tie('after'), { nil: {}, depthSize: 'small', maxDepth: 2, freq: 1 }),
    )
    .map(([name, next, conditions, within, then]) => ({
      [name]: { type: next, ...conditions, within, ...then },
    })),
}));
/** The first and the last of several at one instant are not told apart here: `slot` is the same for all of these. */
const aggregate = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('SUM', 'AVERAGE', 'MINIMUM', 'MAXIMUM', 'DISTINCT'),
      fc.constantFrom('p', 'q.r', 'slot'),
      numberComparison,
    )
    .map(([name, path, is]) => ({ function: name, path, is })),
  fc.record({
    function: fc.constantFrom('FIRST', 'LAST'),
    path: fc.constant('slot'),
    is: numberComparison,
  }),
  fc.record({ function: fc.constantFrom('FIRST_AT', 'LAST_AT'), is: instantComparison }),
);
const eventRule = fc
  .tuple(
    type,
    where,
    period,
    count,
    fc.option(after, { nil: {}, freq: 3 }),
    fc.option(aggregate, { nil: undefined, freq: 3 }),
  )
  .map(([of, conditions, within, counted, then, figure]) => ({
    event: {
      type: of,
      ...conditions,
      ...within,
      ...counted,
      ...then,
      ...(figure && { aggregate: figure }),
    },
  }));
const derivedRule = fc.oneof(
  fc.record({
    derived: fc.record({
      key: fc.constantFrom('visits', 'sum', 'recent_sum', 'last_slot'),
      is: numberComparison,
    }),
  }),
  fc.record({ derived: fc.record({ key: fc.constant('last_seen'), is: instantComparison }) }),
);
const whoRule = fc.oneof(
  fc.constantFrom<object[]>(
    { identifier: { namespace: 'device' } },
    { identifier: { namespace: 'external', value: 'ada' } },
    { tag: { key: 'vip' } },
    { facet: { schema: 'customer' } },
    { facet: { schema: 'member' } },
    { term: { taxonomy: 'themes', term: 'delivery' } },
    { term: { taxonomy: 'themes', term: 'delivery', includeDescendants: false } },
  ),
  fc
    .record(
      {
        type: fc.constantFrom('EMAIL', 'PUSH'),
        consent: fc.constantFrom('GRANTED', 'DENIED', 'UNKNOWN'),
        purpose: fc.constantFrom('marketing', 'service'),
        isReachable: fc.boolean(),
        isVerified: fc.boolean(),
      },
      { requiredKeys: ['type'] },
    )
    .map((channel) => ({ channel })),
);

/** Definitions that the rules refer to. */
export const DERIVED: Readonly<Record<string, object>> = {
  visits: { type: 'visit', function: 'COUNT' },
  sum: { type: 'visit', function: 'SUM', path: 'p', where: [{ path: 'p', is: { gt: -1 } }] },
  recent_sum: { type: 'call', function: 'SUM', path: 'p', withinLast: { hours: 36 } },
  last_slot: { type: null, function: 'LAST', path: 'slot' },
  last_seen: { type: null, function: 'LAST_AT' },
};

const consentRule = fc
  .record({
    type: fc.constantFrom('EMAIL', 'PUSH'),
    consent: fc.constantFrom('GRANTED', 'DENIED', 'UNKNOWN'),
  })
  .map((channel) => ({ channel }));

const ANY: readonly fc.Arbitrary<object>[] = [attributeRule, eventRule, eventRule, derivedRule, whoRule];

/** Questions to which time alone gives another answer. */
const TIMED: readonly fc.Arbitrary<object>[] = [
  fc.record({ attribute: fc.record({ key: fc.constant('d'), is: relative }) }),
  fc.record({ event: fc.record({ type, withinLast: duration }) }),
  fc.record({
    event: fc.record({ type, notFollowedBy: fc.record({ type, within: duration }) }),
  }),
  eventRule.filter(({ event: asked }) => 'withinLast' in asked),
  eventRule.filter(({ event: asked }) => 'notFollowedBy' in asked),
  eventRule.filter(({ event: asked }) => JSON.stringify(asked).includes('"until"')),
  fc.record({ derived: fc.record({ key: fc.constant('last_seen'), is: relative }) }),
  fc.record({ derived: fc.record({ key: fc.constant('recent_sum'), is: numberComparison }) }),
  consentRule,
  consentRule,
];

/** A rule that may refer to segments. */
export function ruleAfter(earlier: readonly string[], isTimed = false): fc.Arbitrary<object> {
  const { rule } = fc.letrec<{ rule: object }>((tie) => ({
    rule: fc.oneof(
      { depthSize: 'small', maxDepth: 3 },
      ...(isTimed ? TIMED : ANY),
      ...(earlier.length > 0
        ? [fc.constantFrom(...earlier).map((key): object => ({ segment: { key } }))]
        : []),
      fc.record({ all: fc.array(tie('rule'), { maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('rule'), { maxLength: 3 }) }),
      fc.record({ not: tie('rule') }),
    ),
  }));
  return rule;
}

/** What is said of a person; under one identifier, or under both, which makes them one. */
export interface Fact {
  person: string;
  under: readonly ('external' | 'device')[];
  halfDays: number;
  event: { type: string; properties: object } | null;
  attributes: object | null;
  tags: TagsInput | null;
  channel: (ChannelInput & { consent?: object }) | null;
}

const PEOPLE = ['ada', 'bea', 'cid', 'dan'] as const;
const ENDPOINTS: Readonly<Record<string, string>> = { EMAIL: 'x@example.com', PUSH: 'token' };

const channel: fc.Arbitrary<ChannelInput> = fc
  .record({
    type: fc.constantFrom('EMAIL', 'PUSH'),
    isActive: fc.option(fc.boolean(), { freq: 1 }),
    isReachable: fc.option(fc.boolean(), { freq: 1 }),
    isVerified: fc.boolean(),
    consents: fc.array(
      fc.record({
        state: fc.constantFrom('GRANTED', 'GRANTED', 'DENIED', 'REVOKED', 'PENDING'),
        purpose: fc.constantFrom('marketing', 'service'),
        at: fc.integer({ min: -6, max: 1 }),
        lasts: fc.option(fc.integer({ min: 1, max: 8 })),
      }),
      { maxLength: 2 },
    ),
  })
  .map(({ isVerified, consents, ...rest }) => ({
    ...rest,
    endpoint: ENDPOINTS[rest.type]!,
    ...(isVerified && { verified: { by: 'test' } }),
    consents: consents.map(({ state, purpose, at, lasts }) => ({
      state,
      purpose,
      at: text(at),
      ...(lasts !== null && { expiresAt: text(at + lasts) }),
    })),
  }));

const on = <T>(one: T) => fc.array(fc.constant(one), { maxLength: 1 });
const theme = { taxonomy: 'themes', term: 'delivery.late' };
const tags: fc.Arbitrary<TagsInput> = fc.oneof(
  fc.record({ add: on('vip'), drop: on('customer'), adopt: on('member'), addTerms: on(theme) }),
  fc.record({ remove: on('vip'), adopt: on('customer'), drop: on('member'), removeTerms: on(theme) }),
);

const fact: fc.Arbitrary<Fact> = fc.record({
  person: fc.constantFrom(...PEOPLE),
  under: fc.constantFrom<Fact['under'][]>(
    ['external'],
    ['external'],
    ['external'],
    ['device'],
    ['external', 'device'],
  ),
  halfDays: fc.integer({ min: -6, max: 1 }),
  event: fc.option(
    fc.record({
      type,
      properties: fc.record(
        { p: fc.option(value), q: fc.option(fc.record({ r: fc.option(value) })), until: dateText },
        { requiredKeys: [] },
      ),
    }),
    { freq: 4 },
  ),
  // Often none: only then does the event lie exactly on the grid (see `itemsOf`).
  attributes: fc.option(
    fc.record({ a: fc.option(value), b: fc.option(value), d: fc.option(dateText) }, { requiredKeys: [] }),
    { freq: 1 },
  ),
  tags: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: tags }),
  channel: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: channel }),
});

export const batches = fc.array(fc.array(fact, { minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 4,
});

/** Many people and much to say of them. */
export const crowd = fc.array(fc.array(fact, { minLength: 10, maxLength: 20 }), {
  minLength: 1,
  maxLength: 2,
});

export interface Sent {
  fact: Fact;
  item: ItemInput;
  at: number;
}

/** What was said at the same instant of one person differs by a millisecond for each item: no ties. */
export function itemsOf(told: readonly Fact[][]): Sent[][] {
  let untied = 0;
  return told.map((batch) =>
    batch.map((one) => {
      const isOnGrid = !one.attributes && !one.tags && !one.channel;
      const at = instant(one.halfDays).getTime() - (isOnGrid ? 0 : (untied += 1));
      const rest = {
        occurredAt: new Date(at).toISOString(),
        attributes: one.attributes,
        ...(one.tags && { tags: one.tags }),
        ...(one.channel && { channels: [one.channel] }),
      };
      const who = Object.fromEntries(one.under.map((namespace) => [namespace, one.person]));
      const properties = { ...one.event?.properties, slot: at };
      const sent = one.event ? event(who, one.event.type, properties, rest) : item(who, rest);
      return { fact: one, item: sent, at };
    }),
  );
}

/** Who there is at an instant by what was sent, by name: that of their identifier, and with a `-` for a device that stands alone. */
export function peopleOf(sent: readonly Sent[], now: Date): Map<string, PlainPerson> {
  const linked = new Set(
    sent.filter(({ fact: one }) => one.under.length > 1).map(({ fact: one }) => one.person),
  );
  const nameOf = ({ person, under }: Fact) =>
    under.includes('external') || linked.has(person) ? person : `${person}-`;
  const inOrder = sent.toSorted((one, other) => one.at - other.at);
  return new Map(
    [...Map.groupBy(inOrder, (one) => nameOf(one.fact))].map(([name, theirs]) => [
      name,
      personOf(theirs, now),
    ]),
  );
}

/** @param theirs what was said of one person, in the order of time */
function personOf(theirs: readonly Sent[], now: Date): PlainPerson {
  const told = theirs.map((one) => one.fact);
  // What is dated ahead waits for its instant. Identifiers are known at once, and consents say themselves from when on.
  const begun = theirs.filter(({ at }) => at <= now.getTime()).map((one) => one.fact);
  const identifiers = new Map(
    told.flatMap(({ person, under }) =>
      under.map((namespace) => [namespace, { namespace, value: person }] as const),
    ),
  );
  return {
    attributes: new Map(begun.flatMap((one) => Object.entries(one.attributes ?? {}))),
    events: theirs.flatMap(({ fact: { event: happened }, at }) =>
      happened ? [{ type: happened.type, properties: { ...happened.properties, slot: at }, at }] : [],
    ),
    identifiers: [...identifiers.values()],
    labels: new Map(begun.flatMap((one) => labelsIn(one.tags ?? {}))),
    channels: Object.keys(ENDPOINTS).flatMap((of) => channelOf(of, { told, begun }) ?? []),
  };
}

function labelsIn({ add, remove, adopt, drop, addTerms, removeTerms }: TagsInput): [string, boolean][] {
  const term = (one: { taxonomy: string; term: string }) => `${one.taxonomy}/${one.term}`;
  return [
    ...[...(add ?? []), ...(addTerms ?? []).map(term), ...(adopt ?? []).map((key) => `(${key})`)].map(
      (label): [string, boolean] => [label, true],
    ),
    ...[...(remove ?? []), ...(removeTerms ?? []).map(term), ...(drop ?? []).map((key) => `(${key})`)].map(
      (label): [string, boolean] => [label, false],
    ),
  ];
}

function channelOf(
  of: string,
  { told, begun }: { told: readonly Fact[]; begun: readonly Fact[] },
): PlainChannel | undefined {
  const newsIn = (facts: readonly Fact[]) =>
    facts.flatMap((one) => (one.channel?.type === of ? [one.channel] : []));
  const news = newsIn(begun);
  if (news.length === 0) return undefined;
  const last = (flags: readonly (boolean | null | undefined)[]) => flags.findLast((flag) => flag != null);
  return {
    type: of,
    isActive: last(news.map((one) => one.isActive)) ?? true,
    isReachable: last(news.map((one) => one.isReachable)) ?? true,
    isVerified: news.some((one) => one.verified),
    consents: newsIn(told).flatMap((one) =>
      (one.consents ?? []).map(({ state, purpose = 'marketing', at, expiresAt }) => ({
        state,
        purpose,
        at: Date.parse(at ?? ''),
        expiresAt: expiresAt ? Date.parse(expiresAt) : null,
      })),
    ),
  };
}

/** What the rules of a world refer to. @param rules by the key of their segment */
export function namesOf(rules: Readonly<Record<string, object>>): PlainNames {
  return { segments: rules, derived: DERIVED };
}

/** The name of a person by the identifiers that the server shows: see `peopleOf`. */
export function nameOf(identifiers: readonly { namespace: string; value: string }[]): string {
  const external = identifiers.find(({ namespace }) => namespace === 'external');
  return external?.value ?? `${identifiers[0]?.value}-`;
}

/** Defines in a workspace all that the rules refer to. */
export async function defineNames(tenant: TestServer): Promise<void> {
  const inputs = Object.entries(DERIVED).map(([key, rest]) => ({
    key,
    label: key,
    allowUndefined: true,
    ...rest,
  }));
  const names = inputs.map((_, index) => `d${index}`);
  const data = expectNoErrors(
    await gql(
      tenant,
      `mutation (${names.map((name) => `$${name}: DefineDerivedAttributeInput!`).join()}) {
        defineTag(input: { key: "vip", label: "VIP" }) { userErrors { code path message } }
        ${names.map((name) => `${name}: defineDerivedAttribute(input: $${name}) { userErrors { code path message } }`).join(' ')} }`,
      Object.fromEntries(inputs.map((input, index) => [`d${index}`, input])),
    ),
  ) as Record<string, { userErrors: unknown[] }>;
  expect(Object.values(data).flatMap(({ userErrors }) => userErrors)).toEqual([]);
}

/** Every instant at which time alone may change the answer of a rule: all that is dated, and the durations of rules before and after it. */
export function instantsOf(sent: readonly Sent[]): number[] {
  const DATE_TEXT = /"(\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?)"/g;
  const dates = [...JSON.stringify(sent.map((one) => one.item)).matchAll(DATE_TEXT)].map(([, date = '']) =>
    Date.parse(date),
  );
  const anniversaries = dates.flatMap((date) => {
    const year = NOW.getUTCFullYear();
    return [0, 1, 2].map((day) => new Date(date).setUTCFullYear(year) + day * 2 * HALF_DAY_MS);
  });
  const days = anniversaries.map((at) => at - (at % (2 * HALF_DAY_MS)));
  const steps = Array.from({ length: 33 }, (_, index) => (index - 16) * HALF_DAY_MS);
  return [...new Set([...dates, ...days].flatMap((at) => steps.map((step) => at + step)))];
}
