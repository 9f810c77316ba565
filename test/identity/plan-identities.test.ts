import fc from 'fast-check';
import type { Identifier } from '../../src/identity/index.js';
import { identifierName } from '../../src/identity/identifier.js';
import { NAMESPACES } from '../../src/identity/namespaces.js';
import type { Namespace } from '../../src/identity/namespaces.js';
import { planIdentities, profilesInQuestion } from '../../src/identity/plan-identities.js';
import type { Demotion, Holder, IdentityPlan, ProfileState } from '../../src/identity/plan-identities.js';
import { nameOf, PlainIdentities } from './plainly.js';

type Namespaces = ReadonlyMap<string, Namespace>;
type Items = readonly (readonly Identifier[])[];

const KEYS = ['external', 'email', 'phone', 'device'] as const;
const NOBODY = 'nobody';

function namespacesOf(changes: Partial<Record<string, Partial<Namespace>>> = {}): Namespaces {
  return new Map(
    KEYS.map((key) => {
      const plain = {
        maxPerProfile: null,
        canMergeProfiles: true,
        isBlocked: (value: string) => value === NOBODY,
      };
      return [key, { ...(NAMESPACES.get(key) as Namespace), ...plain, ...changes[key] }];
    }),
  );
}

/** What a store would hold after each plan: profiles, and whose the identifiers are. */
class Store {
  readonly holders = new Map<string, Holder>();
  readonly states = new Map<string, ProfileState>();
  private time = 0;

  /** @param oneAtATime within a millisecond the smaller id counts as the older, and ids are random */
  constructor(
    private readonly namespaces: Namespaces,
    private readonly oneAtATime = false,
  ) {}

  apply(items: Items): IdentityPlan {
    const known = new Map(
      items.flat().flatMap((one) => {
        const holder = this.holders.get(identifierName(one));
        return holder ? [[identifierName(one), holder] as const] : [];
      }),
    );
    const states = new Map(
      profilesInQuestion({ items, holders: known }).map(({ id }) => [
        id,
        this.states.get(id) as ProfileState,
      ]),
    );
    const plan = planIdentities({
      workspaceId: 1,
      namespaces: this.namespaces,
      items,
      holders: known,
      states,
    });
    this.time += 1;
    for (const { id } of plan.created) {
      this.states.set(id, { createdAt: new Date(this.time), held: {} });
      if (this.oneAtATime) this.time += 1;
    }
    for (const { survivor, absorbed } of plan.merges) {
      for (const [name, holder] of this.holders)
        if (holder.id === absorbed.id) this.holders.set(name, { ...holder, ...survivor });
      this.states.delete(absorbed.id);
    }
    for (const { identifier, profile, side } of plan.claims) {
      expect(this.holders.has(identifierName(identifier))).toBe(false);
      this.holders.set(identifierName(identifier), { ...profile, side, seenLongAgo: false });
    }
    for (const [id, { createdAt: since }] of this.states)
      this.states.set(id, { createdAt: since, held: this.heldBy(id) });
    return plan;
  }

  partition(): string[] {
    const names = [...this.holders].map(([name, { id }]) => ({ id, name: name.replace('\0', ':') }));
    return [...Map.groupBy(names, ({ id }) => id).values()]
      .map((group) =>
        group
          .map(({ name }) => name)
          .sort()
          .join(' '),
      )
      .sort();
  }

  /** Whom an item's place names is the one who holds what the item kept, and every profile holds something. */
  check(items: Items, plan: IdentityPlan): void {
    for (const [index, place] of plan.places.entries()) {
      if (!place) continue;
      const aside = place.demotions.map(({ identifier }) => nameOf(identifier));
      const kept = items[index]?.filter((one) => !aside.includes(nameOf(one))) ?? [];
      expect(kept.map((one) => this.holders.get(identifierName(one))?.id)).toEqual(
        kept.map(() => place.profile.id),
      );
      expect(kept.map((one) => this.holders.get(identifierName(one))?.side)).toContain(place.side);
    }
    expect(new Set([...this.holders.values()].map(({ id }) => id))).toEqual(new Set(this.states.keys()));
  }

  private heldBy(id: string): Record<string, number> {
    const held: Record<string, number> = {};
    for (const [name, holder] of this.holders) {
      const [namespace = ''] = name.split('\0');
      if (holder.id === id) held[namespace] = (held[namespace] ?? 0) + 1;
    }
    return held;
  }
}

const identifier = fc.record({
  namespace: fc.constantFrom(...KEYS),
  value: fc.constantFrom('1', '2', '3', '4', NOBODY),
});
const item = fc.array(identifier, { minLength: 1, maxLength: 4 });
const stream = fc.array(item, { minLength: 1, maxLength: 12 });
const cuts = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 });
const limits = fc.record(
  Object.fromEntries(
    KEYS.map((key) => [
      key,
      fc.record({
        maxPerProfile: fc.constantFrom(null, 1, 2),
        canMergeProfiles: fc.boolean(),
        priority: fc.constantFrom(1, 2, 3),
      }),
    ]),
  ),
);

/** Cuts a stream before the places that are marked. */
function batchesOf(items: Items, marks: readonly boolean[]): Items[] {
  const batches: Identifier[][][] = [];
  for (const [index, one] of items.entries()) {
    if (index === 0 || marks[index]) batches.push([]);
    batches.at(-1)?.push([...one]);
  }
  return batches;
}

const told = (demotions: readonly Demotion[]) =>
  demotions.map(({ kind, identifier: one }) => `${kind} ${nameOf(one)}`).sort();

describe('whatever the items', () => {
  it('without limits the people are the same in any order and however they are cut into batches', () => {
    const shuffled = stream.chain((items) =>
      fc.record({
        items: fc.constant(items),
        others: fc.shuffledSubarray(items, { minLength: items.length }),
        cuts,
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ items, others, cuts: marks }) => {
        const plain = new PlainIdentities(namespacesOf());
        for (const one of items) plain.add(one);
        const store = new Store(namespacesOf());
        for (const batch of batchesOf(others, marks)) store.check(batch, store.apply(batch));
        expect(store.partition()).toEqual(plain.partition());
      }),
      { numRuns: 3_000 },
    );
  });

  it('with limits, priorities and namespaces that prove nothing they are those of one item after the other', () => {
    fc.assert(
      fc.property(stream, cuts, limits, (items, marks, changes) => {
        const namespaces = namespacesOf(changes);
        const plain = new PlainIdentities(namespaces);
        const expected = items.map((one) => plain.add(one));
        const store = new Store(namespaces);
        const found = batchesOf(items, marks).flatMap((batch) => {
          const plan = store.apply(batch);
          store.check(batch, plan);
          return plan.places.map((place) => place && told(place.demotions));
        });
        expect(found).toEqual(expected);
        expect(store.partition()).toEqual(plain.partition());
      }),
      { numRuns: 5_000 },
    );
  });

  it('the order of identifiers within an item says nothing, nor does their repetition', () => {
    const shuffled = stream.chain((items) =>
      fc.tuple(
        fc.constant(items),
        fc.tuple(...items.map((one) => fc.shuffledSubarray([...one, ...one], { minLength: one.length * 2 }))),
        cuts,
        limits,
      ),
    );
    fc.assert(
      fc.property(shuffled, ([items, others, marks, changes]) => {
        const [one, other] = [items, others].map((some) => {
          const store = new Store(namespacesOf(changes), true);
          const places = batchesOf(some, marks).flatMap((batch) => store.apply(batch).places);
          // Which of several sides an item came to shows in what holds the same side.
          const sides = places.map(
            (place, index) =>
              place &&
              some[index]
                ?.filter((each) => store.holders.get(identifierName(each))?.side === place.side)
                .map(nameOf)
                .sort(),
          );
          return {
            partition: store.partition(),
            asides: places.map((place) => place && told(place.demotions)),
            sides: sides.map((side) => side && [...new Set(side)]),
          };
        });
        expect(other).toEqual(one);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('an item', () => {
  const of = (...names: string[]): Identifier[] =>
    names.map((name) => {
      const [namespace = '', value = ''] = name.split(':');
      return { namespace, value };
    });
  let store: Store;

  const begin = (changes: Parameters<typeof namespacesOf>[0] = {}) =>
    (store = new Store(namespacesOf(changes)));
  const holder = (name: string) => store.holders.get(name.replace(':', '\0'));

  it('about a tablet that two people share leaves the tablet with the first of them', () => {
    begin({ external: { maxPerProfile: 1 } });
    store.apply([of('external:ann', 'device:tablet')]);
    const plan = store.apply([of('external:bob', 'device:tablet')]);
    expect(store.partition()).toEqual(['device:tablet external:ann', 'external:bob']);
    expect(plan.places[0]?.profile.id).toBe(holder('external:bob')?.id);
    expect(plan.places[0]?.demotions).toEqual([
      { kind: 'DEMOTED', identifier: of('device:tablet')[0], heldBy: holder('external:ann')?.id },
    ]);
    expect(plan.merges).toEqual([]);
  });

  it('gives up its weakest identifiers one by one until the rest can be one person', () => {
    begin({ external: { maxPerProfile: 1 } });
    store.apply([of('external:ann', 'email:a@example.com', 'device:1')]);
    const [place] = store.apply([of('email:a@example.com', 'device:1', 'external:bob', 'phone:2')]).places;
    expect(told(place?.demotions ?? [])).toEqual([
      'DEMOTED device:1',
      'DEMOTED email:a@example.com',
      'DEMOTED phone:2',
    ]);
    expect(store.partition()).toEqual(['device:1 email:a@example.com external:ann', 'external:bob']);
  });

  it('cannot add to a limit, but what is over it since the limit was lowered stays, and other things can come', () => {
    begin();
    store.apply([of('phone:1', 'phone:2', 'email:a')]);
    const { holders, states } = store;
    store = Object.assign(new Store(namespacesOf({ phone: { maxPerProfile: 1 } })), { holders, states });
    const [place] = store.apply([of('email:a', 'device:d')]).places;
    expect(place?.demotions).toEqual([]);
    expect(store.partition()).toEqual(['device:d email:a phone:1 phone:2']);
  });

  it.each([
    ['proves nobody to be another', ['device:1', 'email:b'], ['DEMOTED device:1']],
    ['does no harm where others prove it', ['device:1', 'email:a', 'email:b'], []],
    [
      'is one of several: each gives way',
      ['device:1', 'device:2', 'email:c'],
      ['DEMOTED device:1', 'DEMOTED device:2'],
    ],
  ])('whose device may not cause a merge %s', (_name, names, aside) => {
    begin({ device: { canMergeProfiles: false } });
    store.apply([of('device:1', 'email:a'), of('device:2', 'email:b'), of('email:c')]);
    expect(told(store.apply([of(...names)]).places[0]?.demotions ?? [])).toEqual(aside);
  });

  it('whose identifiers are all blocked has no place', () => {
    begin();
    const plan = store.apply([of(`device:${NOBODY}`, `email:${NOBODY}`), of(`device:${NOBODY}`, 'email:a')]);
    expect(plan.places[0]).toBeNull();
    expect(plan.places[1]?.demotions).toEqual([
      { kind: 'BLOCKED', identifier: of(`device:${NOBODY}`)[0], heldBy: null },
    ]);
    expect(store.partition()).toEqual(['email:a']);
  });

  it('that links people makes them the oldest of them, then the one of the smallest id', () => {
    begin();
    store.apply([of('email:old')]);
    store.apply([of('email:b'), of('email:c')]);
    const old = holder('email:old')?.id;
    const [least] = [holder('email:b')?.id, holder('email:c')?.id].sort();
    expect(store.apply([of('email:b', 'email:c')]).merges).toMatchObject([
      { survivor: { id: least }, item: 0 },
    ]);
    const plan = store.apply([of('email:x'), of('email:c', 'email:old', 'email:x')]);
    expect(plan.merges).toEqual([
      {
        survivor: expect.objectContaining({ id: old }),
        absorbed: expect.objectContaining({ id: least }),
        item: 1,
      },
    ]);
    expect(plan.created).toEqual([]);
  });

  it('of a newcomer who is found to be somebody stays with that one’s side, whoever that one turns out to be', () => {
    begin();
    store.apply([of('email:old')]);
    store.apply([of('email:young')]);
    const young = holder('email:young')?.id;
    const plan = store.apply([
      of('device:new'),
      of('device:new', 'email:young'),
      of('email:young', 'email:old'),
    ]);
    expect(plan.claims).toEqual([expect.objectContaining({ identifier: of('device:new')[0], side: young })]);
    expect(plan.places.map((place) => place?.side)).toEqual([young, young, holder('email:old')?.id]);
  });
});
