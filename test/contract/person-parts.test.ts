import { ALL } from '../../src/features.js';
import { asAdmin, cloneDatabase } from '../kit/index.js';

it('every table of people belongs to exactly one part of a person', async () => {
  const url = await cloneDatabase();
  const tables = await asAdmin(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select c.relname as name from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'shard' and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`,
    );
    return rows.map(({ name }) => name);
  });
  expect(tables).toContain('profile');
  expect(ALL.parts.flatMap((part) => part.tables).sort()).toEqual(tables.sort());
});
