import type { TestServer } from './start-server.js';

const RUNS = 4;

/**
 * How many SQL statements `work` takes, BEGIN and COMMIT included. The server's looking for other work is put off
 * meanwhile; what was under way, or is remembered afterwards, is only in the first of a few runs: the least counts.
 * Keys are remembered by the server's clock, so give it a `ManualClock`.
 */
export async function statementsOf(
  { database }: Pick<TestServer, 'database'>,
  work: () => Promise<unknown>,
): Promise<number> {
  const own = Object.getOwnPropertyDescriptor(database, 'lookingForWork');
  database.lookingForWork = (work) => work({ query: () => Promise.resolve([]) } as never);
  try {
    let least = Infinity;
    for (let run = 0; run < RUNS; run += 1) {
      const before = database.statements;
      await work();
      least = Math.min(least, database.statements - before);
    }
    return least;
  } finally {
    if (own) Object.defineProperty(database, 'lookingForWork', own);
    else delete (database as Partial<typeof database>).lookingForWork;
  }
}
