import fc from 'fast-check';
import { createSchema } from '../../../src/schema.js';
import { post } from '../../kit/index.js';
import { makeWorlds } from '../relay/world.js';
import type { Worlds } from '../relay/world.js';
import { knownIn } from './known.js';
import { operationsOf } from './operations.js';
import type { Operation } from './operations.js';

const RUNS = Number(process.env.FUZZ_RUNS ?? 20);
const MAX_MS = 3_000;
/** Printed with a failure, so that it can be had again: `FUZZ_SEED=… npx jest test/contract/fuzz`. */
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const INTERNAL = 'INTERNAL_SERVER_ERROR';

let worlds: Worlds;
let operations: Map<string, Operation>;

beforeAll(async () => {
  worlds = await makeWorlds();
  const known = await knownIn(worlds);
  operations = new Map(operationsOf(createSchema(), known).map((one) => [one.name, one]));
}, 120_000);

const NAMES = operationsOf(createSchema(), {}).map(({ name }) => name);

it.each(NAMES)(
  '%s answers hostile arguments in time, and never with an internal error',
  async (name) => {
    const property = fc.asyncProperty(operations.get(name)!.requests, async ({ body }) => {
      const started = performance.now();
      const answer = await post(worlds.server, body);
      const tookMs = performance.now() - started;
      const codes = answer.errors?.map(({ extensions }) => extensions.code) ?? [];
      if (answer.status === 500 || codes.includes(INTERNAL))
        throw new Error(answer.conversation.slice(-2_000));
      if (tookMs > MAX_MS) throw new Error(`It took ${Math.round(tookMs)} ms.`);
    });
    await fc.assert(property, { numRuns: RUNS, seed: SEED });
  },
  120_000,
);
