import { LEASE_MS } from '../platform/jobs/index.js';
import type { Lease } from '../platform/jobs/index.js';

/** The leases of this server on runs, each until it has lapsed: then the run may be another server's, or over. */
export class HeldLeases {
  /** By run. */
  private readonly held = new Map<string, { lease: Lease; until: number }>();

  /** @param lastMs how long a lease lasts without a step, in milliseconds */
  constructor(private readonly lastMs = LEASE_MS) {}

  /** Called when it has been taken, and after each step: a step extends it. */
  keep(lease: Lease): void {
    this.held.set(lease.id, { lease, until: performance.now() + this.lastMs });
  }

  get(id: string): Lease | undefined {
    return this.held.get(id)?.lease;
  }

  drop(id: string): Lease | undefined {
    const lease = this.get(id);
    this.held.delete(id);
    return lease;
  }

  /** @returns the runs, without those whose leases have lapsed */
  runs(): string[] {
    const now = performance.now();
    for (const [id, { until }] of this.held) if (until < now) this.held.delete(id);
    return [...this.held.keys()];
  }
}
