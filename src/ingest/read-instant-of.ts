import type { Source } from '../access/index.js';
import { DateTime } from '../platform/graphql/index.js';

/** Gives the instant that a value tells; or says, for people, why it tells none. */
export type ReadInstant = (value: unknown) => Date | string;

/** How instants are read that come from a source. */
export function readInstantOf(_source: Source | undefined): ReadInstant {
  return (value) => {
    if (value instanceof Date) return value;
    try {
      return DateTime.parseValue(value);
    } catch {
      return 'An instant is expected here, such as 2026-03-01T09:30:00Z.';
    }
  };
}
