import type { Socket } from 'node:net';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { Kysely, PostgresDialect } from 'kysely';
import type { PostgresPool } from 'kysely';
import type { PoolClient, QueryResult } from 'pg';
import { OnefoldError } from './errors.js';
import type { OpenTransactions } from './open-transactions.js';
import { cameTooLate, LOCK_NOT_AVAILABLE, sqlState } from './passing-failure.js';

/**
 * A prepared statement is planned once, perhaps while a table holds three rows, and a plan that reads that table
 * whole would stay in use long after that has become slow. So rows are looked up by their keys only, and `searching`
 * lifts this. The order of a join is not bound by it: prepared statements look each key up in a lateral subquery
 * that PostgreSQL cannot turn inside out (`offset 0`), and UPDATE and DELETE with a join are not prepared.
 *
 * Left to itself, PostgreSQL plans a statement about one profile anew each time, because it takes ten keys for more
 * work than one: that took half of the time of a profile page.
 *
 * `byKey: null` = as the database is configured.
 */
export const PLANNING = [
  { setting: 'enable_seqscan', byKey: 'off', searching: 'on' },
  { setting: 'enable_hashjoin', byKey: 'off', searching: 'on' },
  { setting: 'enable_mergejoin', byKey: 'off', searching: 'on' },
  { setting: 'plan_cache_mode', byKey: 'force_generic_plan', searching: 'auto' },
  // How many fit a rule cannot be foreseen: half of all, it is thought, and so it seems dear to let workers find them.
  { setting: 'parallel_tuple_cost', byKey: null, searching: '0.001' },
  // For each hash or sort: enough to add up the events of a million people with little use of the disk.
  { setting: 'work_mem', byKey: null, searching: `'64MB'` },
] as const;

/**
 * One open transaction. Statements run in the order they are asked for; those that are asked for together are sent
 * together, without waiting for each other's answers (pg's pipeline mode).
 */
export class Transaction {
  /** What to tell the other servers once this has committed. */
  readonly signals = new Map<string, Set<string>>();
  private readonly followUps: (() => void)[] = [];
  /** What went wrong first: after it every statement fails, for no reason of its own. */
  failure: Error | undefined;
  /** Whether the connection was lost while PostgreSQL committed: nobody knows whether it has. */
  isOutcomeUnknown = false;
  private manager: SqlEntityManager | undefined;
  /**
   * No statement is taken any more. It is so before the end is sent: PostgreSQL would run what came between as a
   * transaction of its own, in no workspace, where row-level security shows no rows at all.
   */
  private closed = false;
  /** Of work apart: the transaction that it is a part of. */
  private readonly outer: Transaction | undefined;
  private released = false;
  private unanswered = 0;
  /** When the oldest unanswered statement became the one that PostgreSQL has to answer next. */
  private waitingSince = 0;

  constructor(
    private readonly client: PoolClient,
    private readonly options: {
      database: object;
      root: SqlEntityManager;
      workspaceId: number;
      isSnapshot: boolean;
      /** How long PostgreSQL may leave a statement unanswered, in milliseconds. */
      patienceMs: number;
      /** All that are under way. */
      open: OpenTransactions;
      /** Told when it has given its connection back. */
      onEnd?: (() => void) | undefined;
    },
  ) {
    options.open.add(this);
  }

  /** Tells apart the databases of one process: what is cached of one is not true of another. */
  get database(): object {
    return this.options.database;
  }

  get workspaceId(): number {
    return this.options.workspaceId;
  }

  /** Whether all its statements see the same moment. */
  get isSnapshot(): boolean {
    return this.options.isSnapshot;
  }

  /**
   * Rows of one statement. A text that begins with a comment (a name) is prepared under it on its connection,
   * so it must be one of a bounded set.
   */
  async query<Row = Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.run(text, values)).rows as Row[];
  }

  /** As `query`, for a statement that writes. @returns how many rows it wrote */
  async write(text: string, values: readonly unknown[] = []): Promise<number> {
    return (await this.run(text, values)).rowCount ?? 0;
  }

  /** A statement whose answer says nothing. Should it fail, then so do all after it, and the commit. */
  send(text: string, values?: readonly unknown[]): void {
    this.query(text, values).catch(() => undefined);
  }

  /** As `query`, for a statement that goes over many people: PostgreSQL may read tables whole. */
  searching<Row = Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const plan = (how: 'byKey' | 'searching') =>
      this.send(PLANNING.map((one) => `set local ${one.setting} = ${one[how] ?? 'default'}`).join('; '));
    plan('searching');
    const rows = this.query<Row>(text, values);
    plan('byKey');
    return rows;
  }

  /** The entity manager of this transaction: for definitions, which are few; people are read and written in sets. */
  get em(): SqlEntityManager {
    if (!this.manager) {
      this.manager = this.options.root.fork({ clear: true });
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

  /**
   * Runs `work` in a savepoint. When it throws, everything it wrote is undone, its locks are given back, and this
   * transaction can go on.
   * @param work gets a transaction of its own inside of this one, which takes no statement once `work` is over: a
   * branch of it that is still under way must not write into what comes after
   */
  async apart<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.refuseWhenClosed();
    this.send('savepoint apart');
    const inner = this.inside();
    try {
      const result = await work(inner);
      await inner.query('release savepoint apart');
      inner.closed = true;
      this.followUps.push(...inner.followUps);
      return result;
    } catch (error) {
      inner.closed = true;
      this.send('rollback to savepoint apart; release savepoint apart');
      throw inner.failure ?? error;
    }
  }

  /**
   * Runs a statement that takes a lock, and waits for the lock no longer than this.
   * @returns whether it was given; if not, the transaction goes on without it
   */
  async lockWithin(milliseconds: number, text: string, values: readonly unknown[]): Promise<boolean> {
    this.refuseWhenClosed();
    this.send(`savepoint waiting; set local lock_timeout = ${milliseconds}`);
    try {
      await this.ask(text, values);
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw this.failed(error);
      this.send('rollback to savepoint waiting; release savepoint waiting');
      return false;
    }
    this.send('set local lock_timeout = default; release savepoint waiting');
    return true;
  }

  /** @param details what exactly has changed, if listeners want to know: a few thousand ids at most */
  signalAfterCommit(topic: string, details: Iterable<string> = []): void {
    const known = this.signals.get(topic) ?? new Set();
    this.signals.set(topic, known);
    for (const detail of details) known.add(detail);
  }

  /** For what this process remembers of the database, and must not when nothing was committed. */
  afterCommit(work: () => void): void {
    this.followUps.push(work);
  }

  async commit(): Promise<void> {
    this.closed = true;
    const { command } = await this.ask('commit').catch((error: unknown) => {
      this.isOutcomeUnknown = !cameTooLate(error);
      throw error;
    });
    // PostgreSQL answers so, without an error, when a statement before failed.
    if (command !== 'COMMIT') throw this.failure ?? new Error('the transaction was rolled back');
    this.release();
    for (const work of this.followUps) work();
  }

  async rollback(): Promise<void> {
    if (this.released) return;
    this.closed = true;
    // It fails when the connection is gone, and then nothing is left to roll back.
    const broken = await this.ask('rollback').then(
      () => false,
      () => true,
    );
    this.release(broken);
  }

  /** Gives up when PostgreSQL has been silent for too long: then it is frozen, or the network is cut. */
  checkForSilence(now: number): void {
    if (this.unanswered > 0 && now - this.waitingSince > this.options.patienceMs) this.abort();
  }

  /** Breaks the connection: whatever waits for an answer fails as `UNAVAILABLE`. */
  abort(): void {
    this.failure ??= new OnefoldError('UNAVAILABLE');
    (this.client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
  }

  private async run(text: string, values: readonly unknown[]): Promise<QueryResult> {
    this.refuseWhenClosed();
    try {
      return await this.ask(text, values);
    } catch (error) {
      throw this.failed(error);
    }
  }

  /** Over the same connection, with failures and follow-ups of its own. */
  private inside(): Transaction {
    const own = { followUps: [], failure: undefined, closed: false, manager: undefined, outer: this };
    // This transaction does the counting by which silence is noticed.
    return Object.assign(Object.create(this) as Transaction, own, { ask: this.ask.bind(this) });
  }

  private refuseWhenClosed(): void {
    // The outer one may end while work apart is waiting: then the connection is somebody else's.
    if (this.closed) throw new Error('the transaction is over');
    this.outer?.refuseWhenClosed();
  }

  private failed(error: unknown): Error {
    this.failure ??= error as Error;
    return error as Error;
  }

  private async ask(text: string, values: readonly unknown[] = []): Promise<QueryResult> {
    if (this.unanswered === 0) this.waitingSince = performance.now();
    this.unanswered += 1;
    try {
      return await this.client.query(text, values as unknown[]);
    } finally {
      this.unanswered -= 1;
      this.waitingSince = performance.now();
    }
  }

  private release(broken = false): void {
    this.released = true;
    this.options.open.delete(this);
    this.client.release(broken);
    this.options.onEnd?.();
  }

  /** The query builder under the entity manager: its statements are this transaction's, and end with it. */
  private asKysely(): Kysely<unknown> {
    const connection = { query: this.run.bind(this), release: () => undefined };
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
