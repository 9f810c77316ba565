import { Loaders, OnefoldError, Scope } from '../platform/index.js';
import type { Clock, Database, Log, Snapshot, Transaction } from '../platform/index.js';
import type { Principal } from './authenticate.js';
import { forbidden } from './forbidden.js';

interface RequestContextOptions {
  database: Database;
  clock: Clock;
  log: Log;
  requestId: string;
  principal: Principal | null;
  /** What features keep for the whole server (a queue, a feed), by class. */
  services: ReadonlyMap<unknown, unknown>;
  /** It is one of the reads of those who listen, which are bounded together and not for each key. */
  isListener?: boolean;
}

/**
 * Everything resolvers know about one operation (or one page of a subscription's events): who asks, and what they read with.
 * Everything read for one answer comes from one snapshot, until the operation itself writes.
 */
export class RequestContext {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly requestId: string;
  readonly principal: Principal | null;
  readonly loaders = new Loaders();
  /** Items that came as variables, by the externalId of their stand-in there (see `liftItems`). They stay for the whole operation. */
  readonly lifted = new Map<string, readonly unknown[]>();
  private snapshot: Snapshot | undefined;
  private closed = false;

  constructor(private readonly options: RequestContextOptions) {
    this.database = options.database;
    this.clock = options.clock;
    this.log = options.log;
    this.requestId = options.requestId;
    this.principal = options.principal;
  }

  /** @throws OnefoldError UNAUTHENTICATED when no key came with the request */
  get viewer(): Principal {
    if (!this.principal) throw new OnefoldError('UNAUTHENTICATED');
    return this.principal;
  }

  get workspaceId(): number {
    return this.viewer.workspaceId;
  }

  has(scope: Scope): boolean {
    return this.principal?.scopes.has(scope) ?? false;
  }

  /** Whether the viewer may see personal values. Every answer that holds one must ask, and every comparison with one. */
  get seesPersonal(): boolean {
    return this.has(Scope.READ_PII);
  }

  /** What a verb is told of its caller when it changes a definition. */
  get byViewer(): { now: Date; seesPersonal: boolean } {
    return { now: this.clock.now(), seesPersonal: this.seesPersonal };
  }

  /** The server's instance of a class that the composition root made. */
  service<T>(type: { readonly prototype: T; readonly name: string }): T {
    const service = this.options.services.get(type);
    if (!service) throw new Error(`${type.name} was not composed`);
    return service as T;
  }

  /** @throws OnefoldError FORBIDDEN that names the scope */
  need(scope: Scope): void {
    if (this.viewer.scopes.has(scope)) return;
    throw forbidden(scope, {
      message: `This needs a key with the scope ${scope}; the one in use lacks it.`,
    });
  }

  /** The transaction that this operation reads in. */
  reading(): Promise<Transaction> {
    // A resolver may still run when its answer is no longer wanted: it must not open what nobody would close.
    if (this.closed) return Promise.reject(new Error('the operation is over'));
    this.snapshot ??= this.database.snapshot(
      this.workspaceId,
      this.options.isListener ? undefined : this.viewer.keyId,
    );
    return this.snapshot.transaction();
  }

  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.reading()).query<Row>(text, values);
  }

  /** Runs a verb in a transaction of its own. What was read before is forgotten: it may no longer be so. */
  async write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const { keyId } = this.viewer;
    return this.around(() => this.database.transaction(this.workspaceId, work, { keyId }));
  }

  /** As `write`, for work that opens its transactions itself. */
  async around<T>(work: () => Promise<T>): Promise<T> {
    await this.end();
    try {
      return await work();
    } finally {
      this.loaders.clear();
    }
  }

  /** Ends the operation. */
  async close(): Promise<void> {
    this.closed = true;
    await this.end();
  }

  /** Gives the connection back. The context can go on being used. */
  async end(): Promise<void> {
    const snapshot = this.snapshot;
    this.snapshot = undefined;
    await snapshot?.end();
  }
}
