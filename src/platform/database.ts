import { setTimeout as sleep } from 'node:timers/promises';
import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { EntityClass, SqlEntityManager } from '@mikro-orm/postgresql';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { Kysely, PostgresDialect } from 'kysely';
import type { PostgresPool } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { OnefoldError } from './errors.js';
import type { Log } from './log.js';
import { preparingClient } from './preparing-client.js';

export interface DatabaseOptions {
  url: string;
  entities: EntityClass<object>[];
  poolSize: number;
  log: Log;
  /** Told of after the commit of a transaction that asked for it. */
  onSignal: (topic: string) => void;
}

interface TransactionOptions {
  /** Read-only on one snapshot, bounded in time: what a query sees does not change while it is answered. */
  snapshot?: boolean;
  /** Milliseconds a single statement may take; absent = as the server is set. */
  statementTimeoutMs?: number;
}

/**
 * A prepared statement is planned once, perhaps while a table holds three rows, and a plan that reads that table
 * whole would stay in use long after that has become slow. So rows are looked up by their keys only, and `searching`
 * lifts this. The order of a join is not bound by it: prepared statements look each key up in a lateral subquery
 * that PostgreSQL cannot turn inside out (`offset 0`), and UPDATE and DELETE with a join are not prepared.
 */
const KEY_PLANS_ONLY = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin'];
const SERVER_ROLE = 'onefold_server';
const SESSION_SETTINGS = [
  `role=${SERVER_ROLE}`,
  'timezone=UTC',
  // PostgreSQL's compiler costs more than it saves on statements of a few milliseconds.
  'jit=off',
  ...KEY_PLANS_ONLY.map((method) => `${method}=off`),
];

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
    private readonly onSignal: (topic: string) => void,
  ) {}

  static async connect(options: DatabaseOptions): Promise<Database> {
    const count = { database: undefined as Database | undefined };
    const orm = await MikroORM.init({
      driver: PostgreSqlDriver,
      clientUrl: options.url,
      entities: options.entities,
      metadataProvider: ReflectMetadataProvider,
      pool: { min: 0, max: options.poolSize },
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
        for (const topic of tx.signals) this.onSignal(topic);
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
    const transaction = new Transaction(client, this, this.orm.em, workspaceId);
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

/**
 * One open transaction. Statements run in the order they are asked for; those that are asked for together are sent
 * together, without waiting for each other's answers (pg's pipeline mode).
 */
export class Transaction {
  /** What to tell the other servers once this has committed. */
  readonly signals = new Set<string>();
  /** What went wrong first: after it every statement fails, for no reason of its own. */
  failure: Error | undefined;
  private manager: SqlEntityManager | undefined;
  private over = false;

  constructor(
    private readonly client: PoolClient,
    /** Tells apart the databases of one process: what is cached of one is not true of another. */
    readonly database: Database,
    private readonly root: SqlEntityManager,
    readonly workspaceId: number,
  ) {}

  /**
   * Rows of one statement. A text that begins with a comment (a name) is prepared under it on its connection,
   * so it must be one of a bounded set.
   */
  async query<Row = Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    // What comes late must not reach a connection that has gone back to the pool.
    if (this.over) throw new Error('the transaction is over');
    try {
      return (await this.client.query(text, values as unknown[])).rows as Row[];
    } catch (error) {
      this.failure ??= error as Error;
      throw error;
    }
  }

  /** A statement whose answer says nothing. Should it fail, then so do all after it, and the commit. */
  send(text: string, values?: readonly unknown[]): void {
    this.query(text, values).catch(() => undefined);
  }

  /** As `query`, for a statement that goes over many people: PostgreSQL may read tables whole. */
  searching<Row = Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const allow = (value: 'on' | 'off') =>
      this.send(KEY_PLANS_ONLY.map((method) => `set local ${method} = ${value}`).join('; '));
    allow('on');
    const rows = this.query<Row>(text, values);
    allow('off');
    return rows;
  }

  /** The entity manager of this transaction: for definitions, which are few; people are read and written in sets. */
  get em(): SqlEntityManager {
    if (!this.manager) {
      this.manager = this.root.fork({ clear: true });
      this.manager.setTransactionContext(this.asKysely());
    }
    return this.manager;
  }

  /** Runs `work`; when it returns false, everything it wrote is undone and the transaction goes on. */
  async attempt(work: () => Promise<boolean>): Promise<boolean> {
    this.send('savepoint attempt');
    const kept = await work();
    this.send(kept ? 'release savepoint attempt' : 'rollback to savepoint attempt');
    return kept;
  }

  signalAfterCommit(topic: string): void {
    this.signals.add(topic);
  }

  async commit(): Promise<void> {
    const { command } = await this.client.query('commit');
    // PostgreSQL answers so, without an error, when a statement before failed.
    if (command !== 'COMMIT') throw this.failure ?? new Error('the transaction was rolled back');
    this.end();
  }

  async rollback(): Promise<void> {
    if (this.over) return;
    // It fails when the connection is gone, and then nothing is left to roll back.
    const broken = await this.client.query('rollback').then(
      () => false,
      () => true,
    );
    this.end(broken);
  }

  private end(broken = false): void {
    this.over = true;
    this.client.release(broken);
  }

  /** The query builder under the entity manager, on this one connection. */
  private asKysely(): Kysely<unknown> {
    const connection = { query: this.client.query.bind(this.client), release: () => undefined };
    const pool = { connect: () => Promise.resolve(connection), end: () => Promise.resolve() };
    return new Kysely({ dialect: new PostgresDialect({ pool: pool as unknown as PostgresPool }) });
  }
}

/** See `Database.snapshot`. After `end` the next statement opens a new one. */
export class Snapshot {
  private opened: Promise<Transaction> | undefined;

  constructor(private readonly open: () => Promise<Transaction>) {}

  async query<Row = Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.transaction()).query<Row>(text, values);
  }

  transaction(): Promise<Transaction> {
    this.opened ??= this.open();
    return this.opened;
  }

  async end(): Promise<void> {
    const opened = this.opened;
    this.opened = undefined;
    if (!opened) return;
    const transaction = await opened.catch(() => undefined);
    await transaction?.rollback();
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
