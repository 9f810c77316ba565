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

/** What one item is read by, and where what is found in it goes. */
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
  /** What the item is rejected for is added to it, with paths from the item inwards. */
  errors: OnefoldError[];
  /** What is left out of it is added to it, with paths from the item inwards. */
  warnings: OnefoldError[];
  /** Names in it that nobody has defined are added to it, where its source may bring new ones. */
  discoveries: Discovery[];
}

/** Who says it, and since when it is so. */
export interface Saying {
  sourceId: string;
  externalId: string;
  occurredAt: Date;
  /** When the request came that brought it; of a replay, the replay's. */
  requestedAt: Date;
  arrival: number;
}

/** What an accepted item says of one part, whose profile it is about, and to which side of it that came. */
export interface Piece<Value> {
  value: Value;
  item: Saying;
  profile: ProfileRef;
  side: string;
}

/** What items say is new about one profile, for segments to look at. */
export interface Touched {
  dependencies: Set<DependencyName>;
  events: { type: string; occurredAt: Date; properties: Record<string, unknown> }[];
}

/** How a part waits in an item that is dated ahead: see `partAhead`. */
export interface Waiting<Value> {
  /** As JSON until its instant has come; undefined = there is nothing to keep. */
  keep(value: Value): unknown;
  revive(kept: never): Value;
  /** What of it counts at once all the same. Absent = nothing. */
  atOnce?(value: Value): Value;
  /** Takes out what is dated ahead by itself, in an item that is not. Undefined = there is no such thing in it. */
  split?(
    value: Value,
    now: Date,
  ): { present: Value; later: readonly { at: Date; value: Value }[] } | undefined;
}

/**
 * A part of an item: one kind of thing that it may say of a person, from its fields in GraphQL to the rows that it is
 * written down in. All parts are in the list in `parts/index.ts`, and the pipeline knows none of them but what answers
 * and locks are made of: the event's id, and the attributes, which lie in the profile itself.
 */
export interface ItemPart<Name extends string = string, Value = unknown, Read = unknown> {
  /** What its value is called in an `Item`. What waits is kept under it as well, so it stays as it is. */
  readonly name: Name;
  /** Its fields in GraphQL. */
  readonly input: InputFields;
  /** The form of each of them. */
  readonly fields: Readonly<Record<string, Reader>>;
  /** Of an item that says nothing of it. */
  readonly nothing: Value;
  /** What counts of a field in the digest of the body, if not simply what it holds. */
  digested?(this: void, field: unknown): unknown;
  /** What it is read and written down by, once for each version of the workspace's catalogue. Absent = nothing. */
  definitions?(tx: Transaction): Promise<Read>;
  /** @throws OnefoldError that the item is rejected for */
  parse(raw: RawFields, reading: ItemReading, definitions: Read): Value;
  /**
   * Writes down what items say, in a fixed number of statements, whatever their number. The profiles are locked. It is
   * asked for together with the other parts, and none may need what another one writes.
   */
  record(tx: Transaction, pieces: readonly Piece<Value>[], definitions: Read): Promise<void>;
  /** It is on record from the moment when it comes, also what is dated ahead: a history, and not what counts now. */
  readonly isHistory?: true;
  /** Adds what may be another now. */
  touch?(piece: Pick<Piece<Value>, 'value' | 'item'>, touched: Touched): void;
  readonly waiting: Waiting<Value>;
}
