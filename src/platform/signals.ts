import { PubSub } from 'graphql-subscriptions';
import type { PubSubEngine } from 'graphql-subscriptions';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { Redis } from 'ioredis';
import type { Log } from './log.js';

/**
 * Says *that* something changed, to every server of the deployment; PostgreSQL says *what*. A signal may be lost
 * at any time, so whoever listens also looks now and then by itself.
 */
export class Signals {
  private constructor(
    private readonly engine: PubSubEngine,
    private readonly redis: Redis[],
  ) {}

  static inProcess(): Signals {
    return new Signals(new PubSub(), []);
  }

  static overRedis(url: string, log: Log): Signals {
    // A signal that cannot be sent now is worth nothing later: fail at once. The subscriber waits for Redis.
    const publisher = new Redis(url, { ...CONNECTION, enableOfflineQueue: false, maxRetriesPerRequest: 0 });
    const subscriber = new Redis(url, { ...CONNECTION, maxRetriesPerRequest: null });
    reportOutages(publisher, log);
    subscriber.on('error', () => undefined);
    ignoreFailures(subscriber);
    return new Signals(new RedisPubSub({ publisher, subscriber }), [publisher, subscriber]);
  }

  /** Never fails and never waits: see the class. */
  send(topic: string, details: readonly string[] = []): void {
    this.engine.publish(topic, details).catch(() => undefined);
  }

  /** Calls `listener` after each signal on `topic` until the returned function is called. */
  listen(topic: string, listener: (details: readonly string[]) => void): () => void {
    const subscribed = this.engine.subscribe(topic, listener, {});
    subscribed.catch(() => undefined);
    return () => {
      subscribed.then((id) => void this.engine.unsubscribe(id)).catch(() => undefined);
    };
  }

  /** `null` when signals do not leave the process. */
  get connected(): boolean | null {
    return this.redis.length === 0 ? null : this.redis.every((connection) => connection.status === 'ready');
  }

  close(): void {
    for (const connection of this.redis) connection.disconnect();
  }
}

/**
 * RedisPubSub drops the promises of these, so that one that fails (at a stop, with Redis away) would end the process.
 * A subscription that could not be made is made again by the connection, and its listener polls meanwhile.
 */
function ignoreFailures(subscriber: Redis): void {
  const subscribe = subscriber.subscribe.bind(subscriber) as (...channels: unknown[]) => Promise<unknown>;
  const unsubscribe = subscriber.unsubscribe.bind(subscriber) as (channel: string) => Promise<unknown>;
  Object.assign(subscriber, {
    // The connection itself calls this too, after an outage: with a list, and without a callback.
    subscribe: (channels: string | string[], done?: (error: null, count: unknown) => void) =>
      subscribe(channels).then(
        (count) => {
          done?.(null, count);
          return count;
        },
        () => undefined,
      ),
    unsubscribe: (channel: string) => unsubscribe(channel).catch(() => undefined),
    punsubscribe: () => Promise.resolve(),
  });
}

const CONNECTION = {
  retryStrategy: (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 5), 1_000),
  // How long a closed connection waits for Redis to close it too: two seconds by default, even when Redis is gone.
  disconnectTimeout: 100,
};

function reportOutages(connection: Redis, log: Log): void {
  let away = false;
  connection.on('error', (error: Error) => {
    if (!away) log.warn({ err: error }, 'Redis is away: changes are delivered by polling until it is back');
    away = true;
  });
  connection.on('ready', () => {
    if (away) log.info('Redis is back');
    away = false;
  });
}
