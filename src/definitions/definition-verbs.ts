import type { Transaction } from '../platform/index.js';
import type { Standing } from './definition-set.js';
import type { DefinitionUsers, UserOfDefinitions } from './definition-users.js';

/** The instant of a change of definitions, and what its caller may do. */
export interface ChangedBy {
  now: Date;
  /** Whether they may see personal values, and so decide what is personal. */
  seesPersonal: boolean;
  users: DefinitionUsers;
}

/** What somebody says of one definition. */
export interface Saying<Said> extends ChangedBy {
  key: string;
  said: Said;
  /** Whether it may name what nobody has defined. */
  allowUndefined: boolean;
  /** See `checkUnchanged`. */
  ifUnchangedSince?: Date | null | undefined;
}

/**
 * How users read and change the definitions of one kind. `New` is what they say of a new one, `Changes` what they may
 * say of one that is there.
 */
export interface DefinitionVerbs<Shown extends Standing, New, Changes> {
  /** That of its public ids. */
  readonly prefix: string;
  /** How many there may be. */
  readonly limit: number;
  /** A key as it is kept. */
  keyOf(given: string): string;
  /** One as a user of other definitions. */
  asUser(workspaceId: number, key: string): UserOfDefinitions;
  /** Refuses a key, as it is kept, that a new one cannot have. Needs no transaction, so nobody waits for a refusal. */
  checkKey(key: string): void;
  read(tx: Transaction): Promise<ReadonlyMap<string, Shown>>;
  /** Adds one whose key has passed `checkKey`. */
  define(tx: Transaction, saying: Saying<New>): Promise<void>;
  update(tx: Transaction, saying: Saying<Changes>): Promise<void>;
  remove(tx: Transaction, removal: ChangedBy & { key: string }): Promise<void>;
}
