import { expectNoErrors, gql } from '../kit/index.js';
import type { Asking, TestServer } from '../kit/index.js';
import { untilOver } from '../runs/runs-kit.js';

type Verb = 'replayQuarantine' | 'dropQuarantine';
/** A QuarantineSelectionInput. */
export type Selection = { ids: string[] } | { filter: object } | { all: boolean };

export const EVERYTHING: Selection = { all: true };

/** Asks for a run over items in quarantine. @returns the payload */
export async function askFor(server: TestServer, verb: Verb, items: object, asking: Asking = {}) {
  const type = verb === 'replayQuarantine' ? 'ReplayQuarantineInput' : 'DropQuarantineInput';
  const query = `mutation ($input: ${type}!) { ${verb}(input: $input) { run { id state } userErrors { code path } } }`;
  return expectNoErrors(await gql(server, query, { input: { items } }, asking))[verb];
}

/** @returns the run's id */
export async function begin(server: TestServer, verb: Verb, items: Selection): Promise<string> {
  const { run, userErrors } = await askFor(server, verb, items);
  expect(userErrors).toEqual([]);
  return run.id;
}

/** Replays or drops items in quarantine. @returns the counts of the run, once it is over */
export async function act(server: TestServer, verb: Verb, items: Selection = EVERYTHING) {
  const id = await begin(server, verb, items);
  const { state, failure } = await untilOver(server, id);
  const counts = await countsOf(server, id);
  expect([state, failure]).toEqual([counts.rejected > 0 ? 'COMPLETED_WITH_FAILURES' : 'COMPLETED', null]);
  return counts;
}

/** The counts of a run as they are now. */
export async function countsOf(server: TestServer, id: string) {
  const query = `query ($id: ID!) { node(id: $id) {
    ... on ReplayRun { counts { accepted duplicates conflicts rejected } } ... on DropRun { counts { dropped } } } }`;
  return expectNoErrors(await gql(server, query, { id })).node.counts;
}
