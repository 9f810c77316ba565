import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Ask, Told } from './receivers.ts';
import type { BenchServer } from './server.ts';

export interface Opening {
  server: BenchServer;
  query: string;
  segments: string[];
  /** Sockets for each of them. */
  perSegment: number;
  after: string;
  /** In place of the server's own. */
  url?: string;
}

const PATIENCE_MS = 120_000;

/** Sockets that follow segments, in a process of their own: what they take is not the server's. */
export class Receivers {
  private readonly child: ChildProcess = fork(join(import.meta.dirname, 'receivers.ts'));

  async open({ server, url = server.url.replace('http', 'ws'), ...asked }: Opening): Promise<void> {
    const { query, segments, perSegment, after } = asked;
    await this.ask({ kind: 'open', url, apiKey: server.key, query, segments, perSegment, after });
  }

  async told(): Promise<Told[]> {
    return (await this.ask({ kind: 'report' })) as Told[];
  }

  /** Waits until every socket has been told as many changes as its segment has, for two minutes at most. */
  async untilTold(changes: ReadonlyMap<string, number>): Promise<Told[]> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const told = await this.told();
      const isEnough = told.every(({ segment, count }) => count >= (changes.get(segment) ?? 0));
      if (isEnough || performance.now() > deadline) return told;
      await sleep(100);
    }
  }

  close(): Promise<unknown> {
    return this.ask({ kind: 'close' });
  }

  end(): void {
    this.child.kill();
  }

  private async ask(ask: Ask): Promise<unknown> {
    this.child.send(ask);
    const [answer] = (await once(this.child, 'message')) as [unknown];
    return answer;
  }
}

/** How many changes the log has of each segment. */
export async function changesBySegment(client: pg.Client): Promise<Map<string, number>> {
  const { rows } = await client.query<{ key: string; changes: number }>(
    `select s.key, count(*)::int as changes from change_log c join segment s on s.id = c.segment_id group by s.key`,
  );
  return new Map(rows.map(({ key, changes }) => [key, changes]));
}

export async function endOfLog(server: BenchServer): Promise<string> {
  const { changes } = await server.gql<{ changes: { pageInfo: { endCursor: string } } }>(
    '{ changes: segmentChanges(first: 0) { pageInfo { endCursor } } }',
  );
  return changes.pageInfo.endCursor;
}

/** @throws Error unless every socket has every change of its segment, whole, and those of one segment in the same order */
export function checkTold(told: readonly Told[], changes: ReadonlyMap<string, number>): void {
  const wrong = told.filter(
    ({ segment, count, wrong }) => wrong > 0 || count !== (changes.get(segment) ?? 0),
  );
  for (const one of wrong.slice(0, 5)) console.error(one, 'of', changes.get(one.segment));
  const bySegment = Map.groupBy(told, ({ segment }) => segment);
  const apart = [...bySegment.values()].filter((all) => new Set(all.map(({ digest }) => digest)).size > 1);
  if (wrong.length > 0 || apart.length > 0)
    throw new Error(
      `${wrong.length} sockets were not told all; ${apart.length} segments were told differently`,
    );
}

/** A segment of everybody with an attribute that is true; resolves when it is live. */
export async function createFlag(server: BenchServer, attribute: string, key: string): Promise<void> {
  await server.gql(
    `mutation ($input: DefineAttributeInput!) { defineAttribute(input: $input) { userErrors { message } } }`,
    { input: { key: attribute, type: 'BOOLEAN' } },
  );
  const { createSegment } = await server.gql<{ createSegment: { userErrors: { message: string }[] } }>(
    `mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { userErrors { message } } }`,
    {
      input: {
        key,
        name: key,
        rule: { attribute: { key: attribute, is: { equals: true } } },
        allowUndefined: true,
      },
    },
  );
  if (createSegment.userErrors[0]) throw new Error(createSegment.userErrors[0].message);
  for (;;) {
    const { segment } = await server.gql<{ segment: { state: string } }>(
      `query ($key: String!) { segment(key: $key) { state } }`,
      { key },
    );
    if (segment.state === 'LIVE') return;
    await sleep(50);
  }
}
