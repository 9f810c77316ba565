import { ALL } from '../../src/features.js';
import { asAdmin, cloneDatabase } from '../kit/index.js';

/** Tables that keep nothing of a person. A new table belongs here, or to a part of a person. */
const OF_NOBODY = [
  ...['installation', 'mikro_orm_migrations', 'workspace', 'source', 'api_key', 'run'],
  ...['definition', 'discovery', 'identifier_namespace'],
  ...['segment', 'segment_build', 'segment_size', 'segment_version'],
];
/** A build notes after which profile it goes on, to find its place. */
const PLACES = ['segment_build.after_profile_id', 'segment_build.after_shard'];

async function namesIn(text: string): Promise<string[]> {
  return asAdmin(await cloneDatabase(), async (client) =>
    (await client.query<{ name: string }>(text)).rows.map(({ name }) => name),
  );
}

it('every table belongs to exactly one part of a person, or is known to keep nothing of people', async () => {
  const tables = await namesIn(
    `select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`,
  );
  const owned = ALL.parts.flatMap((part) => part.tables);
  expect([...owned, ...OF_NOBODY].sort()).toEqual(tables.sort());
});

it('no table that is said to keep nothing of people has a column that leads to one', async () => {
  const leading = await namesIn(
    `select c.relname || '.' || a.attname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and a.attname ~ '(^|_)shard$|(profile|survivor|absorbed)_id$'`,
  );
  expect(leading).toContain('membership.profile_id');
  const ofNobody = leading.filter((column) => OF_NOBODY.includes(column.slice(0, column.indexOf('.'))));
  expect(ofNobody.sort()).toEqual(PLACES);
});
