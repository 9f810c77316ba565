import { asAdmin, expectError, expectNoErrors, gql, newKey, startServer } from '../kit/index.js';
import { Share } from '../../src/platform/share.js';

describe('a share', () => {
  it('is given to each key by itself, and what is above it waits in the order in which it came', async () => {
    const share = new Share(2);
    const order: string[] = [];
    const take = (name: string) =>
      share.take(name.slice(0, 1)).then((give) => {
        order.push(name);
        return give;
      });
    const [first, second] = await Promise.all([take('a1'), take('a2')]);
    const [third, fourth] = [take('a3'), take('a4')];
    await take('b1');
    expect(order).toEqual(['a1', 'a2', 'b1']);
    first?.();
    (await third)();
    await fourth;
    second?.();
    await take('a5');
    expect(order).toEqual(['a1', 'a2', 'b1', 'a3', 'a4', 'a5']);
  });

  it('turns away those who come when 2,000 wait already', async () => {
    const share = new Share(1);
    const give = await share.take('a');
    const waiting = Array.from({ length: 2_000 }, () => share.take('a').then((next) => next()));
    await expect(share.take('a')).rejects.toMatchObject({
      code: 'THROTTLED',
      extensions: { retryAfterMs: expect.any(Number) },
    });
    (await share.take('b'))();
    give();
    await Promise.all(waiting);
    (await share.take('a'))();
  });
});

describe('a key whose questions take long', () => {
  it.each([
    ['asks', '{ profiles { nodes { id } } }', 'profile'],
    ['previews', '{ previewSegment(rule: { all: [] }) { count } }', 'profile'],
    [
      'changes',
      'mutation { createSource(input: { key: "slow", name: "Slow" }) { userErrors { code } } }',
      'source',
    ],
  ])('%s on half of the connections, and leaves the others to other keys', async (_how, query, table) => {
    const server = await startServer({ config: { DATABASE_POOL_SIZE: 6 } });
    const other = await newKey(server, ['READ', 'ADMIN']);
    await asAdmin(server.databaseUrl, async (client) => {
      await client.query(`begin; lock table ${table} in access exclusive mode`);
      const slow = Array.from({ length: 30 }, () => gql(server, query));
      const quick = await gql(server, '{ identifierNamespaces { key } }', {}, { key: other });
      expectNoErrors(quick);
      await client.query('rollback');
      for (const answer of await Promise.all(slow)) expectNoErrors(answer);
    });
  });

  it('that nobody has issued gets no more of them than that', async () => {
    const server = await startServer({ config: { DATABASE_POOL_SIZE: 6 } });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => gql(server, '{ viewer { keyName } }', {}, { key: `of_${n}` })),
    );
    for (const answer of answers) expectError(answer, 'UNAUTHENTICATED');
  });
});
