import type { Source } from '../../access/index.js';
import type { DependencyName } from '../../definitions/index.js';
import type { Namespaces } from '../../identity/index.js';
import type { OnefoldError, Transaction, Whereabouts } from '../../platform/index.js';
import type { Discovery, NotedNames, ProfileRef } from '../../profiles/index.js';
import type { ReadInstant } from '../read-instant-of.js';
import type { Reader } from '../readers.js';
import type { InputFields } from './input-fields.type.js';

/** The fields of an item as `readItem` leaves them. */
export type RawFields = Readonly<Record<string, unknown>>;

/** The context in which one item is read, and the lists that collect its faults, warnings and discoveries. */
export interface ItemReading extends Whereabouts {
  source: Source | undefined;
  sourceId: string;
  namespaces: Namespaces;
  /** Names that nobody has defined and that are on record already. */
  noted: NotedNames;
  occurredAt: Date;
  receivedAt: Date;
  /** Its place among everything received: see `nextArrivals`. */
  arrival: number;
  readInstant: ReadInstant;
  /** Parsing adds the faults for which the item is rejected, with paths from the item inwards. */
  errors: OnefoldError[];
  /** Parsing adds a warning for everything that it leaves out, with paths from the item inwards. */
  warnings: OnefoldError[];
  /** Parsing adds names that nobody has defined, if the source may bring new ones. */
  discoveries: Discovery[];
}

/** The source and the item that say something, and the times at which it holds and came. */
export interface Saying {
  sourceId: string;
  externalId: string;
  occurredAt: Date;
  /** When the request came that brought it; of a replay, the replay's. */
  requestedAt: Date;
  arrival: number;
}

/** The value of one part in an accepted item, with the profile that it is about and the side of the profile that it came to. */
export interface Piece<Value> {
  value: Value;
  item: Saying;
  profile: ProfileRef;
  side: string;
}

/** Changes of one profile that segments must look at. */
export interface Touched {
  dependencies: Set<DependencyName>;
  events: { type: string; occurredAt: Date; properties: Record<string, unknown> }[];
}

/** How a part waits in an item that is dated ahead: see `partAhead`. */
export interface Waiting<Value> {
  /** As JSON until its instant has come; undefined = there is nothing to keep. */
  keep(value: Value): unknown;
  revive(kept: never): Value;
  /** The piece of the value that counts at once all the same. Absent = nothing. */
  atOnce?(value: Value): Value;
  /** Takes out what is dated ahead by itself, in an item that is not. Undefined = there is no such thing in it. */
  split?(
    value: Value,
    now: Date,
  ): { present: Value; later: readonly { at: Date; value: Value }[] } | undefined;
}

/**
 * A part of an item: one kind of thing that an item may say of a person, from its fields in GraphQL to its rows. All
 * parts are listed in `parts/index.ts`. The pipeline knows two by name: the event, because answers hold its id, and the
 * attributes, because they are kept in the profile itself, which the pipeline locks.
 */
export interface ItemPart<Name extends string = string, Value = unknown, Read = unknown> {
  /** Names its value in an `Item`. Waiting values are stored under this name as well, so it must not change. */
  readonly name: Name;
  /** Its fields in GraphQL. */
  readonly input: InputFields;
  /** The form of each of them. */
  readonly fields: Readonly<Record<string, Reader>>;
  /** The value of an item without this part. */
  readonly nothing: Value;
  /** The form in which a field counts in the digest of the body. Absent = as the field is. */
  digested?(this: void, field: unknown): unknown;
  /** The definitions by which it is read and recorded, compiled once for each version of the workspace's catalogue. Absent = none. */
  definitions?(tx: Transaction): Promise<Read>;
  /** @throws OnefoldError for which the item is rejected */
  parse(raw: RawFields, reading: ItemReading, definitions: Read): Value;
  /**
   * Writes the pieces of any number of items in a fixed number of statements. The profiles are locked. All parts record
   * at the same time, so none may need the rows of another one.
   */
  record(tx: Transaction, pieces: readonly Piece<Value>[], definitions: Read): Promise<void>;
  /** It is recorded as soon as it comes, even if it is dated ahead, because it is a history and not the present state. */
  readonly isHistory?: true;
  /** Adds the dependencies and events of this piece that may have changed. */
  touch?(piece: Pick<Piece<Value>, 'value' | 'item'>, touched: Touched): void;
  readonly waiting: Waiting<Value>;
}
