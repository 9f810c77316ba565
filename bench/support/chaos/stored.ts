import pg from 'pg';

/** How often each item of the load is on record: an item that is missing was lost, one that is there twice is doubled. */
export async function storedItems(
  databaseUrl: string,
): Promise<{ receipts: number; events: number; distinct: number }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ receipts: number; events: number; distinct: number }>(
      `select (select count(*)::int from receipt) as receipts, count(*)::int as events,
        count(distinct properties ->> 'from')::int as distinct from event`,
    );
    return rows[0] ?? { receipts: 0, events: 0, distinct: 0 };
  } finally {
    await client.end();
  }
}
