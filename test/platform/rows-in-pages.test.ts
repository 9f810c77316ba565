import { rowsInPages } from '../../src/platform/index.js';
import type { Transaction } from '../../src/platform/index.js';
import { startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

const numbers = (tx: Transaction, until: number) =>
  rowsInPages<{ n: number }>(tx, 'select n from generate_series(1, $1::int) n', [until]);

async function all(rows: AsyncIterable<{ n: number }>): Promise<number[]> {
  const read: number[] = [];
  for await (const { n } of rows) read.push(n);
  return read;
}

it.each([0, 1, 99, 100, 101, 200, 250])('gives all of %i rows, in their order', async (count) => {
  const read = await server.database.transaction(server.workspaceId, (tx) => all(numbers(tx, count)));
  expect(read).toEqual(Array.from({ length: count }, (_, index) => index + 1));
});

it('reads several statements side by side, beside others', async () => {
  const read = await server.database.transaction(server.workspaceId, async (tx) => {
    const [first, second] = [numbers(tx, 150), numbers(tx, 250)];
    const pairs: unknown[] = [];
    for await (const { n } of first) {
      const other = await second.next();
      if (n % 50 === 0) pairs.push([n, other.value, await tx.query('select 1 as one')]);
    }
    return pairs;
  });
  const one = [{ one: 1 }];
  expect(read).toEqual([50, 100, 150].map((n) => [n, { n }, one]));
});

it('shows no row that is written while it is read', async () => {
  const read = await server.database.transaction(server.workspaceId, async (tx) => {
    await tx.query(
      'create temporary table counted on commit drop as select n from generate_series(1, 150) n',
    );
    const rows: number[] = [];
    for await (const { n } of rowsInPages<{ n: number }>(tx, 'select n from counted')) {
      rows.push(n);
      if (n === 1) await tx.query('insert into counted values (1000)');
    }
    return rows;
  });
  expect(read).toHaveLength(150);
  expect(read).not.toContain(1000);
});

it('lets a reader stop early, and the transaction go on', async () => {
  const next = await server.database.transaction(server.workspaceId, async (tx) => {
    for await (const { n } of numbers(tx, 250)) if (n === 3) break;
    return tx.query('select 4 as n');
  });
  expect(next).toEqual([{ n: 4 }]);
});
