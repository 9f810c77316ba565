import fc from 'fast-check';
import {
  createSegment,
  eventually,
  expectNoErrors,
  gql,
  item,
  ManualClock,
  newTenant,
  seed,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { lengthOf } from './evaluate-plainly.js';

const QUARTER_MS = 15 * 60_000;
const DAY_MS = 96 * QUARTER_MS;
const ZONES = [
  'America/Havana',
  'Atlantic/Azores',
  'Africa/Cairo',
  'Asia/Beirut',
  'Europe/Brussels',
  'Pacific/Auckland',
];
const BORN = [
  ...['1990-11-07', '1980-10-31', '1996-02-29', '1999-02-28', '2000-03-01', '1970-12-31', '1984-01-01'],
  ...[
    '1991-04-26',
    '1955-03-28',
    '2001-11-06',
    '2027-11-08',
    '2031-02-28',
    '1899-07-04',
    '2027-02-29',
    'soon',
  ],
  ...['1990-11-07T03:30:00Z', '1990-11-07T12:00:00+05:30', '1988-02-29T23:30:00-05:00'],
];

let clock: ManualClock;
let tenant: TestServer;

beforeAll(async () => {
  clock = new ManualClock(new Date('2026-06-01T00:00:00Z'));
  const server = await startServer({ clock });
  tenant = { ...server, ...(await newTenant(server)) };
  await seed(
    tenant,
    BORN.map((born) => item({ external: born }, { attributes: { born } })),
  );
});

async function setTimeZone(timeZone: string): Promise<void> {
  const query = `mutation ($timeZone: String) { updateWorkspace(input: { timeZone: $timeZone }) { userErrors { code } } }`;
  expect(expectNoErrors(await gql(tenant, query, { timeZone })).updateWorkspace.userErrors).toEqual([]);
}

const rule = (duration: object) => ({ attribute: { key: 'born', is: { anniversaryWithinNext: duration } } });

async function fitting(duration: object): Promise<string[]> {
  const query = `query ($rule: RuleInput!) { profiles(where: $rule, first: 500) { nodes { attribute(key: "born") } } }`;
  const { profiles } = expectNoErrors(await gql(tenant, query, { rule: rule(duration) }));
  return profiles.nodes.map((node: { attribute: string }) => node.attribute).sort();
}

/** What the calendar and the clocks of a zone say, with nothing of the server's code. */
class Place {
  private readonly clock: Intl.DateTimeFormat;

  constructor(timeZone: string) {
    this.clock = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
  }

  dayAt(at: number): string {
    return this.clock.format(at);
  }

  startOf(day: string): number {
    let at = Date.parse(day) - DAY_MS;
    while (this.dayAt(at) < day) at += QUARTER_MS;
    return at;
  }

  /** The start of the anniversary that is under way or comes next; null for what is no date. */
  nextOf(born: string, now: number): number | null {
    if (Number.isNaN(Date.parse(born)) || born === '2027-02-29') return null;
    const first = born.length > 10 ? this.dayAt(Date.parse(born)) : born;
    for (let year = Number(first.slice(0, 4)); ; year += 1) {
      const isLeap = new Date(Date.UTC(year, 1, 29)).getUTCDate() === 29;
      const monthDay = first.endsWith('02-29') && !isLeap ? '02-28' : first.slice(5);
      const day = `${year}-${monthDay}`;
      if (year >= Number(this.dayAt(now).slice(0, 4)) - 1 || year === 2031) {
        const following = new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
        if (this.startOf(following) > now) return this.startOf(day);
      }
    }
  }
}

it('fits those whose day comes within the duration, or has not ended, in any zone at any moment', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ZONES),
      fc.constantFrom(
        '2027-11-07',
        '2027-10-31',
        '2027-11-08',
        '2028-02-28',
        '2028-02-29',
        '2027-02-28',
        '2027-04-30',
        '2027-12-31',
      ),
      fc.integer({ min: -100, max: 100 }),
      fc.constantFrom(-1, 0),
      fc.constantFrom<Record<string, number>>(
        { minutes: 1 },
        { hours: 24 },
        { days: 3 },
        { days: 30 },
        { days: 359 },
        { days: 365 },
        { days: 700 },
      ),
      async (timeZone, around, quarters, off, duration) => {
        const now = Date.parse(around) + quarters * QUARTER_MS + off;
        await setTimeZone(timeZone);
        clock.set(new Date(now));
        const place = new Place(timeZone);
        const until = now + lengthOf(duration);
        const expected = BORN.filter((born) => {
          const next = place.nextOf(born, now);
          return next !== null && next <= until;
        });
        expect([timeZone, new Date(now), duration, await fitting(duration)]).toEqual([
          timeZone,
          new Date(now),
          duration,
          expected.sort(),
        ]);
      },
    ),
    { numRuns: 40, endOnFailure: true },
  );
}, 120_000);

it.each([
  ['America/Havana', '1990-11-07', '2027-11-07T04:00:00.000Z', '2027-11-08T05:00:00.000Z'],
  ['Atlantic/Azores', '1980-10-31', '2027-10-31T00:00:00.000Z', '2027-11-01T01:00:00.000Z'],
  ['Africa/Cairo', '1970-04-30', '2027-04-29T22:00:00.000Z', '2027-04-30T21:00:00.000Z'],
])(
  'in %s a birthday segment takes people born on %s in at %s, and lets them go at %s',
  async (timeZone, born, begins, ends) => {
    clock.set(new Date(Date.parse(begins) - 7 * DAY_MS));
    const own = { ...tenant, ...(await newTenant(tenant)) };
    const query = `mutation ($timeZone: String) { updateWorkspace(input: { timeZone: $timeZone }) { userErrors { code } } }`;
    expectNoErrors(await gql(own, query, { timeZone }));
    await createSegment(own, 'birthday', rule({ minutes: 1 }));
    await seed(own, [item({ external: born }, { attributes: { born } })]);
    const size = async () =>
      expectNoErrors(await gql(own, '{ segment(key: "birthday") { size } }')).segment.size as number;
    const entersAt = Date.parse(begins) - 60_000;
    const nextChange = async () => {
      const asked = `query ($who: String!) { profileByIdentifier(namespace: "external", value: $who) { id } }`;
      const { profileByIdentifier } = expectNoErrors(await gql(own, asked, { who: born }));
      const explain = `query ($id: ID!) { explainSegment(audience: { segment: "birthday" }, profileId: $id) { nextChangeAt } }`;
      return expectNoErrors(await gql(own, explain, { id: profileByIdentifier.id })).explainSegment
        .nextChangeAt;
    };
    expect(await nextChange()).toBe(new Date(entersAt).toISOString());
    clock.set(new Date(entersAt - 1));
    expect(await size()).toBe(0);
    clock.set(new Date(entersAt));
    await eventually('it is the birthday', async () => (await size()) === 1);
    expect(await nextChange()).toBe(ends);
    clock.set(new Date(ends));
    await eventually('the birthday is over', async () => (await size()) === 0);
  },
);
