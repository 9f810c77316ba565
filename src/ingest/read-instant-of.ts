import type { Source } from '../access/index.js';
import { readInstant } from '../platform/index.js';

/** Gives the instant that a value tells, cut off at milliseconds; or says, for people, why it tells none. */
export type ReadInstant = (value: unknown) => Date | string;

/** How instants are read that come from a source. */
export function readInstantOf(source: Source | undefined): ReadInstant {
  const reading = { timeZone: source?.timeZone, epoch: source?.epoch };
  return (value) => {
    if (value instanceof Date) return value;
    const read = readInstant(value, reading);
    return 'date' in read ? read.date : read.fault;
  };
}
