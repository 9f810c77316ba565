import fc from 'fast-check';
import { expectNoErrors, gql, item, ManualClock, newTenant, seed, startServer } from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';

/** One person with up to three identifiers that come together in whatever order, so that merges happen in between. */
interface Told {
  endpoint: string;
  state: string;
  /** In hours. What has no date is of the hour in which all arrive. */
  at: number;
  /** What states the date; null: nothing does. */
  dated: 'CONSENT' | 'EVENT' | 'ITEM' | null;
  evidence: string | null;
  expiresAt: number | null;
  who: string;
}

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 0, 1);
const ARRIVING = 24;
const CAREFUL_FIRST = ['REVOKED', 'DENIED', 'PENDING', 'UNKNOWN', 'GRANTED'];
const ENDPOINTS = ['a@example.com', 'b@example.com'];

const told: fc.Arbitrary<Told> = fc
  .record({
    endpoint: fc.constantFrom(...ENDPOINTS),
    state: fc.constantFrom(...CAREFUL_FIRST, 'GRANTED', 'GRANTED'),
    at: fc.constantFrom(0, 1, 2, 3, 4, 5, ARRIVING),
    dated: fc.constantFrom('CONSENT' as const, 'EVENT' as const, 'ITEM' as const, null, null),
    evidence: fc.option(fc.constantFrom('one', 'other')),
    lasts: fc.option(fc.integer({ min: 1, max: 5 })),
    who: fc.constantFrom('one', 'two', 'three'),
  })
  .map(({ lasts, ...rest }) => {
    const at = rest.dated ? rest.at : ARRIVING;
    return { ...rest, at, expiresAt: lasts && at + lasts };
  });

let server: TestServer;
let clock: ManualClock;

beforeAll(async () => {
  clock = new ManualClock(new Date(START + ARRIVING * HOUR_MS));
  server = await startServer({ clock });
});

const instant = (hour: number) => new Date(START + hour * HOUR_MS).toISOString();

/** The rule as docs/consent.md says it, without SQL. @param all in the order of their arrival */
function plainly(all: readonly Told[], endpoint: string, hour: number): string {
  const place = new Map(all.map((one, index) => [one, index]));
  const placeOf = (one: Told) => place.get(one) ?? 0;
  const entries = all
    .filter((one) => one.endpoint === endpoint)
    .sort(
      (a, b) =>
        b.at - a.at ||
        Number(a.dated !== null) - Number(b.dated !== null) ||
        (a.dated === null
          ? placeOf(b) - placeOf(a)
          : CAREFUL_FIRST.indexOf(a.state) - CAREFUL_FIRST.indexOf(b.state)),
    );
  const isOld = (one: Told) =>
    entries.some(
      (other) =>
        other.evidence === one.evidence &&
        (other.at < one.at || (other.at === one.at && placeOf(other) < placeOf(one))),
    );
  const lifts = (one: Told) =>
    one.state === 'GRANTED' &&
    (one.dated === 'CONSENT' || one.dated === 'EVENT' || (one.evidence !== null && !isOld(one)));
  const valid = entries.filter(({ at, expiresAt }) => at <= hour && (expiresAt === null || expiresAt > hour));
  const decided = valid.find((one) => one.state === 'REVOKED' || one.state === 'DENIED' || lifts(one));
  const counting = valid.filter(
    (one) => one.state !== 'GRANTED' || lifts(one) || !decided || decided.state === 'GRANTED',
  );
  return counting[0]?.state ?? 'UNKNOWN';
}

function itemOf({ who, endpoint, state, at, dated, evidence, expiresAt }: Told): ItemInput {
  const consent = {
    ...{ state, evidence: evidence ?? undefined, at: dated === 'CONSENT' ? instant(at) : undefined },
    expiresAt: expiresAt === null ? undefined : instant(expiresAt),
  };
  return item(
    { device: who },
    {
      channels: [{ type: 'EMAIL', endpoint, consents: [consent] }],
      ...(dated && dated !== 'CONSENT' && { occurredAt: instant(at) }),
      ...(dated === 'EVENT' && { type: 'signed_up' }),
    },
  );
}

async function statesOf(tenant: TestServer, who: string): Promise<Record<string, string>> {
  const query = `query ($who: String!) { profileByIdentifier(namespace: "device", value: $who) { channels { nodes { endpoint consent { state } } } } }`;
  const { profileByIdentifier } = expectNoErrors(await gql(tenant, query, { who }));
  return Object.fromEntries(
    (profileByIdentifier?.channels.nodes ?? []).map(
      (one: { endpoint: string; consent: { state: string } }) => [one.endpoint, one.consent.state],
    ),
  );
}

it('depends on the order of arrival for what has no date alone, and not on batches, merges and undos; the ledger gives it at every instant', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(told, { minLength: 1, maxLength: 8 }),
      fc.infiniteStream(fc.nat()),
      fc.nat(8),
      fc.integer({ min: 1, max: 4 }),
      async (all, order, mergeAfter, batch) => {
        const tenant = { ...server, ...(await newTenant(server)) };
        clock.set(new Date(START + ARRIVING * HOUR_MS));
        const shuffled = all
          .map((one) => ({ one, place: order.next().value ?? 0 }))
          .sort((a, b) => a.place - b.place)
          .map(({ one }) => one);
        const items = shuffled.map(itemOf);
        const linking = item({ device: 'one' });
        for (const value of ['two', 'three']) linking.identifiers.push({ namespace: 'device', value });
        items.splice(Math.min(mergeAfter, items.length), 0, linking);
        for (let start = 0; start < items.length; start += batch)
          await seed(tenant, items.slice(start, start + batch));

        const expectStates = async (who: string, entries: readonly Told[]) => {
          for (const hour of [0, 2, 5, 7, 24, 27]) {
            clock.set(new Date(START + hour * HOUR_MS));
            const known = new Set(entries.map(({ endpoint }) => endpoint));
            expect([who, hour, await statesOf(tenant, who)]).toEqual([
              who,
              hour,
              Object.fromEntries([...known].map((endpoint) => [endpoint, plainly(entries, endpoint, hour)])),
            ]);
          }
        };
        await expectStates('one', shuffled);

        clock.set(new Date(START + ARRIVING * HOUR_MS));
        const { merges } = expectNoErrors(await gql(tenant, '{ merges { nodes { id } } }'));
        for (const { id } of merges.nodes) {
          const undo = `mutation ($id: ID!) { unmergeProfiles(input: { mergeId: $id }) { userErrors { code } } }`;
          expect(expectNoErrors(await gql(tenant, undo, { id })).unmergeProfiles.userErrors).toEqual([]);
        }
        // Each has its own again, and what came to them once they were one went to the one whose side it was.
        for (const who of ['one', 'two', 'three'])
          if (merges.nodes.length === 2)
            await expectStates(
              who,
              shuffled.filter((one) => one.who === who),
            );
      },
    ),
    { numRuns: 60, endOnFailure: true },
  );
}, 120_000);
