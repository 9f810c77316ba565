import { canonicalKey } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { changeCatalogue } from './catalogue.js';
import { checkDefinitionKey } from './definition-key.js';
import type { Definition, DefinitionSet, Standing } from './definition-set.js';
import type { ChangedBy, DefinitionVerbs, Saying } from './definition-verbs.js';
import type { DependencyName } from './dependency.js';

/** What somebody says of a definition: undefined leaves a thing as it is. */
type Said<D extends Definition> = { [Name in keyof Omit<D, 'key'>]?: D[Name] | null };

/** A definition that is new or changes. */
interface Change<D extends Definition> extends Saying<Said<D>> {
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
interface Kind<D extends Definition> {
  set: DefinitionSet<D>;
  /**
   * What holds for a new one where nothing was said. Null is something to say only where it stands here; elsewhere it
   * leaves a thing as it is.
   */
  blank: Partial<Omit<D, 'key'>>;
  /** Checks a new key that is a name sources choose. Absent = a key is one of `checkDefinitionKey`. */
  checkSourceKey?(key: string): void;
  /** Refuses a definition that cannot stand; otherwise gives it back as it is to be kept. */
  check(tx: Transaction, change: Change<D>): D | Promise<D>;
  /** Refuses to let one go. */
  checkRemoval?(tx: Transaction, removal: Removal<D>): void | Promise<void>;
  /** Which dependency of rules the change alters, so that users must follow it; undefined = none. */
  followed?(before: D | undefined, after: D | undefined): DependencyName | undefined;
}

/** The verbs of a kind of definitions that are kept in a `DefinitionSet`. */
export class SetVerbs<D extends Definition> implements DefinitionVerbs<Standing<D>, Said<D>> {
  readonly name: string;
  readonly limit: number;

  constructor(private readonly kind: Kind<D>) {
    this.name = kind.set.name;
    this.limit = kind.set.limit;
  }

  keyOf(given: string): string {
    return this.kind.checkSourceKey ? canonicalKey(given) : given;
  }

  checkKey(key: string): void {
    if (this.kind.checkSourceKey) this.kind.checkSourceKey(key);
    else checkDefinitionKey(key);
  }

  read(tx: Transaction): Promise<ReadonlyMap<string, Standing<D>>> {
    return this.kind.set.read(tx);
  }

  /** Adds one whose key has passed `checkKey`. @throws OnefoldError KEY_TAKEN, TOO_MANY, and what the kind's `check` throws */
  async define(tx: Transaction, saying: Saying<Said<D>>): Promise<void> {
    await changeCatalogue(tx);
    const after = await this.checked(tx, undefined, saying);
    await this.kind.set.define(tx, after, saying.now);
    await this.follow(tx, saying, undefined, after);
  }

  /**
   * Changes one; a shipped one becomes the workspace's own.
   * @throws OnefoldError DEFINITION_UNKNOWN, and what the kind's `check` throws
   */
  async update(tx: Transaction, saying: Saying<Said<D>>): Promise<void> {
    const change = (standing: Standing<D>) => this.checked(tx, standing, saying);
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
    saying: Saying<Said<D>>,
  ): Promise<D> {
    const blank: Readonly<Record<string, unknown>> = this.kind.blank;
    const said = Object.entries(saying.said).filter(
      ([name, value]) => value !== undefined && (value !== null || blank[name] === null),
    );
    const standing = before ?? { ...blank, key: saying.key };
    const after = { ...standing, ...Object.fromEntries(said) } as D;
    return this.kind.check(tx, { ...saying, said: Object.fromEntries(said) as Said<D>, before, after });
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
