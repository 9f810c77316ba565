import fc from 'fast-check';
import type { Identifier } from '../../src/identity/index.js';
import type { Item } from '../../src/ingest/item.js';
import { partByPeople } from '../../src/ingest/part-by-people.js';
import { NotedNames } from '../../src/profiles/discoveries.js';
import { NOTHING_SAID } from '../../src/ingest/parts/index.js';
import { asAdmin, event, eventually, expectError, gql, ingest, seed, startServer } from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';

const RUNS = 1_000;
/** A failure that is nobody's data (SQLSTATE P0001), as a full disk would be. */
const REFUSE_POISON = `
  create function refuse_poison() returns trigger language plpgsql as $$ begin raise exception 'poison'; end $$;
  create trigger refuse_poison before insert on event for each row when (new.type = 'poison')
    execute function refuse_poison()`;

let made = 0;

function itemAbout(identifiers: readonly Identifier[], externalId?: string): Item {
  made += 1;
  return {
    sourceId: '01890a5d-ac96-774b-bcce-b302099a8057',
    keyId: '',
    externalId: externalId ?? `item-${made}`,
    digest: Buffer.alloc(16),
    size: 1,
    occurredAt: new Date(0),
    identifiers,
    verifications: [],
    raw: { externalId: '', identifiers },
    receivedAt: new Date(0),
    requestedAt: new Date(0),
    arrival: 0,
    definitions: {
      sources: new Map(),
      ranking: () => 0,
      noted: new NotedNames(),
      namespaces: new Map(),
      ofParts: {},
    },
    ...NOTHING_SAID,
    discoveries: [],
    errors: [],
    warnings: [],
  };
}

/** So few that items are often linked, and rarely all of them; the same value in two namespaces is two identifiers. */
const identifier = fc.record({
  namespace: fc.constantFrom('external', 'email', 'device'),
  value: fc.integer({ min: 0, max: 59 }).map((number) => `p${number}`),
});
const item = fc
  .tuple(fc.array(identifier, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 500 }))
  .map(([identifiers, number]) => itemAbout(identifiers, `sent-${number}`));
const items = fc.array(item, { maxLength: 60, size: 'max' });
const parts = fc.integer({ min: 1, max: 9 });

interface Group {
  names: Set<string>;
  items: Item[];
}

/** Items that share an identifier or the externalId, those that share one with them, and so on; plainly. */
function groupsOf(all: readonly Item[]): Item[][] {
  let groups: Group[] = [];
  for (const item of all) {
    const names = new Set([
      item.externalId ?? '',
      ...item.identifiers.map(({ namespace, value }) => `${namespace} ${value}`),
    ]);
    const isLinked = (group: Group) => [...names].some((name) => group.names.has(name));
    const linked = groups.filter(isLinked);
    const apart = groups.filter((group) => !isLinked(group));
    for (const group of linked) for (const name of group.names) names.add(name);
    groups = [...apart, { names, items: [...linked.flatMap((group) => group.items), item] }];
  }
  return groups.map((group) => group.items);
}

const placeOf = (parted: readonly Item[][], item: Item) => parted.findIndex((part) => part.includes(item));

describe('items parted by people', () => {
  it('are all there, in the order in which they came', () => {
    fc.assert(
      fc.property(items, parts, (all, number) => {
        const parted = partByPeople(all, number);
        expect(parted).toHaveLength(number);
        expect(parted).toEqual(
          parted.map((_, place) => all.filter((item) => placeOf(parted, item) === place)),
        );
        expect(parted.flat()).toHaveLength(all.length);
      }),
      { numRuns: RUNS },
    );
  });

  it('come into one part when they are linked, through any chain', () => {
    let chains = 0;
    fc.assert(
      fc.property(items, parts, (all, number) => {
        const parted = partByPeople(all, number);
        for (const group of groupsOf(all)) {
          if (group.length > 2) chains += 1;
          expect(new Set(group.map((item) => placeOf(parted, item))).size).toBe(1);
        }
      }),
      { numRuns: RUNS },
    );
    expect(chains).toBeGreaterThan(RUNS);
  });

  it('come into the same part in every request, when they are about one identifier', () => {
    const others = fc.array(
      fc.array(
        identifier.map(({ namespace, value }) => ({ namespace, value: `other ${value}` })),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(identifier, others, fc.nat(), parts, (one, rest, at, number) => {
        const alone = itemAbout([one]);
        const among = rest.map((some) => itemAbout(some)).toSpliced(at % (rest.length + 1), 0, alone);
        expect(placeOf(partByPeople(among, number), alone)).toBe(
          placeOf(partByPeople([alone], number), alone),
        );
      }),
      { numRuns: RUNS },
    );
  });

  it('are left as they are, when there is one part', () => {
    fc.assert(
      fc.property(items, (all) => expect(partByPeople(all, 1)).toEqual([all])),
      { numRuns: 100 },
    );
  });

  it('are spread about evenly over the parts', () => {
    const people = Array.from({ length: 4_000 }, (_, person) =>
      itemAbout([
        { namespace: 'email', value: `p${person}@example.com` },
        { namespace: 'external', value: `c-${person}` },
      ]),
    );
    for (const part of partByPeople(people, 4)) {
      expect(part.length).toBeGreaterThan(850);
      expect(part.length).toBeLessThan(1_150);
    }
  });
});

describe('a request of 300 items that are linked crosswise, to a server with four lanes', () => {
  const GROUPS = 60;
  const LINKS = 5;
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ config: { INGEST_CONCURRENCY: 4 } });
  });

  /** Five items of each of sixty people, by turns: each shares an identifier with the one before it. */
  const requestOf = (name: string): ItemInput[] =>
    Array.from({ length: LINKS * GROUPS }, (_, index) => {
      const [link, group] = [Math.floor(index / GROUPS), index % GROUPS];
      const at = (number: number) => `${name}-${group}-${LINKS - number}`;
      return link % 2
        ? event({ email: `${at(link)}@example.com`, device: at(link - 1) }, 'visit')
        : event({ device: at(link), email: `${at(link - 1)}@example.com` }, 'visit');
    });

  async function count(query: string): Promise<number> {
    const { rows } = await asAdmin(server.databaseUrl, (client) =>
      client.query<{ count: number }>(`select count(*)::int as count from ${query}`),
    );
    return rows[0]?.count ?? -1;
  }

  it('is answered in order, and gives one profile for each linked group', async () => {
    const request = requestOf('linked');
    const results = await ingest(server, request);
    expect(results.map((result) => [result.externalId, result.status])).toEqual(
      request.map((one) => [one.externalId, 'ACCEPTED']),
    );
    const profiles = results.slice(0, GROUPS).map((result) => result.profileId);
    expect(new Set(profiles).size).toBe(GROUPS);
    for (const [index, result] of results.entries()) expect(result.profileId).toBe(profiles[index % GROUPS]);
    expect(await count('profile')).toBe(GROUPS);
    expect(await count('event')).toBe(request.length);
    expect(await count('(select distinct xmin::text from receipt) as transactions')).toBe(4);
    const again = await ingest(server, request);
    expect(again).toEqual(results.map((result) => ({ ...result, status: 'DUPLICATE' })));
  });

  it('accepts the first of those with one externalId, whoever they are about', async () => {
    const about = (whom: string) =>
      Array.from({ length: 150 }, (_, number) =>
        event({ external: `${whom}-${number}` }, 'visit', {}, { externalId: `twice-${number}` }),
      );
    const results = await ingest(server, [...about('one'), ...about('another')]);
    expect(results.map((result) => result.status)).toEqual([
      ...Array(150).fill('ACCEPTED'),
      ...Array(150).fill('CONFLICT'),
    ]);
    for (const [index, result] of results.slice(150).entries())
      expect(result.eventId).toBe(results[index]?.eventId);
  });

  it('of which one lane fails, is kept as far as the others came, and completed when it is sent again', async () => {
    const before = await count('event');
    const request = requestOf('broken').map((one, index) => ({
      ...one,
      type: index === 7 ? 'poison' : 'visit',
    }));
    const asItems = request.map(({ identifiers }) => itemAbout(identifiers));
    const lane = partByPeople(asItems, 4).find((part) => part.includes(asItems[7]!))!;
    await asAdmin(server.databaseUrl, (client) => client.query(REFUSE_POISON));
    const send = 'mutation ($input: IngestInput!) { ingest(input: $input) { accepted } }';
    expectError(await gql(server, send, { input: { items: request } }), 'INTERNAL_SERVER_ERROR');
    await eventually(
      'the other lanes are done',
      async () => (await count('event')) === before + request.length - lane.length,
    );
    await asAdmin(server.databaseUrl, (client) => client.query('drop trigger refuse_poison on event'));
    const again = await ingest(server, request);
    expect(again.map((result) => result.status)).toEqual(
      asItems.map((one) => (lane.includes(one) ? 'ACCEPTED' : 'DUPLICATE')),
    );
    expect(await count('event')).toBe(before + request.length);
    await seed(server, requestOf('next'));
  });
});
