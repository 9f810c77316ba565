import { dayAt } from '../platform/index.js';

/** Stands among the parameters of a compiled rule for something that is put in when the rule is run. */
export abstract class AtNow {
  /** @returns the parameter */
  abstract at(now: Date): Date | string;
}

/** An instant. */
export class Moment extends AtNow {
  constructor(private readonly secondsAgo: number) {
    super();
    Object.freeze(this);
  }

  at(now: Date): Date {
    return new Date(now.getTime() - this.secondsAgo * 1_000);
  }
}

/** The day of an instant as text: `2026-01-31`. */
export class Day extends AtNow {
  constructor(
    private readonly secondsAgo: number,
    private readonly timeZone = 'UTC',
  ) {
    super();
    Object.freeze(this);
  }

  at(now: Date): string {
    return dayAt(now.getTime() - this.secondsAgo * 1_000, this.timeZone);
  }
}

export const NOW = new Moment(0);
