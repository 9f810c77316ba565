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
  days: number;
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
  days: fc.constantFrom(0, 1, 29, 30, 60),
  source: fc.constantFrom(0, 1) as fc.Arbitrary<0 | 1>,
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
  at: instant(fact.days),
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

function expectedOf(plan: Plan): PlainPerson[] {
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
        theirs.map(({ told }) => told),
        NOW,
      ),
    )
    .sort(byName);
}

async function expectAsPlain(plans: ReadonlyMap<number, Plan>): Promise<void> {
  const found = await town.people([...plans.keys()]);
  for (const [stream, plan] of plans) expect(found.get(stream)).toEqual(expectedOf(plan));
}

const numberedStreams = (plans: readonly Plan[]) => new Map(plans.map((plan) => [town.newStream(), plan]));
const together = (plan: fc.Arbitrary<Plan>) =>
  fc.array(plan, { minLength: 1, maxLength: STREAMS, size: 'max' });

it('whatever the items, in any order and in any batches, by two writers at once: the people are those of the plain model', async () => {
  await fc.assert(
    fc.asyncProperty(together(inAnyOrder), async (streams) => {
      const plans = numberedStreams(streams);
      await Promise.all([sendAll(plans, 0), sendAll(plans, 1)]);
      await expectAsPlain(plans);
    }),
    { numRuns: 20 },
  );
});

it('where a limit forbids a merge, they are those of the plain model in the order committed, in any batches', async () => {
  await fc.assert(
    fc.asyncProperty(together(inOrder), async (streams) => {
      const plans = numberedStreams(
        streams.map((plan) => plan.map((one) => ({ ...one, writer: 0 as const }))),
      );
      await sendAll(plans, 0);
      await expectAsPlain(plans);
    }),
    { numRuns: 20 },
  );
});
