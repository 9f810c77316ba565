import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { BenchServer } from './server.ts';

/** Creates a segment, and waits until it is live. @returns its size */
export async function build(
  server: BenchServer,
  client: pg.Client,
  { key, rule }: { key: string; rule: object },
): Promise<number> {
  const create = `mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { userErrors { message } } }`;
  await server.gql(create, { input: { key, name: key, rule, allowUndefined: true } });
  await noneUnderWay(client);
  const query = 'query ($key: String!) { segment(key: $key) { state size } }';
  const { segment } = await server.gql<{ segment: { state: string; size: number } }>(query, { key });
  if (segment.state !== 'LIVE') throw new Error('the build failed');
  return segment.size;
}

/** Deletes a segment, and waits until everybody has left it. */
export async function remove(server: BenchServer, client: pg.Client, key: string): Promise<void> {
  await server.gql('mutation ($key: String!) { deleteSegment(input: { key: $key }) { deletedKey } }', {
    key,
  });
  await noneUnderWay(client);
}

/** The server is not asked itself: that would take a sixth of a build's time. */
async function noneUnderWay(client: pg.Client): Promise<void> {
  const underWay = `select from segment_build where state in ('WAITING', 'RUNNING') limit 1`;
  while ((await client.query(underWay)).rowCount !== 0) await sleep(10);
}
