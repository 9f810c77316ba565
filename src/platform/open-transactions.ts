const LOOK_EVERY_MS = 1_000;

/** A transaction, as far as it is watched. */
interface Watched {
  abort(): void;
  checkForSilence(now: number): void;
}

/** The transactions under way, none of which waits for ever: PostgreSQL may be frozen, or the network cut. */
export class OpenTransactions {
  private readonly all = new Set<Watched>();
  private readonly watch = setInterval(() => this.checkForSilence(), LOOK_EVERY_MS).unref();

  add(transaction: Watched): void {
    this.all.add(transaction);
  }

  delete(transaction: Watched): void {
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
