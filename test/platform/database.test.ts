import { createLog, Database } from '../../src/platform/index.js';
import { atEnd, cloneDatabase } from '../kit/index.js';

const POOL = 3;

it('counts the connections that nobody uses, opened or not', async () => {
  const database = await Database.connect({
    url: await cloneDatabase(),
    entities: [],
    poolSize: POOL,
    log: createLog('silent'),
    onSignal: () => undefined,
  });
  atEnd(() => database.close());
  const seen = [database.spareConnections];
  await database.transaction(1, async () => {
    seen.push(database.spareConnections);
    await database.transaction(1, async () => void seen.push(database.spareConnections));
    seen.push(database.spareConnections);
  });
  seen.push(database.spareConnections);
  expect(seen).toEqual([POOL, POOL - 1, POOL - 2, POOL - 1, POOL]);
});
