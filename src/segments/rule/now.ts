/** Stands among the parameters of a compiled rule for an instant that is put in when the rule is run. */
export class Moment {
  constructor(private readonly secondsAgo: number) {
    Object.freeze(this);
  }

  at(now: Date): Date {
    return new Date(now.getTime() - this.secondsAgo * 1_000);
  }
}

/** Likewise, for the day of an instant in UTC as text: `2026-01-31`. */
export class Day {
  constructor(private readonly secondsAgo: number) {
    Object.freeze(this);
  }

  at(now: Date): string {
    return new Date(now.getTime() - this.secondsAgo * 1_000).toISOString().slice(0, 'yyyy-mm-dd'.length);
  }
}

export const NOW = new Moment(0);
