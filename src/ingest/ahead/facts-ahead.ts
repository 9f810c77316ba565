import type { Verification } from '../../identity/index.js';
import type { Told } from '../item.js';
import { ITEM_PARTS, valuesBy } from '../parts/index.js';
import type { Said } from '../parts/index.js';

/** What an item tells of a person beside its event, as it is kept until its instant has come: by the names of the parts. */
export interface FactsAhead extends Readonly<Record<string, unknown>> {
  /** Of identifiers. They wait for instants of their own. */
  verifications?: readonly Verification[];
}

/** @returns null when there is nothing to keep */
export function factsAhead(said: Partial<Said>): FactsAhead | null {
  const kept = ITEM_PARTS.flatMap((part) => {
    const value = said[part.name as keyof Said];
    const json = value === undefined ? undefined : part.waiting.keep(value);
    return json === undefined ? [] : [[part.name, json] as const];
  });
  return kept.length > 0 ? Object.fromEntries(kept) : null;
}

/** What they say, now that their instant has come. Events are on record by themselves. */
export function toldBy(facts: FactsAhead | null): Said & Pick<Told, 'verifications'> {
  const { verifications = [] } = facts ?? {};
  return {
    ...valuesBy((part) => {
      const json = facts?.[part.name];
      return json === undefined ? part.nothing : part.waiting.revive(json as never);
    }),
    verifications: verifications.map((one) => ({ ...one, at: new Date(one.at) })),
  };
}
