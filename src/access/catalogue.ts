import type { Transaction } from '../platform/index.js';

/**
 * The catalogue is everything that a workspace defines. A batch of ingest holds its lock shared and reads the
 * version; who changes a definition holds it exclusively. So no batch works with an old set of definitions, and
 * whoever has changed one knows that every batch before has finished.
 */
const CATALOGUE_LOCK = 1;
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
 * Waits for every batch under way; then this transaction alone may change definitions, and must be short.
 * @returns whether what the transaction has read of the catalogue before (if it has) still holds
 */
export async function changeCatalogue(tx: Transaction): Promise<boolean> {
  if (changing.has(tx)) return false;
  changing.add(tx);
  tx.send('select pg_advisory_xact_lock($1, $2)', [CATALOGUE_LOCK, tx.workspaceId]);
  const [changed] = await tx.query<{ from: number }>(
    'update workspace set catalogue_version = catalogue_version + 1 where id = $1 returning catalogue_version - 1 as "from"',
    [tx.workspaceId],
  );
  return changed?.from === (await versions.get(tx));
}

const PATIENCE_MS = 100;
const TRY_EVERY_MS = 2;

/**
 * Keeps batches of ingest, and all else that shares the catalogue, out until the transaction ends, which must be soon;
 * nothing is changed. It waits for a gap between batches for a while before it makes new ones queue behind it.
 */
export async function holdCatalogue(tx: Transaction): Promise<void> {
  const key = [CATALOGUE_LOCK, tx.workspaceId];
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const [row] = await tx.query<{ held: boolean }>(
      '/* try to hold catalogue */ select pg_try_advisory_xact_lock($1, $2) as held',
      key,
    );
    if (row?.held) {
      holding.add(tx);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
  }
  await tx.query('select pg_advisory_xact_lock($1, $2)', key);
  holding.add(tx);
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
