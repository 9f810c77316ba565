import { MAX_PREPARED, preparingClient } from '../../src/platform/preparing-client.js';
import { atEnd, cloneDatabase } from '../kit/index.js';

async function connect() {
  const Client = preparingClient(() => undefined);
  const client = new Client({ connectionString: await cloneDatabase(), pipeline: true });
  await client.connect();
  atEnd(() => client.end());
  const prepared = async () => {
    const { rows } = await client.query<{ statement: string }>(
      'select statement from pg_prepared_statements',
    );
    return rows.map(({ statement }) => statement);
  };
  const numbered = async (number: number) => {
    const { rows } = await client.query<{ n: number }>(`/* numbered */ select ${number} + $1::int as n`, [0]);
    return rows[0]?.n;
  };
  return { client, prepared, numbered };
}

it('prepares what begins with a comment, and nothing else', async () => {
  const { client, prepared, numbered } = await connect();
  await client.query('select $1::int', [1]);
  expect(await prepared()).toEqual([]);
  expect([await numbered(1), await numbered(1)]).toEqual([1, 1]);
  expect(await prepared()).toEqual(['/* numbered */ select 1 + $1::int as n']);
});

it('lets go of what has not been used for longest, also in a transaction that has failed', async () => {
  const { client, prepared, numbered } = await connect();
  for (let number = 0; number < MAX_PREPARED; number += 1) await numbered(number);
  await numbered(0);
  await client.query('begin');
  await expect(client.query('select 1 / 0')).rejects.toThrow('division by zero');
  await expect(numbered(MAX_PREPARED)).rejects.toThrow('current transaction is aborted');
  await client.query('rollback');
  expect(await Promise.all([MAX_PREPARED, 1, 0].map(numbered))).toEqual([MAX_PREPARED, 1, 0]);
  const held = await prepared();
  expect(held).toHaveLength(MAX_PREPARED);
  expect(held).not.toContain('/* numbered */ select 2 + $1::int as n');
  expect(held).toContain('/* numbered */ select 1 + $1::int as n');
});

it('keeps what is under way, however much that is', async () => {
  const { prepared, numbered } = await connect();
  const all = Array.from({ length: MAX_PREPARED + 10 }, (_, number) => number);
  expect(await Promise.all(all.map(numbered))).toEqual(all);
  expect(await Promise.all(all.map(numbered))).toEqual(all);
  expect((await prepared()).length).toBeGreaterThanOrEqual(MAX_PREPARED);
});
