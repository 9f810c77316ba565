import { setTimeout as sleep } from 'node:timers/promises';
import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { EntityClass } from '@mikro-orm/postgresql';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import type { Pool } from 'pg';
import { OnefoldError } from './errors.js';
import type { Log } from './log.js';
import { OpenTransactions } from './open-transactions.js';
import {
  endedIdle,
  isUnavailable,
  lostConnection,
  lostRace,
  QUERY_CANCELED,
  sqlState,
} from './passing-failure.js';
import { preparingClient } from './preparing-client.js';
import { SERVER_SETTINGS, SESSION_LIMITS, startupOptions } from './session-limits.js';
import { Share } from './share.js';
import { PLANNING, Snapshot, Transaction } from './transaction.js';

export interface DatabaseOptions {
  url: string;
  entities: EntityClass<object>[];
  poolSize: number;
  log: Log;
  /** Told of after the commit of a transaction that asked for it. */
  onSignal: (topic: string, details: readonly string[]) => void;
}

interface TransactionOptions {
  /** Read-only on one snapshot, bounded in time: what a query sees does not change while it is answered. */
  snapshot?: boolean;
  /** Milliseconds that a single statement may take. Default: `SESSION_LIMITS.statement`. */
  statementTimeoutMs?: number;
  /** Whose share of the connections it uses; absent = it is the server's own work. */
  keyId?: string;
  /** Do not repeat work whose session PostgreSQL ended because it waited for something outside: it would wait again. */
  endsIdle?: boolean;
}

const SERVER_ROLE = 'onefold_server';
const SESSION_SETTINGS = [
  `role=${SERVER_ROLE}`,
  'timezone=UTC',
  ...SERVER_SETTINGS,
  // PostgreSQL's compiler costs more than it saves on statements of a few milliseconds.
  'jit=off',
  ...PLANNING.flatMap(({ setting, byKey }) => (byKey === null ? [] : [`${setting}=${byKey}`])),
];

/** That stay open when they are unused: a new one has to prepare every statement anew. */
const KEPT_CONNECTIONS = 8;

/** All keys that are not known yet share one half: a flood of invented keys must not take every connection. */
const PRESENTED = 'presented';
/** A key uses this part of the connections at a time. The rest serves other keys, ingest and the server's own work. */
const SHARE_OF_A_KEY = 0.5;
const MAX_ATTEMPTS = 6;

/** PostgreSQL ends a statement at its limit; an answer that is later than this will not come. */
const GRACE_MS = 5_000;
const READY_WITHIN_MS = 2_000;
const COMPLAIN_EVERY_MS = 5_000;

/**
 * PostgreSQL as the server sees it: always as the role `onefold_server`, which row-level security binds, and
 * always in a transaction that names its workspace.
 */
export class Database {
  /** Statements sent so far, BEGIN and COMMIT included: contract tests count them. */
  statements = 0;
  private readonly share: Share;

  private readonly open = new OpenTransactions();
  private isAborted = false;
  private lastComplaint = -Infinity;

  private constructor(
    private readonly orm: MikroORM,
    private readonly pool: Pool,
    private readonly options: DatabaseOptions,
  ) {
    this.share = new Share(Math.ceil(pool.options.max * SHARE_OF_A_KEY));
  }

  static async connect(options: DatabaseOptions): Promise<Database> {
    const count = { database: undefined as Database | undefined };
    const orm = await MikroORM.init({
      driver: PostgreSqlDriver,
      clientUrl: options.url,
      entities: options.entities,
      metadataProvider: ReflectMetadataProvider,
      pool: { min: Math.min(KEPT_CONNECTIONS, options.poolSize), max: options.poolSize },
      driverOptions: {
        // MikroORM takes only host, port, user, password and name from the address: not, say, its sslmode.
        connectionString: options.url,
        Client: preparingClient(() => {
          if (count.database) count.database.statements += 1;
        }),
        options: startupOptions(SESSION_SETTINGS),
        keepAlive: true,
        pipeline: true,
        maxLifetimeSeconds: 1800,
        connectionTimeoutMillis: 10_000,
      },
      allowGlobalContext: false,
      discovery: { warnWhenNoEntities: false },
      logger: (message) => options.log.warn({ component: 'orm' }, message),
    });
    await orm.connect();
    await refuseOtherRoles(orm);
    const pool = await orm.em.getConnection().getNativeClient();
    count.database = new Database(orm, pool, options);
    return count.database;
  }

  /**
   * Runs `work` in one transaction of the workspace, and again from the start (a bounded number of times, with
   * jitter) when it lost a race, or lost its connection before it came to commit. `work` must therefore keep its
   * effects in the database.
   */
  transaction<T>(
    workspaceId: number,
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    const begin = () => this.begin({ 'onefold.workspace_id': workspaceId }, workspaceId, options);
    return this.run(begin, work, options.endsIdle);
  }

  /** A transaction that sees the one API key whose hash it presents: before the key is known, no workspace is. */
  presentingKey<T>(hash: Buffer, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const settings = { 'onefold.presented_key': hash.toString('hex') };
    return this.run(() => this.begin(settings, 0, { keyId: PRESENTED }), work);
  }

  /** A transaction that sees, of all workspaces, only which of them have work waiting. */
  lookingForWork<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.run(() => this.begin({ 'onefold.work_to_do': 'on' }, 0, {}), work);
  }

  /**
   * One snapshot for everything that answers one operation, opened when first asked.
   * @param keyId whose share of the connections it uses; absent = somebody else bounds it
   */
  snapshot(workspaceId: number, keyId?: string): Snapshot {
    return new Snapshot(() =>
      this.begin({ 'onefold.workspace_id': workspaceId }, workspaceId, {
        snapshot: true,
        ...(keyId !== undefined && { keyId }),
      }),
    );
  }

  /** How many more transactions could begin at once. */
  get spareConnections(): number {
    return this.pool.options.max - this.pool.totalCount + this.pool.idleCount;
  }

  /** Whether PostgreSQL answers, and soon. */
  async ping(): Promise<boolean> {
    const answered = this.lookingForWork(() => Promise.resolve(true)).catch(() => false);
    return Promise.race([answered, sleep(READY_WITHIN_MS, false, { ref: false })]);
  }

  /** Breaks off all that is under way, which fails as `UNAVAILABLE`, and begins nothing more. */
  abort(): void {
    this.isAborted = true;
    this.open.abort();
  }

  async close(): Promise<void> {
    this.open.close();
    await this.orm.close();
  }

  private async run<T>(
    begin: () => Promise<Transaction>,
    work: (tx: Transaction) => Promise<T>,
    endsIdle = false,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const tx = await begin();
      try {
        const result = await work(tx);
        await tx.commit();
        for (const [topic, details] of tx.signals) this.options.onSignal(topic, [...details]);
        return result;
      } catch (thrown) {
        const error = tx.failure ?? thrown;
        await tx.rollback();
        const isHarmless = lostRace(error) || (lostConnection(error) && !tx.isOutcomeUnknown);
        if (!isHarmless || (endsIdle && endedIdle(error)) || attempt >= MAX_ATTEMPTS)
          throw this.givenUp(error);
        await sleep(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  private givenUp(error: unknown): unknown {
    // A caller cannot make a transaction that writes smaller, as it could a question.
    const isCutOff = sqlState(error) === QUERY_CANCELED;
    // Lost connections are reported by the pool.
    if (isCutOff || (isUnavailable(error) && !lostConnection(error))) this.complain(error);
    return isCutOff ? new OnefoldError('UNAVAILABLE', { cause: error }) : error;
  }

  /** Not of every transaction: in an outage all of them fail. */
  private complain(error: unknown): void {
    const now = performance.now();
    if (now - this.lastComplaint < COMPLAIN_EVERY_MS) return;
    this.lastComplaint = now;
    this.options.log.warn({ err: error }, 'transactions are given up: callers are told to come again');
  }

  private async begin(
    settings: Record<string, string | number>,
    workspaceId: number,
    { snapshot, statementTimeoutMs, keyId }: TransactionOptions,
  ): Promise<Transaction> {
    const giveBack = keyId === undefined ? undefined : await this.share.take(keyId);
    const client = await this.pool.connect().catch((cause: unknown) => {
      giveBack?.();
      throw new OnefoldError('UNAVAILABLE', { cause });
    });
    if (this.isAborted) {
      client.release();
      giveBack?.();
      throw new OnefoldError('UNAVAILABLE');
    }
    const all = statementTimeoutMs ? { ...settings, statement_timeout: statementTimeoutMs } : settings;
    const transaction = new Transaction(client, {
      database: this,
      root: this.orm.em,
      workspaceId,
      isSnapshot: snapshot ?? false,
      patienceMs: (statementTimeoutMs ?? SESSION_LIMITS.statement) + GRACE_MS,
      open: this.open,
      onEnd: giveBack,
    });
    // Not set_config: on a cluster only SET LOCAL reaches the nodes. All values are our own numbers and hex.
    transaction.send(
      [
        snapshot ? 'begin isolation level repeatable read read only' : 'begin',
        ...Object.entries(all).map(([name, value]) => `set local ${name} = '${value}'`),
      ].join('; '),
    );
    return transaction;
  }
}

/** Row-level security binds the role `onefold_server`; under any other one tenants could meet. */
async function refuseOtherRoles(orm: MikroORM): Promise<void> {
  const [row] = await orm.em.fork().execute<{ role: string }[]>('select current_user as role');
  if (row?.role === SERVER_ROLE) return;
  await orm.close();
  throw new Error(
    `The database session runs as ${row?.role}, not as ${SERVER_ROLE}. Remove \`options\` from DATABASE_URL, and connect to PostgreSQL itself or through a pooler that passes startup options on.`,
  );
}
