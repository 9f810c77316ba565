import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

const INGEST =
  'mutation ($items: [IngestItemInput!]!) { ingest(input: { items: $items }) { results { status } } }';
const PEOPLE = 200;
const BATCH = 10;
const TRY_AGAIN_AFTER_MS = 50;

export interface Target {
  /** `http://…/graphql` */
  url: string;
  key: string;
}

interface Answer {
  code: string | null;
  statuses: string[];
  retryAfterMs: unknown;
}

/**
 * Senders that ingest without a pause, and send a batch again until it is accepted, as docs/errors.md says. What they
 * send is about the same few people, so that their batches meet.
 */
export class Load {
  /** Refusals by code. */
  readonly refused = new Map<string, number>();
  /** What became of requests that had been sent and got no answer. */
  readonly unanswered: string[] = [];
  /** Refusals that did not say when to come again, and items that were neither accepted nor known already. */
  readonly wrong: string[] = [];
  /** When each batch was accepted, and how long its sender had tried, in milliseconds. */
  readonly accepted: { at: number; tookMs: number }[] = [];
  private readonly agent = new Agent({ keepAlive: true });
  private readonly name: string;
  private readonly target: Target;
  private readonly senders: Promise<void>[];
  private isOver = false;
  private isGone = false;

  constructor(name: string, target: Target, senders = 6) {
    this.name = name;
    this.target = target;
    this.senders = Array.from({ length: senders }, (_, index) => this.send(`${name}-${index}`));
  }

  get items(): number {
    return this.accepted.length * BATCH;
  }

  /** Resolves when every batch that was begun has been accepted. */
  async finish(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.senders);
    this.agent.destroy();
  }

  /** Resolves when every request has been answered; nothing is sent again, for the server will not come back. */
  async giveUp(): Promise<void> {
    this.isGone = true;
    await this.finish();
  }

  private async send(sender: string): Promise<void> {
    for (let batch = 0; !this.isOver; batch += 1) {
      const began = performance.now();
      const items = Array.from({ length: BATCH }, (_, index) => itemOf(`${sender}-${batch}-${index}`));
      while (!(await this.isAccepted(items))) {
        if (this.isGone) return;
        await sleep(TRY_AGAIN_AFTER_MS);
      }
      const at = performance.now();
      this.accepted.push({ at, tookMs: at - began });
    }
  }

  private async isAccepted(items: readonly object[]): Promise<boolean> {
    const answer = await this.ask(items).catch((error: NodeJS.ErrnoException) => {
      // Nobody has taken the request: it is not under way.
      if (error.code !== 'ECONNREFUSED') this.unanswered.push(`${this.name}: ${error.code ?? error.message}`);
      return null;
    });
    if (!answer) return false;
    const { code, statuses, retryAfterMs } = answer;
    if (code) {
      this.refused.set(code, (this.refused.get(code) ?? 0) + 1);
      if (typeof retryAfterMs !== 'number') this.wrong.push(`${code} without retryAfterMs`);
      return false;
    }
    this.wrong.push(...statuses.filter((status) => status !== 'ACCEPTED' && status !== 'DUPLICATE'));
    return true;
  }

  private async ask(items: readonly object[]): Promise<Answer> {
    const { url, key } = this.target;
    const sent = request(url, {
      agent: this.agent,
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    }).end(JSON.stringify({ query: INGEST, variables: { items } }));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const answer = JSON.parse(await text(response)) as {
      data?: { ingest: { results: { status: string }[] } } | null;
      errors?: { extensions: { code: string; retryAfterMs?: unknown } }[];
    };
    const [error] = answer.errors ?? [];
    return {
      code: error?.extensions.code ?? null,
      statuses: answer.data?.ingest.results.map(({ status }) => status) ?? [],
      retryAfterMs: error?.extensions.retryAfterMs,
    };
  }
}

function itemOf(externalId: string): object {
  const person = Math.floor(Math.random() * PEOPLE);
  return {
    externalId,
    identifiers: [{ namespace: 'external', value: `person-${person}` }],
    type: 'visit',
    properties: { from: externalId },
  };
}
