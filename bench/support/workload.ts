import type { BenchServer } from './server.ts';

/** A small generator with a seed (mulberry32), so that every run sends the same items. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface BenchItem {
  externalId: string;
  occurredAt: string;
  identifiers: { namespace: string; value: string }[];
  type: string;
  properties: Record<string, unknown>;
  attributes?: Record<string, unknown>;
  channels?: object[];
  tags?: object;
}

const TYPES = [
  'page_view',
  'page_view',
  'page_view',
  'page_view',
  'purchase',
  'purchase',
  'login',
  'service_contact',
];

/**
 * Bare events of a shop: half views, a quarter purchases; three properties each; people come back.
 * @param first the number of the first of them
 * @param days how long ago they were at most
 */
export function items(
  count: number,
  { people, first = 0, seed, days = 60 }: { people: number; first?: number; seed: number; days?: number },
): BenchItem[] {
  const next = random(seed);
  const from = Date.now() - days * 86_400_000;
  return Array.from({ length: count }, (_, index) => {
    const type = TYPES[Math.floor(next() * TYPES.length)] ?? 'login';
    const person = first + Math.floor(next() * people);
    return {
      externalId: `${seed}-${index}`,
      occurredAt: new Date(from + Math.floor(next() * days * 86_400_000)).toISOString(),
      identifiers: [{ namespace: 'external', value: `person-${person}` }],
      type,
      properties: {
        amount: Math.round(next() * 20_000) / 100,
        category: `c${Math.floor(next() * 20)}`,
        channel: next() < 0.5 ? 'web' : 'app',
      },
    };
  });
}

/**
 * The same item with three typed attributes and a channel.
 * @param consents how many of a hundred items tell of consent as well
 */
export function filled(item: BenchItem, index: number, consents: number): BenchItem {
  const person = item.identifiers[0]?.value ?? '';
  const isAsked = Math.floor(((index + 1) * consents) / 100) > Math.floor((index * consents) / 100);
  return {
    ...item,
    attributes: {
      city: `city ${index % 50}`,
      loyaltyStatus: ['bronze', 'silver', 'gold'][index % 3],
      bonusBalance: index % 1_000,
    },
    channels: [
      {
        type: 'EMAIL',
        endpoint: `${person}@example.com`,
        ...(isAsked && { consents: [{ state: index % 5 ? 'GRANTED' : 'DENIED' }] }),
      },
    ],
  };
}

/** Contracts of all properties of the workload's events. */
export async function defineContracts(server: BenchServer): Promise<void> {
  const properties = [
    { key: 'amount', type: 'NUMBER', isRequired: true },
    { key: 'category', type: 'TEXT' },
    { key: 'channel', type: 'TEXT', allowedValues: ['web', 'app'] },
  ];
  for (const key of new Set(TYPES)) {
    const { updateEventType } = await server.gql<{ updateEventType: { userErrors: { message: string }[] } }>(
      `mutation ($input: UpdateEventTypeInput!) { updateEventType(input: $input) { userErrors { message } } }`,
      { input: { key, properties } },
    );
    if (updateEventType.userErrors[0]) throw new Error(updateEventType.userErrors[0].message);
  }
}

/** Twenty rules of the usual kinds, on the events and attributes of the workload. */
export async function createSegments(server: BenchServer, count = 20): Promise<string[]> {
  const keys = Array.from({ length: count }, (_, index) => `bench-${index}`);
  for (const [index, key] of keys.entries()) {
    const { createSegment } = await server.gql<{ createSegment: { userErrors: { message: string }[] } }>(
      `mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { userErrors { message } } }`,
      { input: { key, name: key, rule: ruleAt(index), allowUndefined: true } },
    );
    if (createSegment.userErrors[0]) throw new Error(createSegment.userErrors[0].message);
  }
  for (;;) {
    const { segments } = await server.gql<{ segments: { nodes: { state: string }[] } }>(
      `{ segments(first: 500) { nodes { state } } }`,
    );
    if (segments.nodes.every((segment) => segment.state === 'LIVE')) return keys;
  }
}

function ruleAt(index: number): object {
  const kinds: ((n: number) => object)[] = [
    (n) => ({ event: { type: 'purchase', count: { atLeast: 2 + 2 * n } } }),
    (n) => ({ event: { type: 'page_view', withinLast: { days: 7 * (1 + n) }, count: { atLeast: 3 + n } } }),
    (n) => ({
      all: [
        { event: { type: 'purchase', count: { atLeast: 2 } } },
        { not: { event: { type: 'login', withinLast: { days: 10 * (1 + n) } } } },
      ],
    }),
    (n) => ({ event: { type: 'purchase', where: [{ path: 'amount', is: { gte: 120 + 20 * n } }] } }),
    (n) => ({ attribute: { key: 'city', is: { equals: `city-${n}` } } }),
  ];
  return (kinds[index % kinds.length] ?? kinds[0])?.(Math.floor(index / kinds.length)) ?? {};
}

const CITIES = ['Ghent', 'Turin', 'Bonn', 'Lille', 'Porto'];

/** The first items of a load, one for each person as far as they go, with what is known of them besides. */
export function introducing(all: readonly BenchItem[], people: number): BenchItem[] {
  return all.map((item, index) => {
    const person = index % people;
    return {
      ...item,
      identifiers: [
        { namespace: 'external', value: `person-${person}` },
        { namespace: 'email', value: `person-${person}@example.com` },
      ],
      attributes: {
        firstName: `First${person}`,
        lastName: `Last${person}`,
        city: CITIES[person % CITIES.length] ?? '',
        bonusBalance: person % 1_000,
      },
      channels: [
        {
          type: 'EMAIL',
          endpoint: `person-${person}@example.com`,
          verified: { by: 'link' },
          consents: [{ state: 'GRANTED' }, { state: person % 3 ? 'GRANTED' : 'DENIED', purpose: 'service' }],
        },
        { type: 'PUSH', endpoint: `token-${person}`, consents: [{ state: 'PENDING' }] },
      ],
      tags: {
        add: person % 2 ? ['vip'] : ['vip', 'early'],
        addTerms: [{ taxonomy: 'themes', term: 'delivery.late' }],
        adopt: ['member'],
      },
    };
  });
}

/** The tags of those who are introduced. */
export async function defineTags(server: BenchServer): Promise<void> {
  for (const key of ['vip', 'early'])
    await server.gql(
      `mutation ($input: DefineTagInput!) { defineTag(input: $input) { userErrors { message } } }`,
      { input: { key, label: key.toUpperCase() } },
    );
}
