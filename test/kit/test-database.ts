import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { atEnd } from './at-end.js';

/** Works as the administrator: row-level security does not hold here. */
export async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A new migrated database of the test file's own. @returns its address */
export async function cloneDatabase(): Promise<string> {
  const cluster = process.env.ONEFOLD_TEST_DATABASE_URL;
  if (!cluster) throw new Error('Run tests through Jest: its global setup starts the database.');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(cluster, (client) => client.query(`create database ${name} template template_onefold`));
  // Not by force: a connection that is still open is a leak, and this fails because of it.
  atEnd(async () => {
    await asAdmin(cluster, (client) => client.query(`drop database ${name}`));
  });
  const url = new URL(cluster);
  url.pathname = `/${name}`;
  return url.href;
}
