import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';

/**
 * Who works by definitions, for features that rank below them. What a definition is called here is what rules call
 * it: `tag:vip`, `term:themes`. Composed in app.ts.
 */
export class DefinitionUsers {
  constructor(
    private readonly users: {
      /** For people: `the segment "vips"`. */
      of(tx: Transaction, dependency: string): Promise<readonly string[]>;
      /** Brings in line all that was worked out by what the definition said before. */
      follow(tx: Transaction, dependency: string, now: Date): Promise<void>;
    },
  ) {}

  /** @throws OnefoldError DEFINITION_IN_USE that names them */
  async refuseUsed(tx: Transaction, dependency: string): Promise<void> {
    refuseInUse(await this.users.of(tx, dependency), ['key']);
  }

  follow(tx: Transaction, dependency: string, now: Date): Promise<void> {
    return this.users.follow(tx, dependency, now);
  }
}

/** @param users for people: `the segment "vips"` @throws OnefoldError DEFINITION_IN_USE that names them, if there are any */
export function refuseInUse(users: readonly string[], path: readonly (string | number)[]): void {
  if (users.length === 0) return;
  throw new OnefoldError('DEFINITION_IN_USE', {
    path,
    message: `It is used by ${users.slice(0, 5).join(', ')}${users.length > 5 ? ' and others' : ''}. Change that first.`,
  });
}
