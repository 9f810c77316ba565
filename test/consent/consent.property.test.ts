import fc from 'fast-check';
import { expectNoErrors, gql, item, ManualClock, newTenant, seed, startServer } from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';

/** One person with up to three identifiers that come together in whatever order, so that merges happen in between. */
interface Told {
  item: ItemInput;
  entry: { endpoint: string; state: string; at: number; expiresAt: number | null };
}

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 0, 1);
const CAREFUL_FIRST = ['REVOKED', 'DENIED', 'PENDING', 'UNKNOWN', 'GRANTED'];
const ENDPOINTS = ['a@example.com', 'b@example.com'];

const told = fc
  .record({
    endpoint: fc.constantFrom(...ENDPOINTS),
    state: fc.constantFrom(...CAREFUL_FIRST),
    at: fc.nat(5),
    lasts: fc.option(fc.integer({ min: 1, max: 5 })),
    who: fc.constantFrom('one', 'two', 'three'),
  })
  .map(({ endpoint, state, at, lasts, who }) => ({
    endpoint,
    state,
    at,
    expiresAt: lasts && at + lasts,
    who,
  }));

let server: TestServer;
let clock: ManualClock;

beforeAll(async () => {
  clock = new ManualClock(new Date(START + 24 * HOUR_MS));
  server = await startServer({ clock });
});

const instant = (hour: number) => new Date(START + hour * HOUR_MS).toISOString();

/** The rule as docs/consent.md says it, without SQL. */
function plainly(entries: readonly Told['entry'][], endpoint: string, hour: number): string {
  const valid = entries.filter(
    (entry) =>
      entry.endpoint === endpoint && entry.at <= hour && (entry.expiresAt === null || entry.expiresAt > hour),
  );
  const newest = Math.max(...valid.map(({ at }) => at));
  const states = valid.filter(({ at }) => at === newest).map(({ state }) => CAREFUL_FIRST.indexOf(state));
  return states.length === 0 ? 'UNKNOWN' : (CAREFUL_FIRST[Math.min(...states)] ?? '');
}

async function statesOf(tenant: TestServer, who: string): Promise<Record<string, string>> {
  const query = `query ($who: String!) { profileByIdentifier(namespace: "device", value: $who) { channels { endpoint consent { state } } } }`;
  const { profileByIdentifier } = expectNoErrors(await gql(tenant, query, { who }));
  return Object.fromEntries(
    (profileByIdentifier?.channels ?? []).map((one: { endpoint: string; consent: { state: string } }) => [
      one.endpoint,
      one.consent.state,
    ]),
  );
}

it('does not depend on the order in which it was told, nor on merges and undos in between; the ledger gives it at every instant', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(told, { minLength: 1, maxLength: 8 }),
      fc.infiniteStream(fc.nat()),
      fc.nat(8),
      fc.integer({ min: 1, max: 4 }),
      async (all, order, mergeAfter, batch) => {
        const tenant = { ...server, ...(await newTenant(server)) };
        clock.set(new Date(START + 24 * HOUR_MS));
        const shuffled = all
          .map((one) => ({ one, place: order.next().value ?? 0 }))
          .sort((a, b) => a.place - b.place)
          .map(({ one }) => one);
        const items = shuffled.map(({ who, endpoint, state, at, expiresAt }) => {
          const consent = {
            state,
            at: instant(at),
            expiresAt: expiresAt === null ? undefined : instant(expiresAt),
          };
          return item({ device: who }, { channels: [{ type: 'EMAIL', endpoint, consents: [consent] }] });
        });
        const linking = item({ device: 'one' });
        for (const value of ['two', 'three']) linking.identifiers.push({ namespace: 'device', value });
        items.splice(Math.min(mergeAfter, items.length), 0, linking);
        for (let start = 0; start < items.length; start += batch)
          await seed(tenant, items.slice(start, start + batch));

        const expectStates = async (who: string, entries: typeof all) => {
          for (const hour of [0, 2, 5, 7, 24]) {
            clock.set(new Date(START + hour * HOUR_MS));
            const known = new Set(entries.map(({ endpoint }) => endpoint));
            expect([who, hour, await statesOf(tenant, who)]).toEqual([
              who,
              hour,
              Object.fromEntries([...known].map((endpoint) => [endpoint, plainly(entries, endpoint, hour)])),
            ]);
          }
        };
        await expectStates('one', all);

        clock.set(new Date(START + 24 * HOUR_MS));
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
              all.filter((one) => one.who === who),
            );
      },
    ),
    { numRuns: 60, endOnFailure: true },
  );
}, 120_000);
