import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { changeCatalogue } from './catalogue.js';
import type { DependencyName } from './dependency.js';

/** What is wrong with each user of definitions, by what it is called for people: `the segment "vips"`. */
export type FaultsByUser = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * A kind of thing that works by definitions of features that rank below it: segments do, and exports or journeys may.
 * It calls a definition what rules call it: `tag:vip`, `term:themes`.
 */
export interface DefinitionUser {
  /** The faults of each user of this kind. A user without a fault is listed, too. */
  faults(tx: Transaction): Promise<FaultsByUser>;
  /** Recomputes what was computed from the definition as it was before. */
  follow(tx: Transaction, dependency: DependencyName, now: Date): Promise<void>;
}

/** All that works by definitions, for features that rank below it. Composed in app.ts. */
export class DefinitionUsers {
  constructor(private readonly users: readonly DefinitionUser[]) {}

  /**
   * Makes a change of definitions that keeps all valid that was valid before.
   * @param except a user that is changed itself
   * @throws OnefoldError DEFINITION_IN_USE that names those with a new fault
   */
  async keepValid<T>(tx: Transaction, change: () => Promise<T>, except?: string): Promise<T> {
    // Mostly known already, and read before batches wait.
    const known = await this.faults(tx);
    const before = (await changeCatalogue(tx)) ? known : await this.faults(tx);
    const result = await change();
    const after = await this.faults(tx);
    const broken = [...after].filter(([user, faults]) => {
      const had = before.get(user);
      return user !== except && had && [...faults].some((fault) => !had.has(fault));
    });
    refuseInUse(
      broken.map(([user]) => user),
      ['key'],
    );
    return result;
  }

  /** Recomputes what was computed from the definition as it was before. */
  async follow(tx: Transaction, dependency: DependencyName, now: Date): Promise<void> {
    for (const user of this.users) await user.follow(tx, dependency, now);
  }

  private async faults(tx: Transaction): Promise<FaultsByUser> {
    const all = new Map<string, ReadonlySet<string>>();
    for (const user of this.users) for (const [name, faults] of await user.faults(tx)) all.set(name, faults);
    return all;
  }
}

/**
 * Refuses a change as long as something works by what it takes away.
 * @param users what they are called for people: `the segment "vips"`
 * @throws OnefoldError DEFINITION_IN_USE that names them, if there are any
 */
export function refuseInUse(users: readonly string[], path: readonly (string | number)[]): void {
  if (users.length === 0) return;
  throw new OnefoldError('DEFINITION_IN_USE', {
    path,
    message: `It is used by ${users.slice(0, 5).join(', ')}${users.length > 5 ? ' and others' : ''}. Change that first.`,
  });
}
