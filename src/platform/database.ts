import { setTimeout as sleep } from 'node:timers/promises';
import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { EntityClass } from '@mikro-orm/postgresql';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import type { Pool } from 'pg';
import { OnefoldError } from './errors.js';
import type { Log } from './log.js';
import { preparingClient } from './preparing-client.js';
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
  /** Milliseconds a single statement may take; absent = as the server is set. */
  statementTimeoutMs?: number;
}

const SERVER_ROLE = 'onefold_server';
const SESSION_SETTINGS = [
  `role=${SERVER_ROLE}`,
  'timezone=UTC',
  // PostgreSQL's compiler costs more than it saves on statements of a few milliseconds.
  'jit=off',
  ...PLANNING.flatMap(({ setting, byKey }) => (byKey === null ? [] : [`${setting}=${byKey}`])),
];

/** That stay open when they are unused: a new one has to prepare every statement anew. */
const KEPT_CONNECTIONS = 8;

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const MAX_ATTEMPTS = 6;
const SNAPSHOT_STATEMENT_TIMEOUT_MS = 20_000;

/**
 * PostgreSQL as the server sees it: always as the role `onefold_server`, which row-level security binds, and
 * always in a transaction that names its workspace.
 */
export class Database {
  /** Statements sent so far, BEGIN and COMMIT included: contract tests count them. */
  statements = 0;

  private constructor(
    private readonly orm: MikroORM,
    private readonly pool: Pool,
    private readonly onSignal: DatabaseOptions['onSignal'],
  ) {}

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
        options: SESSION_SETTINGS.map((setting) => `-c ${setting}`).join(' '),
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
    count.database = new Database(orm, pool, options.onSignal);
    return count.database;
  }

  /**
   * Runs `work` in one transaction of the workspace, and again from the start (a bounded number of times, with
   * jitter) when PostgreSQL says that it lost a race. `work` must therefore keep its effects in the database.
   */
  async transaction<T>(
    workspaceId: number,
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const tx = await this.begin({ 'onefold.workspace_id': workspaceId }, workspaceId, options);
      try {
        const result = await work(tx);
        await tx.commit();
        for (const [topic, details] of tx.signals) this.onSignal(topic, [...details]);
        return result;
      } catch (thrown) {
        const error = tx.failure ?? thrown;
        await tx.rollback();
        if (attempt >= MAX_ATTEMPTS || !lostRace(error)) throw error;
        await sleep(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  /** A transaction that sees the one API key whose hash it presents: before the key is known, no workspace is. */
  async presentingKey<T>(hash: Buffer, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.once(await this.begin({ 'onefold.presented_key': hash.toString('hex') }, 0, {}), work);
  }

  /** A transaction that sees, of all workspaces, only which of them have work waiting. */
  async lookingForWork<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.once(await this.begin({ 'onefold.work_to_do': 'on' }, 0, {}), work);
  }

  /** One snapshot for everything that answers one operation, opened when first asked. */
  snapshot(workspaceId: number): Snapshot {
    return new Snapshot(() =>
      this.begin({ 'onefold.workspace_id': workspaceId }, workspaceId, {
        snapshot: true,
        statementTimeoutMs: SNAPSHOT_STATEMENT_TIMEOUT_MS,
      }),
    );
  }

  /** How many more transactions could begin at once. */
  get spareConnections(): number {
    return this.pool.options.max - this.pool.totalCount + this.pool.idleCount;
  }

  async ping(): Promise<boolean> {
    const { ok } = await this.orm.em.getConnection().checkConnection();
    return ok;
  }

  async close(): Promise<void> {
    await this.orm.close();
  }

  private async once<T>(tx: Transaction, work: (tx: Transaction) => Promise<T>): Promise<T> {
    try {
      const result = await work(tx);
      await tx.commit();
      return result;
    } catch (error) {
      await tx.rollback();
      throw tx.failure ?? error;
    }
  }

  private async begin(
    settings: Record<string, string | number>,
    workspaceId: number,
    { snapshot, statementTimeoutMs }: TransactionOptions,
  ): Promise<Transaction> {
    const client = await this.pool.connect().catch((cause: unknown) => {
      throw new OnefoldError('UNAVAILABLE', { cause });
    });
    const all = statementTimeoutMs ? { ...settings, statement_timeout: statementTimeoutMs } : settings;
    const transaction = new Transaction(client, this, this.orm.em, workspaceId, snapshot);
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

/** SQLSTATE of a PostgreSQL error, if it is one. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

function lostRace(error: unknown): boolean {
  const state = sqlState(error);
  return state === SERIALIZATION_FAILURE || state === DEADLOCK_DETECTED;
}
