import type { Fact } from './attribute-facts.js';

/**
 * Which source said what stands, and for which instant, by attribute: `"<instant> <source's id>"`, the instant in ISO
 * 8601. A text each and no object: a batch reads and writes thousands of them.
 */
export type Provenance = Readonly<Record<string, string>>;

export function provenanceOf(facts: ReadonlyMap<string, Fact>): Provenance {
  return Object.fromEntries(
    [...facts].map(([key, { at, sourceId }]) => [key, `${at.toISOString()} ${sourceId}`]),
  );
}

/** Reads one of the texts. */
export function saidIn(text: string): { at: Date; sourceId: string } {
  const end = text.indexOf(' ');
  return { at: new Date(text.slice(0, end)), sourceId: text.slice(end + 1) };
}
