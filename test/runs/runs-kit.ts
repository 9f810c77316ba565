import { asAdmin, eventually, expectNoErrors, gql } from '../kit/index.js';
import type { Asking, TestServer } from '../kit/index.js';

export const RUN = `__typename id kind state progress { done total unit perSecond } failure { code message }
  requestedBy { name } createdAt startedAt heartbeatAt finishedAt ... on RecountRun { counts { checked corrected } }`;

type Server = Pick<TestServer, 'graphqlUrl' | 'key'>;

/** As many members as make a recount take a step for the segment alone. */
export const MANY = 50_000;

/** Gives each segment with one of these keys many members that nobody has counted, and that are no profiles. */
export function addMembers(databaseUrl: string, keys: readonly string[]): Promise<unknown> {
  return asAdmin(databaseUrl, (admin) =>
    admin.query(
      `insert into membership (workspace_id, change_id, segment_id, shard, profile_id, entered_at, cause)
      select workspace_id, nextval('membership_change_id_seq'), id, workspace_id * 256 + number % 256,
        gen_random_uuid(), now(), 'BUILD'
      from segment, generate_series(1, $2) as number where key = any($1)`,
      [keys, MANY],
    ),
  );
}

/** Runs a mutation of runs. @returns its payload */
export async function mutate(server: Server, field: string, asking: Asking = {}) {
  const query = `mutation { done: ${field} { run { ${RUN} } userErrors { code path } } }`;
  return expectNoErrors(await gql(server as TestServer, query, {}, asking)).done;
}

/** Asks for a recount. @returns the run's id */
export async function requestRecount(server: Server, keys?: readonly string[]): Promise<string> {
  const payload = await mutate(server, `recountSegments(input: { keys: ${JSON.stringify(keys ?? null)} })`);
  expect(payload.userErrors).toEqual([]);
  return payload.run.id;
}

export async function runOf(server: Server, id: string) {
  const query = `query ($id: ID!) { node(id: $id) { ... on Run { ${RUN} } } }`;
  return expectNoErrors(await gql(server as TestServer, query, { id })).node;
}

/** @returns the run, once it is over */
export async function untilOver(server: Server, id: string) {
  let run = await runOf(server, id);
  await eventually('the run is over', async () => {
    run = await runOf(server, id);
    return run.finishedAt !== null;
  });
  return run;
}
