import fc from 'fast-check';
import type { Identifier } from '../../src/identity/index.js';
import { NAMESPACES } from '../../src/identity/namespaces.js';
import { nameOf, personOf, PlainIdentities } from './plainly.js';
import type { PlainPerson, Told } from './plainly.js';
import { byName, NOW, Town } from './town.js';

/** Streams that run at once, in one batch where they can: each is a run of its own. */
const STREAMS = 40;
const HOUR_MS = 3_600_000;

let town: Town;

beforeAll(async () => {
  town = await Town.found();
});

afterEach(() => town.check());

const instant = (days: number) => new Date(NOW.getTime() - days * 24 * HOUR_MS - HOUR_MS).toISOString();

interface Fact {
  identifiers: Identifier[];
  /** How long ago; null: it does not say when. */
  days: number | null;
  source: 0 | 1;
  attributes: Record<string, unknown>;
  type: string | null;
}

const identifierOf = (externals: number) =>
  fc.oneof(
    fc.record({
      namespace: fc.constant('external'),
      value: fc.integer({ min: 1, max: externals }).map(String),
    }),
    fc.record({
      namespace: fc.constantFrom('email', 'phone', 'device'),
      value: fc.constantFrom('1', '2', '3'),
    }),
  );
const said = {
  days: fc.constantFrom(0, 1, 29, 30, 60, null),
  source: fc.constantFrom<(0 | 1)[]>(0, 1),
  attributes: fc.oneof(
    fc.constant({}),
    fc.record(
      { city: fc.constantFrom('Turin', 'Bonn', null), vip: fc.constantFrom(true, false, null) },
      { requiredKeys: [] },
    ),
  ),
  type: fc.constantFrom(null, 'visit', 'purchase'),
};
const streamOf = (externals: number): fc.Arbitrary<Fact[]> =>
  fc.array(
    fc.record({ identifiers: fc.array(identifierOf(externals), { minLength: 1, maxLength: 3 }), ...said }),
    {
      minLength: 2,
      maxLength: 12,
    },
  );

/** Items with the batch, and the writer, that each of them goes by. */
type Plan = { fact: Fact; number: number; batch: number; writer: 0 | 1 }[];

const numbered = (stream: readonly Fact[]) => stream.map((fact, number) => ({ fact, number }));
const cut = (stream: readonly { fact: Fact; number: number }[]): fc.Arbitrary<Plan> =>
  fc.tuple(...stream.map(() => fc.tuple(fc.boolean(), fc.constantFrom<(0 | 1)[]>(0, 1)))).map((marks) => {
    let batch = 0;
    return stream.map((one, index) => {
      if (marks[index]?.[0]) batch += 1;
      return { ...one, batch, writer: marks[index]?.[1] ?? 0 };
    });
  });

const inAnyOrder = streamOf(1).chain((stream) =>
  fc.shuffledSubarray(numbered(stream), { minLength: stream.length }).chain(cut),
);
const inOrder = streamOf(3).chain((stream) => cut(numbered(stream)));

const toldOf = ({ fact, number }: { fact: Fact; number: number }): Told => ({
  identifiers: fact.identifiers,
  at: fact.days === null ? null : instant(fact.days),
  source: town.sources[fact.source] ?? '',
  attributes: fact.attributes,
  type: fact.type,
  number,
});

/** Sends the batches of all streams, the first of each together, then the second of each, and so on. */
async function sendAll(plans: ReadonlyMap<number, Plan>, writer: 0 | 1, of = writer): Promise<void> {
  for (let batch = 0; batch <= 12; batch += 1) {
    const items = [...plans].flatMap(([stream, plan]) =>
      plan
        .filter((one) => one.batch === batch && one.writer === of)
        .map((one) => ({ stream, told: toldOf(one) })),
    );
    if (items.length > 0) await town.send(items, writer);
  }
}

function expectedOf(plan: Plan, stream: number): PlainPerson[] {
  const plain = new PlainIdentities(NAMESPACES);
  const kept = plan.map((one) => {
    const aside = plain.add(one.fact.identifiers) ?? [];
    return one.fact.identifiers.filter((each) => !aside.some((name) => name.endsWith(` ${nameOf(each)}`)));
  });
  const items = plan.map((one, index) => ({ person: plain.personOf(kept[index] ?? []), told: toldOf(one) }));
  return [...Map.groupBy(items, ({ person }) => person)]
    .map(([person, theirs]) =>
      personOf(
        person ?? [],
        town.asArrived(
          stream,
          theirs.map(({ told }) => told),
        ),
        NOW,
      ),
    )
    .sort(byName);
}

async function expectAsPlain(plans: ReadonlyMap<number, Plan>): Promise<void> {
  const found = await town.people([...plans.keys()]);
  for (const [stream, plan] of plans) expect(found.get(stream)).toEqual(expectedOf(plan, stream));
}

const numberedStreams = (plans: readonly Plan[]) => new Map(plans.map((plan) => [town.newStream(), plan]));
const together = (plan: fc.Arbitrary<Plan>) =>
  fc.array(plan, { minLength: 1, maxLength: STREAMS, size: 'max' });

it('whatever the items, in any order and in any batches, by two writers at once: the people are those of the plain model', async () => {
  await fc.assert(
    fc.asyncProperty(together(inAnyOrder), async (streams) => {
      town.begin();
      const plans = numberedStreams(streams);
      await Promise.all([sendAll(plans, 0), sendAll(plans, 1)]);
      await expectAsPlain(plans);
    }),
    { numRuns: 30, endOnFailure: true },
  );
}, 120_000);

it('where a limit forbids a merge, they are those of the plain model in the order committed, in any batches', async () => {
  await fc.assert(
    fc.asyncProperty(together(inOrder), async (streams) => {
      town.begin();
      const plans = numberedStreams(
        streams.map((plan) => plan.map((one) => ({ ...one, writer: 0 as const }))),
      );
      await sendAll(plans, 0);
      await expectAsPlain(plans);
    }),
    { numRuns: 30, endOnFailure: true },
  );
}, 120_000);

/** People known apart: person `n` has the e-mail address `n` and the device `n`. */
const PERSONS = 5;
const person = fc.integer({ min: 1, max: PERSONS });
const pair = fc.tuple(person, person).filter(([one, other]) => one !== other);
const news = fc.record({ person, device: fc.boolean(), ...said });

type Step =
  | { kind: 'NEWS'; person: number; device: boolean; fact: Omit<Fact, 'identifiers'>; brings: boolean }
  | { kind: 'LINK'; pair: [number, number] }
  | { kind: 'MERGE'; pair: [number, number]; survivor: boolean }
  | { kind: 'UNDO'; which: number };

const newsStep: fc.Arbitrary<Step> = fc
  .tuple(news, fc.boolean())
  .map(([{ person: who, device, ...fact }, brings]) => ({ kind: 'NEWS', person: who, device, fact, brings }));
const mergeStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('LINK' as const), pair }),
  fc.record({ kind: fc.constant('MERGE' as const), pair, survivor: fc.boolean() }),
);
const undoStep: fc.Arbitrary<Step> = fc.record({ kind: fc.constant('UNDO' as const), which: fc.nat(9) });

const life = (steps: fc.Arbitrary<Step>) =>
  fc.record({
    before: fc.array(newsStep, { minLength: 1, maxLength: 8 }),
    steps: fc.array(steps, { minLength: 1, maxLength: 8 }),
    undone: fc.infiniteStream(fc.nat(9)).map((stream) => [...stream.take(20)]),
  });
const lives = (steps: fc.Arbitrary<Step>) =>
  fc.array(life(steps), { minLength: 1, maxLength: 16, size: 'max' });

interface Merged {
  id: string;
  stream: number;
  survivor: number;
  absorbed: number;
}

/** One stream of people, as the town has it and as it would be had nobody ever been merged. */
class Life {
  readonly stream = town.newStream();
  /** What was told of each person. */
  private readonly told = new Map<number, Told[]>();
  private readonly names = new Map<number, Set<string>>();
  private items = 0;

  constructor(readonly steps: readonly Step[]) {
    for (let who = 1; who <= PERSONS; who += 1) {
      this.told.set(who, []);
      this.names.set(who, new Set([`email:${who}`, `device:${who}`]));
    }
  }

  /** Everybody’s first item. */
  first(): Told[] {
    return [...this.told.keys()].map((who) =>
      this.item(who, ['email', 'device'], { days: 0, source: 0, attributes: {}, type: null }),
    );
  }

  /** The item of a step; null when it is none. */
  itemOf(step: Step | undefined): Told | null {
    if (step?.kind === 'NEWS') {
      const namespaces = [step.device ? 'device' : 'email', ...(step.brings ? ['phone'] : [])];
      return this.item(step.person, namespaces, step.fact);
    }
    if (step?.kind !== 'LINK') return null;
    const [one, other] = step.pair;
    const identifiers = [
      { namespace: 'email', value: `${one}` },
      { namespace: 'device', value: `${other}` },
    ];
    this.items += 1;
    return {
      identifiers,
      at: instant(0),
      source: town.sources[0] ?? '',
      attributes: {},
      type: null,
      number: this.items,
    };
  }

  /** Who they are when only these merges stand. */
  merged(merges: readonly Merged[]): PlainPerson[] {
    const groups = new Map([...this.told.keys()].map((who) => [who, [who]]));
    for (const { survivor, absorbed } of merges) {
      const all = [...(groups.get(survivor) ?? []), ...(groups.get(absorbed) ?? [])];
      for (const who of all) groups.set(who, all);
    }
    return [...new Set(groups.values())]
      .map((group) =>
        personOf(
          group.flatMap((who) => [...(this.names.get(who) ?? [])]),
          town.asArrived(
            this.stream,
            group.flatMap((who) => this.told.get(who) ?? []),
          ),
          NOW,
        ),
      )
      .sort(byName);
  }

  private item(who: number, namespaces: string[], fact: Omit<Fact, 'identifiers'>): Told {
    const identifiers = namespaces.map((namespace) => ({ namespace, value: `${who}` }));
    this.items += 1;
    const told = { ...toldOf({ fact: { ...fact, identifiers }, number: this.items }) };
    this.told.get(who)?.push(told);
    for (const one of identifiers) this.names.get(who)?.add(nameOf(one));
    return told;
  }
}

async function sendOf(all: readonly Life[], itemsOf: (one: Life, index: number) => Told[]): Promise<void> {
  const items = all.flatMap((one, index) =>
    itemsOf(one, index).map((told) => ({ stream: one.stream, told })),
  );
  if (items.length > 0) await town.send(items);
}

/** Merges that stand, by stream, the oldest first. */
async function standing(all: readonly Life[]): Promise<Map<number, Merged[]>> {
  const rows = await town.query<Merged>(
    `select m.id, split_part(a.value, '-', 2)::int as stream, split_part(a.value, '-', 1)::int as absorbed, split_part(s.value, '-', 1)::int as survivor
    from profile_merge m
    join identifier a on a.recorded_profile_id = m.absorbed_id and a.namespace = 'device'
    join identifier s on s.recorded_profile_id = m.survivor_id and s.namespace = 'device'
    where m.undone_at is null and m.at >= $1 order by m.id`,
    [town.since],
  );
  const streams = new Set(all.map(({ stream }) => stream));
  return Map.groupBy(
    rows.filter(({ stream }) => streams.has(stream)),
    ({ stream }) => stream,
  );
}

/** The same step of all lives at once. */
async function take(all: readonly Life[], index: number): Promise<void> {
  await sendOf(all, (one) => {
    const told = one.itemOf(one.steps[index]);
    return told ? [told] : [];
  });
  const merges = await standing(all);
  const holders = await town.holders();
  await Promise.all(
    all.map(async (one) => {
      const step = one.steps[index];
      if (step?.kind === 'MERGE') {
        const ids = step.pair.map((who) => holders.get(`${one.stream}/${who}`) ?? '');
        if (ids[0] !== ids[1]) await town.merge(ids, step.survivor ? ids[0] : null);
      }
      const stand = merges.get(one.stream) ?? [];
      if (step?.kind === 'UNDO' && stand.length > 0)
        await town.unmerge(stand[step.which % stand.length]?.id ?? '');
    }),
  );
  town.clock.advance(1_000);
}

/** Undoes whatever stands, in an order of each one’s own. */
async function undoAll(all: readonly { life: Life; undone: readonly number[] }[]): Promise<void> {
  const merges = await standing(all.map(({ life: one }) => one));
  await Promise.all(
    all.map(async ({ life: one, undone }) => {
      const left = [...(merges.get(one.stream) ?? [])];
      for (let turn = 0; left.length > 0; turn += 1) {
        const [merge] = left.splice((undone[turn % undone.length] ?? 0) % left.length, 1);
        await town.unmerge(merge?.id ?? '');
      }
    }),
  );
  town.clock.advance(1_000);
}

/** With the column that says whose side a row is of, or whose it is. */
const COMPARED = {
  identifier: 'recorded_profile_id',
  event: 'recorded_profile_id',
  profile: 'id',
  membership: 'profile_id',
  recheck: 'profile_id',
};

type Row = Record<string, unknown> &
  Partial<Record<'split_at' | 'entered_at' | 'change_id' | 'cause', unknown>>;

/** All rows that a merge touches, but those that tell of the merge. */
async function rowsNow(): Promise<Map<string, Row>> {
  const found = new Map<string, Row>();
  for (const [table, owner] of Object.entries(COMPARED)) {
    for (const row of await town.rowsOf<Row>(table, owner)) {
      const { split_at: _, ...rest } = row;
      const { shard, id, profile_id, segment_id, namespace, value } = rest;
      found.set(
        [table, shard, namespace, value, table !== 'identifier' && profile_id, segment_id, id].join(),
        rest,
      );
    }
  }
  return found;
}

/** Who has left a segment since the log was this long, and come back. */
async function whoCameBack(since: string): Promise<Set<string>> {
  const rows = await town.query<{ name: string }>(
    `select distinct 'membership,' || shard || ',,,' || profile_id || ',' || segment_id || ',' as name
    from change_log where id > $1 and kind = 'EXITED'`,
    [since],
  );
  return new Set(rows.map(({ name }) => name));
}

it('merges that are undone, in any order and inside chains, leave every row as it was', async () => {
  await fc.assert(
    fc.asyncProperty(lives(mergeStep), async (worlds) => {
      town.begin();
      const all = worlds.map((world) => ({ ...world, life: new Life([...world.before, ...world.steps]) }));
      const people = all.map(({ life: one }) => one);
      await sendOf(people, (one) => one.first());
      const beginnings = Math.max(...all.map(({ before }) => before.length));
      for (let index = 0; index < beginnings; index += 1)
        await take(
          all.filter(({ before }) => index < before.length).map(({ life: one }) => one),
          index,
        );
      await town.settle();
      const before = await rowsNow();
      const [{ id: since } = { id: '0' }] = await town.query<{ id: string }>(
        'select coalesce(max(id), 0) as id from change_log',
      );
      for (let index = 0; index < Math.max(...all.map(({ steps }) => steps.length)); index += 1)
        for (const [at, some] of Map.groupBy(all, ({ before: first }) => first.length + index))
          await take(
            some.map(({ life: one }) => one),
            at,
          );
      await undoAll(all);
      const after = await rowsNow();
      for (const name of await whoCameBack(since)) {
        const [was, is] = [before.get(name), after.get(name)];
        const { entered_at, change_id, cause } = was ?? {};
        if (was && is) after.set(name, { ...is, entered_at, change_id, cause });
      }
      const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
        (name) => JSON.stringify(before.get(name)) !== JSON.stringify(after.get(name)),
      );
      expect(changed.map((name) => after.get(name))).toEqual(changed.map((name) => before.get(name)));
    }),
    { numRuns: 30, endOnFailure: true },
  );
}, 120_000);

it('what came between goes to the side whose identifiers it carried: the people are as if they had never been merged', async () => {
  await fc.assert(
    fc.asyncProperty(lives(fc.oneof(newsStep, newsStep, mergeStep, undoStep)), async (worlds) => {
      town.begin();
      const all = worlds.map((world) => ({ ...world, life: new Life([...world.before, ...world.steps]) }));
      const people = all.map(({ life: one }) => one);
      await sendOf(people, (one) => one.first());
      for (let index = 0; people.some(({ steps }) => index < steps.length); index += 1)
        await take(people, index);
      const merges = await standing(people);
      const merged = await town.people(people.map(({ stream }) => stream));
      for (const one of people)
        expect(merged.get(one.stream)).toEqual(one.merged(merges.get(one.stream) ?? []));
      await undoAll(all);
      const apart = await town.people(people.map(({ stream }) => stream));
      for (const one of people) expect(apart.get(one.stream)).toEqual(one.merged([]));
    }),
    { numRuns: 30, endOnFailure: true },
  );
}, 120_000);
