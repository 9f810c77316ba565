import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A place in an item: the steps to it. Empty = the item itself. */
type Place = readonly (string | number)[];

const HOSTILE: readonly Json[] = [
  ...[
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\u200b',
    'null',
    'undefined',
    '[object Object]',
    'x'.repeat(5_000),
  ],
  ...[
    '2026-02-30T00:00:00Z',
    '2026-01-01 10:00:00',
    '52455-01-01T00:00:00Z',
    '2026-99-99',
    'now',
    '1767261600',
  ],
  ...[0, -1, 1.5, 1e308, 1_767_261_600, 1_767_261_600_000, 2 ** 53 + 2],
  ...[null, true, false, [], {}, [[]], [null], { '': null }, { 'a\u0000': 1 }, [1, 'a', null]],
];
/** How deep to nest: more than is kept, and more than is read. Five times the last is still what JSON.stringify writes. */
const DEPTHS = [21, 130, 600];

interface Corruption {
  kind: 'replace' | 'remove' | 'misspell' | 'add' | 'wrap' | 'retype' | 'repeat' | 'nest';
  /** Which of the places there are, and which of the values: taken modulo their number. */
  place: number;
  value: number;
}

const CORRUPTION: Arbitrary<Corruption> = fc.record({
  kind: fc.constantFrom('replace', 'remove', 'misspell', 'add', 'wrap', 'retype', 'repeat', 'nest'),
  place: fc.nat(),
  value: fc.nat(),
});

/** For each of so many items, how to corrupt it: one to five times. */
export function sampleCorruptions(count: number, seed: number): Corruption[][] {
  return fc.sample(fc.array(CORRUPTION, { minLength: 1, maxLength: 5 }), { numRuns: count, seed });
}

/** The item with each corruption applied to what the one before has left. */
export function corrupt(item: Json, corruptions: readonly Corruption[]): Json {
  return corruptions.reduce(applied, item);
}

function applied(item: Json, { kind, place, value }: Corruption): Json {
  const places = [...placesIn(item)];
  const at = places[place % places.length] ?? [];
  const hostile = HOSTILE[value % HOSTILE.length] as Json;
  switch (kind) {
    case 'replace':
      return changed(item, at, () => hostile);
    case 'remove':
      return changed(item, at, () => undefined);
    case 'misspell':
      return changed(item, at.slice(0, -1), (inside) => misspelled(inside, at.at(-1)));
    case 'add':
      return changed(item, at, (inside) => {
        // Lists get null as often as all else together: what reads their members side by side may forget it.
        if (Array.isArray(inside)) return [...inside, value % 2 === 0 ? null : hostile];
        return isObject(inside) ? { ...inside, [`extra${value % 3}`]: hostile } : inside;
      });
    case 'wrap':
      return changed(item, at, (inside) => (value % 2 === 0 ? [inside] : { value: inside }));
    case 'retype':
      return changed(item, at, retyped);
    case 'repeat':
      return changed(item, at, (inside) => (Array.isArray(inside) ? [...inside, ...inside] : inside));
    case 'nest':
      return changed(item, at, (inside) => nested(inside, DEPTHS[value % DEPTHS.length] ?? 0));
  }
}

function* placesIn(value: Json, at: Place = []): Generator<Place> {
  yield at;
  // What another corruption has nested is not walked to its end.
  if (typeof value !== 'object' || value === null || at.length > 8) return;
  for (const [key, inside] of Object.entries(value))
    yield* placesIn(inside, [...at, Array.isArray(value) ? Number(key) : key]);
}

/** @param change gives what takes the place of a value; undefined = nothing does */
function changed(value: Json, at: Place, change: (inside: Json) => Json | undefined): Json {
  const [step, ...rest] = at;
  if (step === undefined) return change(value) ?? null;
  if (Array.isArray(value)) {
    if (rest.length > 0)
      return value.map((one, index) => (index === step ? changed(one, rest, change) : one));
    return value.flatMap((one, index) => {
      const after = index === step ? change(one) : one;
      return after === undefined ? [] : [after];
    });
  }
  if (!isObject(value)) return value;
  const inside = value[step] as Json;
  const after = rest.length > 0 ? changed(inside, rest, change) : change(inside);
  const { [step]: _before, ...others } = value;
  return after === undefined ? others : { ...others, [step]: after };
}

function misspelled(inside: Json, key: string | number | undefined): Json {
  if (!isObject(inside) || typeof key !== 'string') return inside;
  const { [key]: value, ...others } = inside;
  return { ...others, [`${key.slice(1)}${key.slice(0, 1)}`]: value as Json };
}

function retyped(value: Json): Json {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return value.length;
  if (Array.isArray(value)) return Object.fromEntries(Object.entries(value));
  return isObject(value) ? Object.values(value) : Number(value);
}

function nested(value: Json, depth: number): Json {
  let around = value;
  for (let level = 0; level < depth; level += 1) around = level % 2 === 0 ? [around] : { a: around };
  return around;
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
