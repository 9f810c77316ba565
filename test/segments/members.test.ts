import { createSegment, expectNoErrors, gql, item, ManualClock, seed, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const START = Date.UTC(2026, 2, 1, 12);
const HOUR = 3_600_000;
const at = (hours: number) => new Date(START + hours * HOUR).toISOString();

let server: TestServer;
let clock: ManualClock;

beforeAll(async () => {
  clock = new ManualClock(at(0));
  server = await startServer({ clock });
  await createSegment(server, 'locals', { attribute: { key: 'city', is: { equals: 'Ghent' } } });
});

/** Who belongs to the segment, and since when: `ada 1` since one hour after the start. */
async function members(asOf: string | null): Promise<string[]> {
  const query = `query ($asOf: DateTime) { segment(key: "locals") { members(asOf: $asOf) {
    edges { enteredAt node { attribute(key: "who") } } } } }`;
  const { segment } = expectNoErrors(await gql(server, query, { asOf }));
  return segment.members.edges
    .map(({ enteredAt, node }: { enteredAt: string; node: { attribute: string } }) => {
      const hours = (Date.parse(enteredAt) - START) / HOUR;
      return `${node.attribute} ${hours}`;
    })
    .sort();
}

const move = (who: string, city: string) =>
  seed(server, [
    item({ external: who }, { attributes: { who, city }, occurredAt: clock.now().toISOString() }),
  ]);

it('an edge says when its member last entered, now as at each instant that is past', async () => {
  await move('ada', 'Ghent');
  clock.advance(HOUR);
  await move('bob', 'Ghent');
  clock.advance(HOUR);
  await move('ada', 'Paris');
  clock.advance(HOUR);
  await move('ada', 'Ghent');
  clock.advance(HOUR);
  expect(await members(null)).toEqual(['ada 3', 'bob 1']);
  for (const [hours, expected] of [
    [0, ['ada 0']],
    [1, ['ada 0', 'bob 1']],
    [2, ['bob 1']],
    [3, ['ada 3', 'bob 1']],
  ] as const)
    expect([hours, await members(at(hours))]).toEqual([hours, expected]);
});

it('and the person’s list of segments says the same', async () => {
  const query = `{ profileByIdentifier(namespace: "external", value: "ada") { segments {
    edges { enteredAt node { enteredAt segment { key } } } } } }`;
  const { profileByIdentifier } = expectNoErrors(await gql(server, query));
  expect(profileByIdentifier.segments.edges).toEqual([
    { enteredAt: at(3), node: { enteredAt: at(3), segment: { key: 'locals' } } },
  ]);
});

it.each(['first', 'second'])(
  'after a merge into the %s, now and at that instant say the same',
  async (which) => {
    const [start, ids]: [number, string[]] = [clock.now().getTime(), []];
    for (const name of ['first', 'second']) {
      ids.push(...(await move(`${which}-${name}`, 'Ghent')));
      clock.advance(HOUR);
    }
    const survivorId = ids[which === 'first' ? 0 : 1];
    const merge = `mutation ($ids: [ID!]!, $survivorId: ID) { mergeProfiles(input: { profileIds: $ids, survivorId: $survivorId }) { userErrors { code } } }`;
    expectNoErrors(await gql(server, merge, { ids, survivorId }));
    clock.advance(HOUR);
    const since = (await members(null)).find((one) => one.startsWith(which));
    const entered = (start - START) / HOUR + (which === 'first' ? 0 : 1);
    expect(since).toMatch(new RegExp(`^${which}-\\w+ ${entered}$`));
    expect(await members(clock.now().toISOString())).toEqual(await members(null));
  },
);
