/** Stands among the parameters of a compiled rule for an instant that is put in when the rule is run. */
export class Moment {
  constructor(private readonly secondsAgo: number) {
    Object.freeze(this);
  }

  at(now: Date): Date {
    return new Date(now.getTime() - this.secondsAgo * 1_000);
  }
}

export const NOW = new Moment(0);
