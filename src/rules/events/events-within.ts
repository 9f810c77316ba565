import { dependencyOn } from '../../definitions/index.js';
import type { DependencyName } from '../../definitions/index.js';
import { ExactNumber } from '../../platform/index.js';
import type { Moment } from '../now.js';

/** A property of an event with one of some values, each a text, a number or a boolean. */
export interface PropertyAmong {
  property: string;
  among: readonly Scalar[];
}

export type Scalar = string | number | boolean | ExactNumber;

interface Bounds {
  from: Moment | Date | null;
  to: Date | null;
}

export const ALWAYS: Bounds = Object.freeze({ from: null, to: null });

export function isScalar(value: unknown): value is Scalar {
  return ['string', 'number', 'boolean'].includes(typeof value) || value instanceof ExactNumber;
}

/**
 * A dependency on events: those of a type (null: of any) that happen in a period, and that have a property that is
 * needed. Others change no answer.
 */
export class EventsWithin {
  /** The same for the same events. */
  readonly name: DependencyName;
  /** The same for the same events, whenever they happen. */
  readonly kind: string;

  constructor(
    readonly type: string | null,
    private readonly bounds: Bounds,
    readonly needs?: PropertyAmong,
  ) {
    this.kind = `event:${JSON.stringify([type, needs])}`;
    this.name = dependencyOn(this.kind, JSON.stringify([bounds.from, bounds.to]));
    Object.freeze(this);
  }

  /**
   * From when and until before when an event is one of them, in milliseconds of the epoch. What happens later than now
   * is as well: it has yet to come into a moving period.
   */
  periodAt(now: Date): { from: number; to: number } {
    const { from, to } = this.bounds;
    const start = from instanceof Date ? from : from?.at(now);
    return { from: start?.getTime() ?? -Infinity, to: to?.getTime() ?? Infinity };
  }
}
