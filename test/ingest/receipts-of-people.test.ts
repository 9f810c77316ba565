import { receiptsPart } from '../../src/ingest/receipts.part.js';
import { shardRange } from '../../src/platform/index.js';
import { asAdmin, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

/** More than two stretches are long, and more addresses than one statement looks for. */
const RECEIPTS = 250_000;
const PEOPLE = 50;

const people = {
  profiles: [],
  identifiers: Array.from({ length: PEOPLE }, (_, index) => ({
    namespace: 'email',
    value: `person-${index}@example.com`,
  })),
};

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  const { from } = shardRange(server.workspaceId);
  // Each of these people has two receipts far apart, and many others have a longer address than theirs.
  await asAdmin(server.databaseUrl, (client) =>
    client.query(
      `insert into receipt (shard, source_id, external_id, digest, received_at)
      select $1::int + n % 256, gen_random_uuid(), case
        when n % ${RECEIPTS / 2} < ${PEOPLE} then 'Signup:Person-' || n % ${RECEIPTS / 2} || '@example.com/' || n
        when n % 10 = 0 then 'x.person-' || n % ${PEOPLE} || '@example.com/' || n
        else 'order-' || n end, '\\x00', now()
      from generate_series(0, ${RECEIPTS} - 1) as n`,
      [from],
    ),
  );
});

async function read(): Promise<string[]> {
  return server.database.transaction(server.workspaceId, async (tx) => {
    const found: string[] = [];
    for await (const { row } of receiptsPart.read(tx, people)) found.push(String(row.external_id));
    return found.sort();
  });
}

it('receipts that hold an address are found among any number, and erased', async () => {
  const expected = [0, RECEIPTS / 2]
    .flatMap((first) =>
      people.identifiers.map((_, index) => `Signup:Person-${index}@example.com/${first + index}`),
    )
    .sort();
  expect(await read()).toEqual(expected);
  const gone = await server.database.transaction(server.workspaceId, (tx) => receiptsPart.erase(tx, people));
  expect(gone).toBe(expected.length);
  expect(await read()).toEqual([]);
  const left = await asAdmin(server.databaseUrl, (client) =>
    client.query<{ count: number }>('select count(*)::int from receipt'),
  );
  expect(left.rows).toEqual([{ count: RECEIPTS - expected.length }]);
});
