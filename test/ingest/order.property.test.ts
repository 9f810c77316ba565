import fc from 'fast-check';
import { createSegment, expectNoErrors, gql, item, ManualClock, seed, startServer } from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';
import { define } from '../profiles/labels-kit.js';

/** What an item says of one person, by one of two devices that prove to be one person's in between. */
type Says =
  | { kind: 'CITY'; value: string | null }
  | { kind: 'TAG'; value: boolean }
  | { kind: 'ACTIVE'; value: boolean }
  | { kind: 'CONSENT'; value: string }
  | { kind: 'TIER'; value: string };
interface Rest {
  device: 'one' | 'two';
  /** Null: it does not say when, which is after all days. */
  day: number | null;
}
type Told = Says & Rest;

const CAREFUL_FIRST = ['REVOKED', 'DENIED', 'PENDING', 'UNKNOWN', 'GRANTED'];
const NOW = '2026-03-01T12:00:00.000Z';
const LIVES = 12;
const dayOf = (day: number) => `2026-02-0${day}T00:00:00.000Z`;

const says = fc.oneof(
  fc.record({ kind: fc.constant('CITY' as const), value: fc.constantFrom('Turin', 'Bonn', null) }),
  fc.record({ kind: fc.constant('TAG' as const), value: fc.boolean() }),
  fc.record({ kind: fc.constant('ACTIVE' as const), value: fc.boolean() }),
  fc.record({ kind: fc.constant('CONSENT' as const), value: fc.constantFrom(...CAREFUL_FIRST) }),
  fc.record({ kind: fc.constant('TIER' as const), value: fc.constantFrom('gold', 'silver') }),
);
const told: fc.Arbitrary<Told> = fc
  .tuple(
    says,
    fc.record({
      device: fc.constantFrom('one' as const, 'two' as const),
      day: fc.option(fc.integer({ min: 1, max: 3 })),
    }),
  )
  .map(([what, rest]) => ({ ...what, ...rest }));

let server: TestServer;
let lives = 0;

beforeAll(async () => {
  server = await startServer({ clock: new ManualClock(NOW) });
  await define(server, 'defineTag', { key: 'vip', label: 'VIP' });
  await createSegment(server, 'turinese', { attribute: { key: 'city', is: { equals: 'Turin' } } });
  await createSegment(server, 'tagged', { tag: { key: 'vip' } });
  await createSegment(server, 'active', { channel: { type: 'EMAIL' } });
  await createSegment(server, 'emailable', { channel: { type: 'EMAIL', consent: 'GRANTED' } });
  await createSegment(server, 'golden', {
    event: { type: 'tier_changed', aggregate: { function: 'LAST', path: 'tier', is: { equals: 'gold' } } },
  });
});

/** Everybody has a channel, of which nothing is said at first, and may be known by the other device as well. */
function firstItems(life: number): ItemInput[] {
  const channels = [{ type: 'EMAIL', endpoint: `${life}@example.com` }];
  return (['one', 'two'] as const).map((device) =>
    item({ device: `${life} ${device}` }, { channels, occurredAt: dayOf(1) }),
  );
}

function linking(life: number): ItemInput {
  const both = item({ device: `${life} one` });
  both.identifiers.push({ namespace: 'device', value: `${life} two` });
  return both;
}

function itemOf(life: number, { device, day, ...what }: Told): ItemInput {
  const channel = { type: 'EMAIL', endpoint: `${life}@example.com` };
  const at = day === null ? undefined : dayOf(day);
  const rest = (): Partial<ItemInput> => {
    switch (what.kind) {
      case 'CITY':
        return { attributes: { city: what.value } };
      case 'TAG':
        return { tags: what.value ? { add: ['vip'] } : { remove: ['vip'] } };
      case 'ACTIVE':
        return { channels: [{ ...channel, isActive: what.value }] };
      case 'CONSENT':
        return { channels: [{ ...channel, consents: [{ state: what.value, at }] }] };
      case 'TIER':
        return { type: 'tier_changed', properties: { tier: what.value } };
    }
  };
  return item({ device: `${life} ${device}` }, { ...rest(), occurredAt: at });
}

interface Person {
  city: unknown;
  isTagged: boolean;
  isActive: boolean;
  consent: string;
  segments: string[];
}

/** The newest of one kind stands, and of one instant the last to arrive. @param all in the order of their arrival */
function lastOf<Value>(all: readonly Told[], kind: Says['kind']): Value | undefined {
  const some = all.filter((one) => one.kind === kind);
  const newest = Math.max(...some.map(({ day }) => day ?? Infinity));
  return some.findLast(({ day }) => (day ?? Infinity) === newest)?.value as Value | undefined;
}

/** Of one stated day the most careful; a grant without one lifts no refusal. */
function consentOf(all: readonly Told[]): string {
  const said = all.flatMap((one) => (one.kind === 'CONSENT' ? [one] : []));
  const dated = said
    .filter(({ day }) => day !== null)
    .sort(
      (a, b) =>
        (a.day ?? 0) - (b.day ?? 0) || CAREFUL_FIRST.indexOf(b.value) - CAREFUL_FIRST.indexOf(a.value),
    );
  let [state, isRefused] = ['UNKNOWN', false];
  for (const { value, day } of [...dated, ...said.filter((one) => one.day === null)]) {
    if (value === 'GRANTED' && day === null && isRefused) continue;
    if (value === 'GRANTED') isRefused = false;
    if (value === 'REVOKED' || value === 'DENIED') isRefused = true;
    state = value;
  }
  return state;
}

function plainly(all: readonly Told[]): Person {
  const person = {
    city: lastOf<string | null>(all, 'CITY') ?? null,
    isTagged: lastOf<boolean>(all, 'TAG') ?? false,
    isActive: lastOf<boolean>(all, 'ACTIVE') ?? true,
    consent: consentOf(all),
  };
  const fits = {
    active: person.isActive,
    emailable: person.isActive && person.consent === 'GRANTED',
    golden: lastOf(all, 'TIER') === 'gold',
    tagged: person.isTagged,
    turinese: person.city === 'Turin',
  };
  return { ...person, segments: Object.keys(fits).filter((key) => fits[key as keyof typeof fits]) };
}

async function personsOf(names: readonly string[]): Promise<Person[]> {
  const fields = names.map(
    (name, index) => `p${index}: profileByIdentifier(namespace: "device", value: "${name}") {
      attribute(key: "city") tags { tag { key } } channels { nodes { isActive consent { state } } } segments { nodes { segment { key } } } }`,
  );
  const found = expectNoErrors(await gql(server, `{ ${fields.join(' ')} }`));
  return names.map((_, index) => {
    const { attribute, tags, channels, segments } = found[`p${index}`];
    return {
      city: attribute,
      isTagged: tags.length > 0,
      isActive: channels.nodes[0].isActive,
      consent: channels.nodes[0].consent.state,
      segments: segments.nodes.map(({ segment }: { segment: { key: string } }) => segment.key).sort(),
    };
  });
}

const life = fc.array(told, { minLength: 1, maxLength: 10 });

it('people are those of the plain model, in whatever order and requests their items come: equal instants follow arrival', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { minLength: 1, maxLength: LIVES, size: 'max' }),
      fc.infiniteStream(fc.nat()),
      fc.integer({ min: 1, max: 20 }),
      async (all, order, size) => {
        const people = all.map((said) => ({ said, number: (lives += 1) }));
        await seed(
          server,
          people.flatMap(({ number }) => firstItems(number)),
        );
        const sent = people
          .flatMap(({ said, number }) =>
            [...said, null].map((one) => ({ one, number, place: order.next().value ?? 0 })),
          )
          .sort((a, b) => a.place - b.place);
        const items = sent.map(({ one, number }) => (one ? itemOf(number, one) : linking(number)));
        for (let start = 0; start < items.length; start += size)
          await seed(server, items.slice(start, start + size));
        const arrived = Map.groupBy(sent, ({ number }) => number);
        expect(await personsOf(people.map(({ number }) => `${number} one`))).toEqual(
          people.map(({ number }) => plainly((arrived.get(number) ?? []).flatMap(({ one }) => one ?? []))),
        );
      },
    ),
    { numRuns: 30, endOnFailure: true },
  );
}, 120_000);
