import type { Transaction } from './transaction.js';

const LOOK_EVERY_MS = 1_000;

/** The transactions under way, none of which waits for ever: PostgreSQL may be frozen, or the network cut. */
export class OpenTransactions {
  private readonly all = new Set<Transaction>();
  private readonly watch = setInterval(() => this.checkForSilence(), LOOK_EVERY_MS).unref();

  add(transaction: Transaction): void {
    this.all.add(transaction);
  }

  delete(transaction: Transaction): void {
    this.all.delete(transaction);
  }

  abort(): void {
    for (const transaction of this.all) transaction.abort();
  }

  close(): void {
    clearInterval(this.watch);
  }

  private checkForSilence(): void {
    const now = performance.now();
    for (const transaction of this.all) transaction.checkForSilence(now);
  }
}
