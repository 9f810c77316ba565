import type { Moment } from './now.js';

/** A dependency on events: those of a type (null: of any) that happen in a period. Others change no answer. */
export class EventsWithin {
  /** The same for the same events. */
  readonly name: string;

  constructor(
    readonly type: string | null,
    private readonly from: Moment | Date | null,
    private readonly to: Date | null,
  ) {
    this.name = `event:${JSON.stringify([type, from, to])}`;
    Object.freeze(this);
  }

  /**
   * From when and until before when an event is one of them, in milliseconds of the epoch. What happens later than now
   * is as well: it has yet to come into a moving period.
   */
  periodAt(now: Date): { from: number; to: number } {
    const from = this.from instanceof Date ? this.from : this.from?.at(now);
    return { from: from?.getTime() ?? -Infinity, to: this.to?.getTime() ?? Infinity };
  }
}
