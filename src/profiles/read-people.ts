import type { Transaction } from '../platform/index.js';
import type { KeptRow, People, PersonPart } from './person-part.js';

/** Everything that is kept of these people, part by part. Ask within a snapshot, or the parts are of different moments. */
export async function* readPeople(
  tx: Transaction,
  { parts, people }: { parts: readonly PersonPart[]; people: People },
): AsyncGenerator<KeptRow, void, undefined> {
  for (const part of parts) yield* part.read(tx, people);
}
