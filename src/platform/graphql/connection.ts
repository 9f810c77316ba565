import { ArgsType, Field, Int, ObjectType } from 'type-graphql';
import type { ClassType } from 'type-graphql';
import { OnefoldError } from '../errors.js';
import { Cursors } from './cursor.js';
import type { ListCursors, SortKey } from './cursor.js';
import { addFields } from './shown-field.js';
import type { ShownField } from './shown-field.js';

export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 500;

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: 'How many from the start (or after `after`): 0 to 500; default 50.',
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Only what comes after this cursor of the same list.' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many from the end (or before `before`): 0 to 500. Not with `first`.',
  })
  last?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only what comes before this cursor of the same list.',
  })
  before?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'Where a page lies in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there is more after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether there is more before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the first item; null on an empty page.',
  })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The cursor of the last item, to continue from. Null on an empty page, unless the list says otherwise.',
  })
  endCursor!: string | null;
}

/** An item of a page. `Extra` is what else its edge says of it. */
export type Edge<Node, Extra = object> = Extra & { cursor: string; node: Node };

export interface Connection<Node, Extra = object> {
  edges: Edge<Node, Extra>[];
  nodes: Node[];
  pageInfo: PageInfo;
  /** Counts when it is called, so that only those pay for it who ask. Absent = the list has no such field. */
  totalCount?: () => Promise<number | null>;
}

/** What a connection has beside what all of them have. */
interface ConnectionOptions<Extra> {
  /** Further fields of edges: what is said of an item only in this list. `toConnection` is given their values. */
  edge?: { [Name in keyof Extra]-?: ShownField };
  /** Gives it the field `totalCount`: what that counts, such as `How many belong to it.` */
  totalCount?: string;
}

/**
 * The Relay connection type of a node type.
 * @param name of the items in this list, in the names of its types: mostly that of the node type
 */
export function connectionOf<Node extends object, Extra extends object = object>(
  name: string,
  nodeType: () => ClassType<Node>,
  { edge, totalCount }: ConnectionOptions<Extra> = {},
): ClassType<Connection<Node, Extra>> {
  @ObjectType(`${name}Edge`, {
    simpleResolvers: true,
    description: `One ${name} in a list, and its place there.`,
  })
  class EdgeType {
    @Field(() => String, { description: 'The place of this item in the list: opaque, stable.' })
    cursor!: string;

    @Field(() => nodeType(), { description: 'The item.' })
    node!: Node;
  }
  addFields(EdgeType, edge ?? {});

  @ObjectType(`${name}Connection`, {
    simpleResolvers: true,
    description: `A page of a list of ${name} items.`,
  })
  class ConnectionType {
    @Field(() => [EdgeType], { description: 'The items with their cursors.' })
    edges!: EdgeType[];

    @Field(() => [nodeType()], { description: 'The items alone.' })
    nodes!: Node[];

    @Field(() => PageInfo, { description: 'Where this page lies in the list.' })
    pageInfo!: PageInfo;
  }
  if (totalCount !== undefined)
    addFields(ConnectionType, {
      totalCount: {
        type: () => Int,
        nullable: true,
        description: `${totalCount} Counted when it is asked for; null when it cannot be counted.`,
      },
    });
  return ConnectionType as ClassType<Connection<Node, Extra>>;
}

/**
 * What a list has to fetch for one page: up to `limit` rows beyond `after` (or before `before`).
 *
 * The getters of this file stand in classes. An object that is written with getters of its own gets a hidden class of
 * its own, and that keeps whatever the getters see in memory until V8's next full collection.
 */
export class PageRequest {
  /** One more than the page holds: the extra row says that there is more. */
  readonly limit: number;
  /** True when the page is read from the end: fetch in reverse order. */
  readonly backward: boolean;
  readonly after: SortKey | null;
  readonly before: SortKey | null;

  constructor(
    { first, last, after, before }: PageArgs,
    readonly cursors: ListCursors,
  ) {
    if (first != null && last != null) throw new OnefoldError('PAGE_SIZE_INVALID', { path: ['last'] });
    const size = first ?? last ?? DEFAULT_PAGE_SIZE;
    if (size < 0 || size > MAX_PAGE_SIZE)
      throw new OnefoldError('PAGE_SIZE_INVALID', { path: [first == null ? 'last' : 'first'] });
    this.limit = size + 1;
    this.backward = last != null;
    this.after = after == null ? null : cursors.read(after, 'after');
    this.before = before == null ? null : cursors.read(before, 'before');
  }
}

/** The operation that asks. */
interface Asking {
  readonly workspaceId: number;
  service(type: typeof Cursors): Cursors;
}

/**
 * @param list tells the list from all others of the workspace: its name, its parent, its filter and its order
 * @throws OnefoldError PAGE_SIZE_INVALID, CURSOR_INVALID
 */
export function pageRequest(asking: Asking, args: PageArgs, list: object): PageRequest {
  return new PageRequest(args, cursorsOf(asking, list));
}

/** As in `pageRequest`. */
export function cursorsOf(asking: Asking, list: object): ListCursors {
  return asking.service(Cursors).of([asking.workspaceId, list]);
}

/** What a page has beside its items. */
export interface PageExtras<Row, Extra> {
  /** What the edge of an item says of it. */
  edgeOf?: (row: Row) => Extra;
  totalCount?: () => Promise<number | null>;
}

/** Shapes fetched rows (in the order in which they were fetched) into a page. */
export function toConnection<Row, Node, Extra extends object = object>(
  request: PageRequest,
  rows: readonly Row[],
  keyOf: (row: Row) => SortKey,
  nodeOf: (row: Row) => Node,
  { edgeOf, totalCount }: PageExtras<Row, Extra> = {},
): Connection<Node, Extra> {
  const more = rows.length === request.limit;
  const kept = more ? rows.slice(0, -1) : rows;
  const ordered = request.backward ? kept.toReversed() : kept;
  const cursors = new PageCursors(request.cursors, ordered, keyOf);
  return new Page(request, more, ordered.map(nodeOf), cursors, edgeOf && ordered.map(edgeOf), totalCount);
}

class Page<Row, Node, Extra extends object> implements Connection<Node, Extra> {
  readonly pageInfo: PageInfo;

  constructor(
    request: PageRequest,
    more: boolean,
    readonly nodes: Node[],
    private readonly cursors: PageCursors<Row>,
    private readonly extras: readonly Extra[] | undefined,
    readonly totalCount?: () => Promise<number | null>,
  ) {
    this.pageInfo = new PageInfoOf(request, more, cursors);
  }

  get edges(): Edge<Node, Extra>[] {
    return this.nodes.map((node, index) => {
      const edge = { ...this.extras?.[index], cursor: this.cursors.at(index) as string, node };
      return edge as Edge<Node, Extra>;
    });
  }
}

class PageInfoOf<Row> implements PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;

  constructor(
    { backward, before, after }: PageRequest,
    more: boolean,
    private readonly cursors: PageCursors<Row>,
  ) {
    this.hasNextPage = backward ? before !== null : more;
    this.hasPreviousPage = backward ? more : after !== null;
  }

  get startCursor(): string | null {
    return this.cursors.at(0);
  }

  get endCursor(): string | null {
    return this.cursors.at(-1);
  }
}

/** Cursors are made when they are asked for: a page of hundreds mostly needs one of them. */
class PageCursors<Row> {
  constructor(
    private readonly cursors: ListCursors,
    private readonly rows: readonly Row[],
    private readonly keyOf: (row: Row) => SortKey,
  ) {}

  at(index: number): string | null {
    const row = this.rows.at(index);
    return row === undefined ? null : this.cursors.at(this.keyOf(row));
  }
}
