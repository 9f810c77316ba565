import { setTimeout as pause } from 'node:timers/promises';
import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';

/**
 * The catalogue is everything that a workspace defines. A batch of ingest holds its lock shared and reads the
 * version; who changes a definition holds it exclusively. So no batch works with an old set of definitions, and
 * whoever has changed one knows that every batch before has finished.
 */
const CATALOGUE_LOCK = 1;
/** Held by the one transaction of the workspace that may wait in the queue for the catalogue lock. */
const QUEUE_LOCK = 3;
const MAX_CACHED_WORKSPACES = 1_000;

const versions = new WeakMap<Transaction, Promise<number>>();
/** Transactions during which nobody else can change a definition. */
const holding = new WeakSet<Transaction>();
const changing = new WeakSet<Transaction>();

/** Waits for changes of definitions under way and keeps out new ones until the transaction ends. */
export function shareCatalogue(tx: Transaction): void {
  // A statement of its own: what reads the version must see what the holder before has committed.
  tx.send('/* share catalogue */ select pg_advisory_xact_lock_shared($1, $2)', [
    CATALOGUE_LOCK,
    tx.workspaceId,
  ]);
  holding.add(tx);
}

/**
 * Waits for every batch under way (see `holdCatalogue`); then this transaction alone may change definitions, and must
 * be short.
 * @returns whether what the transaction has read of the catalogue before (if it has) still holds
 * @throws OnefoldError UNAVAILABLE
 */
export async function changeCatalogue(tx: Transaction): Promise<boolean> {
  if (changing.has(tx)) return false;
  changing.add(tx);
  await holdCatalogue(tx);
  const [changed] = await tx.query<{ from: number }>(
    'update workspace set catalogue_version = catalogue_version + 1 where id = $1 returning catalogue_version - 1 as "from"',
    [tx.workspaceId],
  );
  return changed?.from === (await versions.get(tx));
}

const PATIENCE_MS = 100;
const TRY_EVERY_MS = 2;
/** How long to wait in the queue, time after time. In between, those who queued behind go first for as long. */
const IN_QUEUE_MS = [250, 500, 1_000, 2_000];

/**
 * Keeps batches of ingest, and all else that shares the catalogue, out until the transaction ends, which must be soon;
 * nothing is changed. It waits for a gap between batches for a while before it makes new ones queue behind it, and
 * leaves the queue again and again: a holder may be a server that has frozen, and ingest must not wait for it.
 * @throws OnefoldError UNAVAILABLE
 */
export async function holdCatalogue(tx: Transaction): Promise<void> {
  const lock = [CATALOGUE_LOCK, tx.workspaceId];
  if (await findGap(tx, lock)) return void holding.add(tx);
  tx.send('/* lock queue */ select pg_advisory_xact_lock($1, $2)', [QUEUE_LOCK, tx.workspaceId]);
  for (const [tries, milliseconds] of IN_QUEUE_MS.entries()) {
    if (tries > 0) await pause(IN_QUEUE_MS[tries - 1]);
    const text = '/* hold catalogue */ select pg_advisory_xact_lock($1, $2)';
    if (await tx.lockWithin(milliseconds, text, lock)) return void holding.add(tx);
  }
  throw new OnefoldError('UNAVAILABLE', {
    message:
      'The definitions are in use by work that does not end; a server may have frozen. Nothing was changed: send the same again after `retryAfterMs`.',
  });
}

async function findGap(tx: Transaction, lock: readonly unknown[]): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS;
  do {
    const [row] = await tx.query<{ held: boolean }>(
      '/* try to hold catalogue */ select pg_try_advisory_xact_lock($1, $2) as held',
      lock,
    );
    if (row?.held) return true;
    await pause(TRY_EVERY_MS);
  } while (performance.now() < deadline);
  return false;
}

function catalogueVersion(tx: Transaction): Promise<number> {
  let version = versions.get(tx);
  if (!version) {
    version = tx
      .query<{ version: number }>(
        '/* catalogue version */ select catalogue_version as version from workspace where id = $1',
        [tx.workspaceId],
      )
      .then(([row]) => row?.version ?? 0);
    versions.set(tx, version);
  }
  return version;
}

interface Cached<T> {
  version: number;
  value: Promise<T>;
  /** The value, once it has been read. */
  loaded?: { value: T };
}

/**
 * Definitions of one kind, read once for each version of a workspace's catalogue. `load` gets the transaction of
 * whoever asks first; what it returns is shared, so it must not be changed.
 */
export class Definitions<T> {
  private readonly cached = new WeakMap<object, Map<number, Cached<T>>>();

  constructor(private readonly load: (tx: Transaction) => Promise<T>) {}

  async read(tx: Transaction): Promise<T> {
    // What a transaction has changed and not committed yet is nobody else's business.
    if (changing.has(tx)) return this.load(tx);
    const version = await catalogueVersion(tx);
    const byWorkspace = this.cachedOf(tx.database);
    const known = byWorkspace.get(tx.workspaceId);
    if (known?.version === version) return known.value.catch(() => this.load(tx));
    const value = this.load(tx);
    // Between two statements of any other transaction a definition may change: what it reads need not be of one version.
    const isOfOneVersion = tx.isSnapshot || holding.has(tx);
    // A snapshot may be older than what others have read since: it must not replace the newer.
    if (isOfOneVersion && (!known || known.version < version))
      this.keep(byWorkspace, tx.workspaceId, version, value);
    return value;
  }

  /** What was read last, without any statement: it may be out of date. Undefined = nothing has been read lately. */
  peek(database: object, workspaceId: number): T | undefined {
    return this.cached.get(database)?.get(workspaceId)?.loaded?.value;
  }

  private keep(cache: Map<number, Cached<T>>, id: number, version: number, value: Promise<T>): void {
    const entry: Cached<T> = { version, value };
    cache.delete(id);
    cache.set(id, entry);
    const [oldest] = cache.keys();
    if (cache.size > MAX_CACHED_WORKSPACES && oldest !== undefined) cache.delete(oldest);
    value.then(
      (loaded) => {
        entry.loaded = { value: loaded };
      },
      () => {
        if (cache.get(id) === entry) cache.delete(id);
      },
    );
  }

  private cachedOf(database: object): Map<number, Cached<T>> {
    const cache = this.cached.get(database) ?? new Map<number, Cached<T>>();
    this.cached.set(database, cache);
    return cache;
  }
}
