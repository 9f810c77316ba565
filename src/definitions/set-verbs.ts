import { canonicalKey, checkUnchanged, OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { changeCatalogue } from './catalogue.js';
import { checkDefinitionKey, checkDescription, checkName } from './definition-key.js';
import type { Definition, DefinitionSet, Standing } from './definition-set.js';
import type { UserOfDefinitions } from './definition-users.js';
import type { ChangedBy, DefinitionVerbs, Saying } from './definition-verbs.js';
import type { DependencyName } from './dependency.js';

/** What somebody says of the fields of a definition: undefined leaves a field as it is, null clears it. */
type Said<D extends Definition, Apart extends keyof D> = {
  [Name in keyof Omit<D, 'key' | Apart>]?: D[Name] | null;
};

/** Fields of which nothing can be said. */
type Unsaid<Names extends PropertyKey> = { [Name in Names]?: never };

/** What is said of a new definition. */
type New<D extends Definition, Once extends keyof D, Computed extends keyof D> = Said<D, Once | Computed> &
  Pick<D, Once> &
  Unsaid<Computed>;

/** What is said of one that is there. */
type Changes<D extends Definition, Once extends keyof D, Computed extends keyof D> = Said<
  D,
  Once | Computed
> &
  Unsaid<Once | Computed>;

/** A definition that is new or changes. */
interface Change<D extends Definition, Computed extends keyof D> extends Saying<Said<D, Computed>> {
  /** Undefined = it is new. */
  before: Standing<D> | undefined;
  after: D;
}

/** A definition that goes. */
interface Removal<D extends Definition> extends ChangedBy {
  key: string;
  before: Standing<D>;
  /** As it is shipped; undefined = there will be none. */
  after: D | undefined;
}

/** What one kind of definitions has of its own. */
interface EditableKind<D extends Definition, Once extends keyof D, Computed extends keyof D> {
  set: DefinitionSet<D>;
  /** What holds where nothing was said, and again where null is said; '' = something must be said. */
  blank: Required<Omit<D, keyof Definition | Once>>;
  /** Checks a new key that is a name sources choose. Absent = a key is one of `checkDefinitionKey`. */
  checkSourceKey?(key: string): void;
  /** Refuses what cannot stand, its label and description apart; otherwise gives it back as it is to be kept. */
  check(tx: Transaction, change: Change<D, Computed>): D | Promise<D>;
  /** Refuses to let one go. */
  checkRemoval?(tx: Transaction, removal: Removal<D>): void | Promise<void>;
  /** Which dependency of rules the change alters, so that users must follow it; undefined = none. */
  followed?(before: D | undefined, after: D | undefined): DependencyName | undefined;
}

/**
 * The verbs of a kind of definitions that are kept in a `DefinitionSet`. The fields `Once` must be said of a new
 * definition and cannot change; nobody says the fields `Computed`, which `check` works out.
 */
export class SetVerbs<
  D extends Definition,
  Once extends keyof D = never,
  Computed extends keyof D = never,
> implements DefinitionVerbs<Standing<D>, New<D, Once, Computed>, Changes<D, Once, Computed>> {
  readonly limit: number;
  readonly prefix: string;

  constructor(private readonly kind: EditableKind<D, Once, Computed>) {
    this.limit = kind.set.limit;
    this.prefix = kind.set.prefix;
  }

  keyOf(given: string): string {
    return this.kind.checkSourceKey ? canonicalKey(given) : given;
  }

  asUser(workspaceId: number, key: string): UserOfDefinitions {
    return this.kind.set.asUser(workspaceId, key);
  }

  checkKey(key: string): void {
    if (this.kind.checkSourceKey) this.kind.checkSourceKey(key);
    else checkDefinitionKey(key);
  }

  read(tx: Transaction): Promise<ReadonlyMap<string, Standing<D>>> {
    return this.kind.set.read(tx);
  }

  /**
   * Adds one whose key has passed `checkKey`.
   * @throws OnefoldError KEY_TAKEN, TOO_MANY, and what the kind's `check` throws
   */
  async define(tx: Transaction, saying: Saying<New<D, Once, Computed>>): Promise<void> {
    await changeCatalogue(tx);
    const after = await this.checked(tx, undefined, saying);
    await this.kind.set.define(tx, after, saying.now);
    await this.follow(tx, saying, undefined, after);
  }

  /**
   * Changes one; a shipped one becomes the workspace's own.
   * @throws OnefoldError DEFINITION_UNKNOWN, CHANGED_SINCE, and what the kind's `check` throws
   */
  async update(tx: Transaction, saying: Saying<Changes<D, Once, Computed>>): Promise<void> {
    const change = (standing: Standing<D>) => {
      checkUnchanged(standing.updatedAt, saying.ifUnchangedSince);
      return this.checked(tx, standing, saying);
    };
    const { before, after } = await this.kind.set.update(tx, saying.key, change, saying.now);
    await this.follow(tx, saying, before, after);
  }

  /**
   * Takes back what the workspace has said: one of its own is gone, a shipped one is as shipped again.
   * @throws OnefoldError DEFINITION_UNKNOWN, DEFINITION_SHIPPED, and what the kind's `checkRemoval` throws
   */
  async remove(tx: Transaction, removal: ChangedBy & { key: string }): Promise<void> {
    const { before, after } = await this.kind.set.remove(tx, removal.key, (change) =>
      this.kind.checkRemoval?.(tx, { ...removal, ...change }),
    );
    await this.follow(tx, removal, before, after);
  }

  private async checked(
    tx: Transaction,
    before: Standing<D> | undefined,
    saying: Saying<object>,
  ): Promise<D> {
    const blank: Readonly<Record<string, unknown>> = { label: null, description: null, ...this.kind.blank };
    const said = Object.entries(saying.said)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]): [string, unknown] => [name, value ?? blankOf(name, blank)]);
    const standing = before ?? { ...blank, key: saying.key };
    const fields = Object.fromEntries(said) as Said<D, Computed>;
    // Whole, for a new one says what `blank` lacks. TypeScript cannot put D together again from its parts.
    const after = { ...standing, ...fields } as unknown as D;
    if (after.label !== null) checkName(after.label, ['label']);
    if (after.description !== null) checkDescription(after.description);
    return this.kind.check(tx, { ...saying, said: fields, before, after });
  }

  private async follow(
    tx: Transaction,
    { users, now }: ChangedBy,
    before: D | undefined,
    after: D | undefined,
  ): Promise<void> {
    const dependency = this.kind.followed?.(before, after);
    if (dependency !== undefined) await users.follow(tx, dependency, now);
  }
}

/** What null means for a field. @throws OnefoldError REQUIRED where something must be said */
function blankOf(name: string, blank: Readonly<Record<string, unknown>>): unknown {
  if (blank[name] === '') throw new OnefoldError('REQUIRED', { path: [name] });
  return blank[name];
}
