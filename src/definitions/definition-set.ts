import { nextUpdate, OnefoldError, publicId } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { changeCatalogue, Definitions } from './catalogue.js';
import { definitionUuid } from './definition-id.js';
import type { UserOfDefinitions } from './definition-users.js';

/** Something that a workspace says of how its data is read: it has a key and is plain JSON. */
export interface Definition {
  readonly key: string;
  /** The name for people; null = the key. */
  readonly label: string | null;
  readonly description: string | null;
}

/** What is known of a definition beside what it says. */
export interface DefinitionFacts {
  readonly uuid: string;
  /** Whether every workspace has it from the start. */
  readonly isShipped: boolean;
  /** When the workspace first said something of it; null = never, it is as shipped. */
  readonly createdAt: Date | null;
  /** When the workspace last changed it; null = it is as shipped. */
  readonly updatedAt: Date | null;
}

/** A definition as it stands. */
export type Standing<D extends Definition = Definition> = Readonly<D> & DefinitionFacts;

interface StoredKind<D> {
  /** As it is stored, such as `EVENT_TYPE`. */
  kind: string;
  /** For people, such as `event type`. */
  name: string;
  /** Those that every workspace has from the start; its own win over them. */
  shipped: readonly D[];
  /** How many there may be. */
  limit: number;
  /** Brings one into the form of today. It may have been kept by an older version. */
  upgrade?: (definition: D) => D;
}

/** A definition that goes: as it stood, and as it is shipped; undefined = it is not. */
interface Removed<D extends Definition> {
  before: Standing<D>;
  after: D | undefined;
}

const UNSAID: Partial<Definition> = { label: null, description: null };

/** The definitions of one kind: those that are shipped with Onefold, and over them those of the workspace. */
export class DefinitionSet<D extends Definition> {
  private readonly all: Definitions<ReadonlyMap<string, Standing<D>>>;
  private readonly shipped: ReadonlyMap<string, D>;

  constructor(private readonly kind: StoredKind<D>) {
    this.shipped = new Map(kind.shipped.map((definition) => [definition.key, definition]));
    this.all = new Definitions((tx) => this.load(tx));
  }

  /** One as a user of other definitions. It is called such as `the event type "visit"`. */
  asUser(workspaceId: number, key: string): UserOfDefinitions {
    return {
      id: publicId(this.prefix, this.uuidOf(workspaceId, key)),
      called: `the ${this.kind.name} "${key}"`,
    };
  }

  /** That of its public ids. */
  get prefix(): string {
    return this.kind.kind.toLowerCase();
  }

  private uuidOf(workspaceId: number, key: string): string {
    return definitionUuid(workspaceId, this.prefix, key);
  }

  /** How many there may be. */
  get limit(): number {
    return this.kind.limit;
  }

  /** By key, in alphabetical order. Shared: it must not be changed. */
  read(tx: Transaction): Promise<ReadonlyMap<string, Standing<D>>> {
    return this.all.read(tx);
  }

  /** Adds one. @throws OnefoldError KEY_TAKEN, TOO_MANY */
  async define(tx: Transaction, definition: D, now: Date): Promise<void> {
    await changeCatalogue(tx);
    const standing = await this.read(tx);
    if (standing.has(definition.key)) throw new OnefoldError('KEY_TAKEN', { path: ['key'] });
    if (standing.size >= this.kind.limit) {
      throw new OnefoldError('TOO_MANY', {
        path: ['key'],
        message: `A workspace has at most ${this.kind.limit} definitions of the kind "${this.kind.name}". Delete one that is not used.`,
      });
    }
    await this.put(tx, definition, now);
  }

  /**
   * Changes one; a shipped one becomes the workspace's own.
   * @returns what stood and what stands
   * @throws OnefoldError DEFINITION_UNKNOWN
   */
  async update(
    tx: Transaction,
    key: string,
    change: (standing: Standing<D>) => D | Promise<D>,
    now: Date,
  ): Promise<{ before: Standing<D>; after: D }> {
    await changeCatalogue(tx);
    const before = (await this.read(tx)).get(key) ?? this.unknown(key);
    const after = await change(before);
    await this.put(tx, after, nextUpdate(before.updatedAt, now));
    return { before, after };
  }

  /**
   * Takes back what the workspace has said: one of its own is gone, a shipped one is as shipped again.
   * @param check may refuse; it is given what is returned
   * @returns what stood, and what is shipped and stands instead; undefined = there is none
   * @throws OnefoldError DEFINITION_UNKNOWN, DEFINITION_SHIPPED
   */
  async remove(
    tx: Transaction,
    key: string,
    check?: (removed: Removed<D>) => void | Promise<void>,
  ): Promise<Removed<D>> {
    await changeCatalogue(tx);
    const before = (await this.read(tx)).get(key) ?? this.unknown(key);
    if (!before.updatedAt) throw new OnefoldError('DEFINITION_SHIPPED', { path: ['key'] });
    const removed = { before, after: this.shipped.get(key) };
    await check?.(removed);
    await tx.query('delete from definition where workspace_id = $1 and kind = $2 and key = $3', [
      tx.workspaceId,
      this.kind.kind,
      key,
    ]);
    return removed;
  }

  private unknown(key: string): never {
    throw new OnefoldError('DEFINITION_UNKNOWN', {
      path: ['key'],
      message: `There is no ${this.kind.name} with the key "${key}". Look at the list of those there are.`,
    });
  }

  private async put(tx: Transaction, definition: D, now: Date): Promise<void> {
    const unsaid = { uuid: undefined, isShipped: undefined, createdAt: undefined, updatedAt: undefined };
    const { key, ...body } = { ...definition, ...unsaid };
    await tx.query(
      `insert into definition (workspace_id, kind, key, body, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
      on conflict (workspace_id, kind, key) do update set body = excluded.body, updated_at = excluded.updated_at`,
      [tx.workspaceId, this.kind.kind, key, JSON.stringify(body), now],
    );
  }

  private async load(tx: Transaction): Promise<ReadonlyMap<string, Standing<D>>> {
    const rows = await tx.query<{ key: string; body: Omit<D, 'key'>; createdAt: Date; updatedAt: Date }>(
      `/* definitions */
      select key, body, created_at as "createdAt", updated_at as "updatedAt"
      from definition where workspace_id = $1 and kind = $2`,
      [tx.workspaceId, this.kind.kind],
    );
    const { upgrade = (definition: D) => definition } = this.kind;
    const standing = (one: D, when: Pick<DefinitionFacts, 'createdAt' | 'updatedAt'>): Standing<D> => {
      const { key } = one;
      return { ...one, ...when, uuid: this.uuidOf(tx.workspaceId, key), isShipped: this.shipped.has(key) };
    };
    const own = rows.map(({ key, body, ...when }) =>
      // Older versions kept no description of some kinds.
      standing(upgrade({ ...UNSAID, ...body, key } as unknown as D), when),
    );
    const shipped = [...this.shipped.values()].map((one) =>
      standing(one, { createdAt: null, updatedAt: null }),
    );
    const all = new Map([...shipped, ...own].map((one) => [one.key, one]));
    return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
