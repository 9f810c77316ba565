import { ExactNumber } from '../../platform/index.js';
import { isScalar } from './events-within.js';
import type { EventsWithin, Scalar } from './events-within.js';

/** What is equal for equal values. A text with the same digits as a number is looked at in vain, which does no harm. */
type Known = string | number | boolean;

/** Dependencies on events of one type, by the property that they need, so that not each is tried for each event. */
export class EventsByNeed {
  private readonly needingNothing: EventsWithin[] = [];
  private readonly byProperty = new Map<string, Map<Known, EventsWithin[]>>();

  constructor(dependencies: readonly EventsWithin[]) {
    for (const dependency of dependencies) {
      if (!dependency.needs) {
        this.needingNothing.push(dependency);
        continue;
      }
      const { property, among } = dependency.needs;
      const byValue = this.byProperty.get(property) ?? new Map<Known, EventsWithin[]>();
      this.byProperty.set(property, byValue);
      for (const value of new Set(among.map(knownBy))) {
        const needing = byValue.get(value) ?? [];
        byValue.set(value, needing);
        needing.push(dependency);
      }
    }
  }

  /** Those that an event with such properties may be one of, whenever it happens: each array the same every time. */
  metBy(properties: Readonly<Record<string, unknown>>): (readonly EventsWithin[])[] {
    const met = [this.needingNothing];
    for (const [property, byValue] of this.byProperty) {
      const value = properties[property];
      const needing = isScalar(value) && byValue.get(knownBy(value));
      if (needing) met.push(needing);
    }
    return met;
  }
}

function knownBy(value: Scalar): Known {
  return value instanceof ExactNumber ? value.text : value;
}
