import {
  didYouMean,
  digitsOf,
  furtherFaults,
  isContainer,
  isNumber,
  MAX_FAULTS,
  OnefoldError,
} from '../platform/index.js';
import type { ErrorCode } from '../platform/index.js';
import type { ReadInstant } from './read-instant-of.js';

/** Where the reading of an item is, and what was wrong on the way. */
export interface Place {
  path: (string | number)[];
  /** Of more than `MAX_FAULTS` only those, and that there are more. */
  faults: OnefoldError[];
  readInstant: ReadInstant;
}

/**
 * Reads one value of an item, as it came, into the form that the rest of the code goes on with. It gives back what it
 * was given where there is nothing to do. Undefined says that it cannot be read, which has been added to the faults.
 */
export type Reader = (value: unknown, place: Place) => unknown;

export const anything: Reader = (value) => value;

export const text: Reader = (value, place) =>
  typeof value === 'string' ? value : fault(place, 'A text is expected here.');

export const flag: Reader = (value, place) =>
  typeof value === 'boolean' ? value : fault(place, '`true` or `false` is expected here.');

const WHOLE = /^-?\d+$/;

/** An id that came as a whole number is the text of its digits. Whatever else is no text is for others to refuse. */
export function id(value: unknown): unknown {
  const text = isNumber(value) ? digitsOf(value) : '';
  return WHOLE.test(text) ? text : value;
}

/** An instant that cannot be read stays as it came, for others to refuse. */
export const instant: Reader = (value, { readInstant }) => {
  const read = readInstant(value);
  return typeof read === 'string' ? value : read;
};

export function oneOf(names: readonly string[]): Reader {
  const known = new Set<unknown>(names);
  return (value, place) => {
    if (known.has(value)) return value;
    const hint = typeof value === 'string' ? didYouMean(value, names) : '';
    return fault(place, `One of ${names.join(', ')} is expected here.${hint}`);
  };
}

/**
 * As GraphQL has it, a value that is no list is a list of one. What cannot be read in it is null.
 * @param most a longer list stays as it came, for others to refuse
 */
export function listOf(read: Reader, most = Infinity): Reader {
  return (value, place) => {
    const given: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (given.length > most) return given;
    let items: unknown[] | undefined;
    for (let index = 0; index < given.length && !isGivenUp(place); index += 1) {
      place.path.push(index);
      const item = read(given[index], place);
      place.path.pop();
      if (item === given[index]) continue;
      items ??= [...given];
      items[index] = item ?? null;
    }
    return items ?? given;
  };
}

/**
 * A field that is absent or null has nothing to be read, and is a fault only where it is needed. Without one that is
 * needed, nothing of the object can be.
 */
export function record(
  fields: Readonly<Record<string, Reader>>,
  { needed = [] }: { needed?: readonly string[] } = {},
): Reader {
  const readers = new Map(Object.entries(fields));
  return (value, place) => {
    if (!isRecord(value))
      return fault(place, `An object is expected here, of ${[...readers.keys()].join(', ')}.`);
    let result = value;
    for (const key of Object.keys(value)) {
      const given = value[key];
      if (given === undefined) continue;
      if (isGivenUp(place)) break;
      place.path.push(key);
      const read = readers.get(key);
      const taken = read ? (given === null ? null : read(given, place)) : unknownField(key, readers, place);
      place.path.pop();
      if (taken === given) continue;
      if (result === value) result = { ...value };
      result[key] = taken;
    }
    for (const key of needed) {
      if (value[key] !== undefined && value[key] !== null) continue;
      place.path.push(key);
      fault(place, 'A value is required here.', 'REQUIRED');
      place.path.pop();
    }
    return needed.every((key) => result[key] !== undefined && result[key] !== null) ? result : undefined;
  };
}

/** Of identifiers and channels: that it was made sure that they are the person's own. */
export const verified = record({ by: text, at: instant }, { needed: ['by'] });

export function isRecord(value: unknown): value is Record<string, unknown> {
  return isContainer(value) && !Array.isArray(value);
}

function unknownField(key: string, known: ReadonlyMap<string, Reader>, place: Place): undefined {
  const hint = didYouMean(key, known.keys());
  return fault(
    place,
    `There is no such field here.${hint || ` There are ${[...known.keys()].join(', ')}.`}`,
    'FIELD_UNKNOWN',
  );
}

function fault({ path, faults }: Place, message: string, code: ErrorCode = 'INVALID_VALUE'): undefined {
  if (faults.length < MAX_FAULTS) faults.push(new OnefoldError(code, { path: [...path], message }));
  else if (faults.length === MAX_FAULTS) faults.push(furtherFaults());
}

/** Whether there are so many faults that nothing more is read. */
export function isGivenUp({ faults }: Place): boolean {
  return faults.length > MAX_FAULTS;
}
