import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { changeCatalogue } from './catalogue.js';
import type { DependencyName } from './dependency.js';

/** Something that works by definitions, or by segments. */
export interface UserOfDefinitions {
  /** Its public id. */
  id: string;
  /** What it is called for people: `the segment "vips"`. */
  called: string;
}

/** What is wrong with each user of definitions, by the user's id. */
export type FaultsByUser = ReadonlyMap<string, UserOfDefinitions & { faults: ReadonlySet<string> }>;

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
   * @param except the id of a user that is changed itself
   * @throws OnefoldError DEFINITION_IN_USE that names those with a new fault
   */
  async keepValid<T>(tx: Transaction, change: () => Promise<T>, except?: string): Promise<T> {
    // Mostly known already, and read before batches wait.
    const known = await this.faults(tx);
    const before = (await changeCatalogue(tx)) ? known : await this.faults(tx);
    const result = await change();
    const after = await this.faults(tx);
    const broken = [...after.values()].filter(({ id, faults }) => {
      const had = before.get(id)?.faults;
      return id !== except && had && [...faults].some((fault) => !had.has(fault));
    });
    refuseInUse(broken, ['key']);
    return result;
  }

  /** Recomputes what was computed from the definition as it was before. */
  async follow(tx: Transaction, dependency: DependencyName, now: Date): Promise<void> {
    for (const user of this.users) await user.follow(tx, dependency, now);
  }

  private async faults(tx: Transaction): Promise<FaultsByUser> {
    const all: [string, UserOfDefinitions & { faults: ReadonlySet<string> }][] = [];
    for (const user of this.users) all.push(...(await user.faults(tx)));
    return new Map(all);
  }
}

/** How many of the users of a definition a refusal names, and how many it leads to. */
const NAMED = 5;
const MAX_SUBJECTS = 100;

/**
 * Refuses a change as long as something works by what it takes away.
 * @throws OnefoldError `code` that names the users and has them as its subjects, if there are any
 */
export function refuseInUse(
  users: readonly UserOfDefinitions[],
  path: readonly (string | number)[],
  code: 'DEFINITION_IN_USE' | 'SEGMENT_IN_USE' = 'DEFINITION_IN_USE',
): void {
  if (users.length === 0) return;
  const names = users.slice(0, NAMED).map(({ called }) => called);
  throw new OnefoldError(code, {
    path,
    subjects: users.slice(0, MAX_SUBJECTS).map(({ id }) => id),
    message: `It is used by ${names.join(', ')}${users.length > NAMED ? ' and others' : ''}. Change that first.`,
  });
}
