import { ALL } from '../../src/features.js';
import type { MovingPart } from '../../src/profiles/moving-rows.js';
import { asAdmin, cloneDatabase } from '../kit/index.js';

it('rows that follow a merge are copied with all their columns', async () => {
  const moving = ALL.parts.filter((part): part is MovingPart => 'columns' in part);
  const url = await cloneDatabase();
  const columns = await asAdmin(url, async (client) => {
    const { rows } = await client.query<{ table: string; columns: string[] }>(
      `select table_name as table, array_agg(column_name::text) as columns from information_schema.columns
      where table_schema = 'public' and is_generated = 'NEVER' group by table_name`,
    );
    return new Map(rows.map((one) => [one.table, one.columns.toSorted()]));
  });
  expect(moving.map(({ tables }) => tables)).toContainEqual(['event']);
  for (const part of moving)
    expect([part.tables, part.columns.toSorted()]).toEqual([part.tables, columns.get(part.tables[0]!)]);
});
