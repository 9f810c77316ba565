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

  /** Whether an event of the type is one of them. What happens later is: it has yet to come into a moving period. */
  includes(occurredAt: Date, now: Date): boolean {
    const from = this.from instanceof Date ? this.from : this.from?.at(now);
    return (!from || occurredAt >= from) && (!this.to || occurredAt < this.to);
  }
}
