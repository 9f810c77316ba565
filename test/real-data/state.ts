import pg from 'pg';
import { SEGMENTS } from './purchases.js';
import type { Purchase } from './purchases.js';

/** One person, in words that do not depend on when or how often the facts arrived. */
export interface PersonState {
  identifiers: string[];
  attributes: Record<string, unknown>;
  /** When each attribute was said. */
  said: Record<string, string>;
  events: string[];
  segments: string[];
}

/** What the purchases amount to, worked out without the server. */
export function expectedState(
  purchases: readonly Purchase[],
  { withAttribute }: { withAttribute: boolean },
): PersonState[] {
  const byCustomer = Map.groupBy(purchases, ({ customer }) => customer);
  return [...byCustomer]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([customer, own]) => {
      const last = own.reduce((latest, { date }) => (date > latest ? date : latest), '');
      const attributes: Record<string, string> = withAttribute ? { lastPurchase: last } : {};
      return {
        identifiers: [`external ${customer}`],
        attributes,
        said: attributes,
        events: own.map(({ date, cds, cents }) => `purchase ${date} ${cds} ${cents / 100}`).sort(),
        segments: SEGMENTS.filter(({ holds }) => holds(own))
          .map(({ key }) => key)
          .sort(),
      };
    });
}

/** What the database holds of one workspace. */
export async function storedState(databaseUrl: string, workspaceId: number): Promise<PersonState[]> {
  const rows = await query<PersonState & { provenance: Record<string, string> }>(
    databaseUrl,
    `with person as (select * from profile where shard >= $1 * 256 and shard < ($1 + 1) * 256)
    select p.attributes, p.provenance,
      array(select i.namespace || ' ' || i.value from identifier i
        where i.profile_shard = p.shard and i.profile_id = p.id) as identifiers,
      array(select concat_ws(' ', e.type, e.occurred_at::date, e.properties->>'cds', e.properties->>'dollars') from event e
        where e.shard = p.shard and e.profile_id = p.id) as events,
      array(select s.key from membership m join segment s on s.id = m.segment_id
        where m.shard = p.shard and m.profile_id = p.id) as segments
    from person p where merged_into is null`,
    [workspaceId],
  );
  return rows
    .map(({ identifiers, attributes, provenance, events, segments }) => ({
      identifiers: identifiers.sort(),
      attributes,
      events: events.sort(),
      segments: segments.sort(),
      said: Object.fromEntries(Object.entries(provenance).map(([key, said]) => [key, said.slice(0, 10)])),
    }))
    .sort((a, b) => ((a.identifiers[0] ?? '') < (b.identifiers[0] ?? '') ? -1 : 1));
}

/** Rows of each table, of all workspaces together. */
export async function rowCounts(databaseUrl: string): Promise<Record<string, number>> {
  const tables = await query<{ name: string }>(
    databaseUrl,
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await query<{ count: string }>(databaseUrl, `select count(*) from "${name}"`);
    counts[name] = Number(row?.count);
  }
  return counts;
}

/** What the log says who is in which segment: `<segment> <profile>`. @throws when somebody enters twice or leaves unentered */
export async function membersByLog(databaseUrl: string, workspaceId: number): Promise<string[]> {
  const rows = await query<{ who: string; kind: string }>(
    databaseUrl,
    `select segment_id || ' ' || profile_id as who, kind from change_log where workspace_id = $1 order by id`,
    [workspaceId],
  );
  const members = new Set<string>();
  for (const { who, kind } of rows) {
    if (members.has(who) === (kind === 'ENTERED'))
      throw new Error(`The log says ${kind} of ${who} a second time.`);
    if (kind === 'ENTERED') members.add(who);
    else members.delete(who);
  }
  return [...members].sort();
}

/** In the same form as `membersByLog`, and how many the sizes of segments add up to. */
export async function membersByTable(
  databaseUrl: string,
  workspaceId: number,
): Promise<{ members: string[]; sizes: number }> {
  const rows = await query<{ who: string }>(
    databaseUrl,
    `select segment_id || ' ' || profile_id as who from membership
    where shard >= $1 * 256 and shard < ($1 + 1) * 256`,
    [workspaceId],
  );
  const [size] = await query<{ sum: string }>(
    databaseUrl,
    `select coalesce(sum(size), 0) as sum from segment_size where workspace_id = $1`,
    [workspaceId],
  );
  return { members: rows.map(({ who }) => who).sort(), sizes: Number(size?.sum) };
}

async function query<Row>(databaseUrl: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    return (await client.query(text, values)).rows as Row[];
  } finally {
    await client.end();
  }
}
