import { eventually, expectNoErrors, gql } from '../kit/index.js';
import type { Asking, TestServer } from '../kit/index.js';

export const RUN = `__typename id kind state progress { done total unit perSecond } failure { code message }
  requestedBy createdAt startedAt heartbeatAt finishedAt ... on RecountRun { counts { checked corrected } }`;

type Server = Pick<TestServer, 'graphqlUrl' | 'key'>;

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
