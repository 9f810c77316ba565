interface LoopOptions {
  /** @returns whether there is more to do at once */
  step: () => Promise<boolean>;
  /** How long it pauses, in milliseconds, when there is nothing to do and nobody wakes it. */
  pollEveryMs: number;
  /** Told of the first of several failures in a row: an outage may last. */
  onFailure: (error: unknown) => void;
}

/** Runs `step` again and again: at once while there is more to do, otherwise when woken or after a pause. */
export class Loop {
  private stopped = false;
  private woken = false;
  private isFailing = false;
  private wakeUp: (() => void) | undefined;
  private readonly finished: Promise<void>;

  constructor(private readonly options: LoopOptions) {
    this.finished = this.run();
  }

  wake(): void {
    this.woken = true;
    this.wakeUp?.();
  }

  /** Resolves when the step under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.finished;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.woken = false;
      const more = await this.options.step().then(
        (found) => {
          this.isFailing = false;
          return found;
        },
        (error: unknown) => this.complain(error),
      );
      if (!more && !this.woken) await this.pause();
    }
  }

  private complain(error: unknown): false {
    if (!this.isFailing) this.options.onFailure(error);
    this.isFailing = true;
    return false;
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.options.pollEveryMs);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
