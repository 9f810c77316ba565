import { ListenerReads, Signals, uuidOf } from '../../src/platform/index.js';
import type { Database } from '../../src/platform/index.js';
import { ChangeFeed } from '../../src/segments/index.js';
import { atEnd, createSegment, item, seed, startServer } from '../kit/index.js';

it('gives a listener who joins a read under way also what was committed after that read began', async () => {
  const server = await startServer();
  const { workspaceId } = server;
  const segment = uuidOf('segment', await createSegment(server, 'ghent', fromCity('Ghent')));
  await createSegment(server, 'rome', fromCity('Rome'));
  await seed(server, [item({ external: 'ada' }, { attributes: { city: 'Rome' } })]);

  const slow = slowly(server.database);
  const signals = Signals.inProcess();
  const options = { database: slow.database, reads: new ListenerReads(8), pollEveryMs: 60_000 };
  const feed = new ChangeFeed({ ...options, signals, onError: () => undefined });
  atEnd(async () => feed.close());
  const segmentIds = new Set([segment ?? '']);
  const everything = await feed.listen({ workspaceId, after: null, segmentIds: null });
  const [first, second] = [
    await feed.listen({ workspaceId, after: 0, segmentIds }),
    await feed.listen({ workspaceId, after: 0, segmentIds }),
  ];

  slow.holdNext();
  const before = first.nextPage(10);
  await slow.held;
  await seed(server, [item({ external: 'bea' }, { attributes: { city: 'Ghent' } })]);
  signals.send(`onefold:changes:${workspaceId}`);
  const [change] = (await everything.nextPage(10)) ?? [];
  const joined = second.nextPage(10);
  slow.letGo();

  expect(change).toMatchObject({ kind: 'ENTERED', segmentId: segment });
  expect(await before).toEqual([change]);
  expect(await joined).toEqual([change]);
});

const fromCity = (city: string) => ({ attribute: { key: 'city', is: { equals: city } } });

/** A database that keeps one answer back, as a busy one does, after it has been read. */
function slowly(database: Database) {
  const held = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let isNext = false;
  const transaction: Database['transaction'] = async (workspaceId, work) => {
    const isHeld = isNext;
    isNext = false;
    const answer = await database.transaction(workspaceId, work);
    if (isHeld) {
      held.resolve();
      await gate.promise;
    }
    return answer;
  };
  return {
    database: { transaction } as unknown as Database,
    held: held.promise,
    holdNext: () => (isNext = true),
    letGo: () => gate.resolve(),
  };
}
