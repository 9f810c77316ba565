import { event, expectNoErrors, gql, ingest, item, startServer } from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';
import { Town } from './town.js';

const ROUNDS = 200;
const rounds = (times: number) => Array.from({ length: times }, (_, round) => round);

let town: Town;
let servers: [TestServer, TestServer];

beforeAll(async () => {
  town = await Town.found();
  servers = [town.server, await startServer({ beside: town.server })];
});

afterEach(() => town.check());

const MERGE = `mutation ($input: MergeProfilesInput!) { mergeProfiles(input: $input) { profile { id } userErrors { code } } }`;
const UNMERGE = `mutation ($input: UnmergeProfilesInput!) { unmergeProfiles(input: $input) { restored { id } userErrors { code } } }`;

const send = (items: ItemInput[], by: number) => ingest(servers[by % 2] as TestServer, items);

it(`20 first events with one e-mail address and 20 devices at once, over two servers: one profile, 20 events, ${ROUNDS} times`, async () => {
  for (const round of rounds(ROUNDS)) {
    const email = `first-${round}@example.com`;
    const results = await Promise.all(
      rounds(20).map((number) =>
        send([event({ email, device: `first-${round}-${number}` }, 'visit', { number })], number),
      ),
    );
    const [[first] = []] = results;
    expect(results.flat().map(({ status, profileId }) => [status, profileId])).toEqual(
      rounds(20).map(() => ['ACCEPTED', first?.profileId]),
    );
  }
  const people = await town.query<{ identifiers: number; events: number; profiles: number }>(
    `select count(*)::int as identifiers, count(distinct i.profile_id)::int as profiles,
      (select count(distinct e.properties ->> 'number')::int from event e where e.profile_id = min(i.profile_id::text)::uuid) as events
    from identifier i where i.value ~ '^first-' group by split_part(split_part(i.value, '@', 1), '-', 2)`,
  );
  expect(people).toEqual(rounds(ROUNDS).map(() => ({ identifiers: 21, profiles: 1, events: 20 })));
  expect(servers.flatMap(({ complaints }) => complaints)).toEqual([]);
}, 240_000);

it('two undos inside one chain at once give back each side its own', async () => {
  for (const round of rounds(30)) {
    const emails = ['a', 'b', 'c'].map((name) => `chain-${round}-${name}@example.com`);
    const ids: string[] = [];
    for (const email of emails)
      ids.push((await send([event({ email }, 'visit', { number: 1 })], 0))[0]?.profileId ?? '');
    const [a, b, c] = ids;
    for (const [survivorId, absorbed] of [
      [a, b],
      [c, a],
    ])
      expectNoErrors(await gql(servers[0], MERGE, { input: { survivorId, profileIds: [absorbed] } }));
    const answers = await Promise.all(
      [a, b].map((profileId, index) => gql(servers[index] as TestServer, UNMERGE, { input: { profileId } })),
    );
    expect(answers.map((answer) => expectNoErrors(answer).unmergeProfiles)).toEqual(
      [a, b].map((id) => ({ restored: { id }, userErrors: [] })),
    );
    const query = `query ($email: String!) { profileByIdentifier(namespace: "email", value: $email) { id events { nodes { id } } mergedFrom { nodes { id } } } }`;
    for (const [index, email] of emails.entries())
      expect(expectNoErrors(await gql(servers[0], query, { email })).profileByIdentifier).toEqual({
        id: ids[index],
        events: { nodes: [{ id: expect.any(String) }] },
        mergedFrom: { nodes: [] },
      });
  }
}, 120_000);

it('merges, undos and ingest of the same people at once never fail, and lose or double nothing', async () => {
  const PEOPLE = 8;
  for (const round of rounds(12)) {
    const email = (who: number) => `crowd-${round}-${who}@example.com`;
    const device = (who: number) => `crowd-${round}-${who}`;
    const ids: string[] = [];
    for (const who of rounds(PEOPLE))
      ids.push((await send([item({ email: email(who), device: device(who) })], who))[0]?.profileId ?? '');
    let sent = 0;
    const visit = (who: number) => event({ email: email(who) }, 'visit', { round, who, number: (sent += 1) });
    const batch = () =>
      send(
        rounds(PEOPLE).map((index) => visit((index * 3 + sent) % PEOPLE)),
        sent,
      );
    const link = (one: number) =>
      send([item({ email: email(one), device: device((one + 3) % PEOPLE) })], one);
    const ask = (by: number, text: string, input: object) =>
      gql(servers[by % 2] as TestServer, text, { input });
    const work = rounds(24).map((turn) => {
      const who = (turn * 5 + round) % PEOPLE;
      if (turn % 4 === 0) return batch();
      if (turn % 4 === 1) return ask(turn, MERGE, { profileIds: [ids[who], ids[(who + 1) % PEOPLE]] });
      if (turn % 4 === 2) return ask(turn, UNMERGE, { profileId: ids[who] });
      return link(who);
    });
    for (const answer of await Promise.all(work)) {
      if (Array.isArray(answer))
        expect(answer.map(({ status }) => status)).toEqual(answer.map(() => 'ACCEPTED'));
      else {
        const data = expectNoErrors(answer) as Record<string, { userErrors: { code: string }[] }>;
        for (const { userErrors } of Object.values(data))
          for (const { code } of userErrors)
            expect(['MERGE_TOO_FEW', 'MERGE_UNKNOWN', 'MERGE_UNDONE']).toContain(code);
      }
    }
    const events = await town.query<{ number: number; mine: boolean }>(
      `select (e.properties ->> 'number')::int as number,
        e.profile_id = i.profile_id and e.recorded_profile_id = i.recorded_profile_id as mine
      from event e join identifier i on i.namespace = 'email' and i.value = format('crowd-%s-%s@example.com', $1::int, e.properties ->> 'who')
      where e.properties ->> 'round' = $1::text order by 1`,
      [round],
    );
    expect(events).toEqual(rounds(sent).map((index) => ({ number: index + 1, mine: true })));
    await town.check();
  }
  expect(servers.flatMap(({ complaints }) => complaints)).toEqual([]);
}, 240_000);

it('no lock was ever waited for in a circle', async () => {
  expect(
    await town.query('select deadlocks::int from pg_stat_database where datname = current_database()'),
  ).toEqual([{ deadlocks: 0 }]);
});
