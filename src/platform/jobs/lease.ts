import type { Database } from '../database.js';
import type { Transaction } from '../transaction.js';

/**
 * The right to work on one row until `leased_until`, which every step extends. A server that takes the row over
 * raises its `fence`. Then nothing that the former holder writes is accepted (see `Leases.guard`).
 */
export interface Lease {
  workspaceId: number;
  id: string;
  fence: number;
}

/** Another server works on the row now, or nobody is to work on it any more. The transaction must be undone. */
export class StaleLease extends Error {
  override readonly name = 'StaleLease';

  constructor({ workspaceId, id }: Lease) {
    super(`the lease of ${id} in workspace ${workspaceId} is held by somebody else`);
  }
}

/** How long a holder may be silent before others take over, in seconds. */
const LEASE_SECONDS = 10;
export const LEASE_MS = LEASE_SECONDS * 1_000;
const KEEP_EVERY_MS = LEASE_MS / 3;

/**
 * Leases on the rows of a table, which has the columns `workspace_id`, `id`, `fence` and `leased_until`. Leases go by
 * the clock of the database: those of the servers may differ by more than a lease lasts.
 */
export class Leases {
  /** An SQL condition: nobody holds the row. */
  static readonly FREE = '(leased_until is null or leased_until < clock_timestamp())';

  /** @param open an SQL condition on the rows that may be worked on */
  constructor(
    private readonly table: string,
    private readonly open: string,
    private readonly keepEveryMs = KEEP_EVERY_MS,
  ) {}

  /** @returns null when somebody else holds the row, or nobody is to work on it */
  async take(tx: Transaction, id: string): Promise<Lease | null> {
    const [row] = await tx.query<{ fence: number }>(
      `/* take lease of ${this.table} */
      update ${this.table} set fence = fence + 1, leased_until = ${UNTIL}
      where workspace_id = $1 and id = $2 and ${this.open} and ${Leases.FREE} returning fence`,
      [tx.workspaceId, id],
    );
    return row ? { workspaceId: tx.workspaceId, id, fence: row.fence } : null;
  }

  /**
   * The last thing before a holder's transaction notes what it has done: nobody can take over until it has committed,
   * and if somebody has done so already, nothing that it wrote may stay.
   * @throws StaleLease
   */
  async guard(tx: Transaction, lease: Lease): Promise<void> {
    const held = await tx.query(
      `/* guard lease of ${this.table} */
      update ${this.table} set leased_until = ${UNTIL}
      where workspace_id = $1 and id = $2 and fence = $3 and ${this.open} returning fence`,
      [lease.workspaceId, lease.id, lease.fence],
    );
    if (held.length === 0) throw new StaleLease(lease);
  }

  /** Lets others take over at once. Without effect when somebody has. */
  async release(tx: Transaction, lease: Lease): Promise<void> {
    await tx.query(
      `/* release lease of ${this.table} */
      update ${this.table} set leased_until = null where workspace_id = $1 and id = $2 and fence = $3`,
      [lease.workspaceId, lease.id, lease.fence],
    );
  }

  /** Runs `work`, and keeps the lease meanwhile, however long it takes. */
  async during<T>(database: Database, lease: Lease, work: () => Promise<T>): Promise<T> {
    let keeping: Promise<void> | undefined;
    const keep = async () => {
      await database
        .transaction(lease.workspaceId, (tx) => this.guard(tx, lease))
        // A lease that could not be kept is noticed when the work is written down.
        .catch(() => undefined);
      keeping = undefined;
    };
    const timer = setInterval(() => void (keeping ??= keep()), this.keepEveryMs);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      // Otherwise it could extend a lease that has been handed back meanwhile.
      await keeping;
    }
  }
}

const UNTIL = `clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})`;
