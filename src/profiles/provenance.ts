import type { Fact } from './attribute-facts.js';

/**
 * Which source said what stands, for which instant, and when that arrived, by attribute:
 * `"<instant> <source's id> <arrival>"`, the instant in ISO 8601. A text each and no object: a batch reads and writes
 * thousands of them.
 */
export type Provenance = Readonly<Record<string, string>>;

const UUID_LENGTH = 36;

export function provenanceOf(facts: ReadonlyMap<string, Fact>): Provenance {
  return Object.fromEntries(
    [...facts].map(([key, { at, sourceId, arrival }]) => [key, `${at.toISOString()} ${sourceId} ${arrival}`]),
  );
}

/** Reads one of the texts. Those written before arrivals were kept have none. */
export function saidIn(text: string): Pick<Fact, 'at' | 'sourceId' | 'arrival'> {
  const start = text.indexOf(' ') + 1;
  const end = start + UUID_LENGTH;
  return {
    at: new Date(text.slice(0, start - 1)),
    sourceId: text.slice(start, end),
    arrival: Number(text.slice(end)),
  };
}
