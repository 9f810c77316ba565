import { hash } from 'node:crypto';
import { ArgsType, Field, Int, ObjectType } from 'type-graphql';
import type { ClassType } from 'type-graphql';
import { OnefoldError } from '../errors.js';

export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 500;

/** Of a list that is only walked forwards. */
@ArgsType()
export class ForwardPageArgs {
  @Field(() => Int, {
    nullable: true,
    description: 'How many from the start (or after `after`): 0 to 500; default 50.',
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Only what comes after this cursor of the same list.' })
  after?: string | null;
}

@ArgsType()
export class PageArgs extends ForwardPageArgs {
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
      'The cursor of the last item, to go on from; null on an empty page, unless the list says otherwise.',
  })
  endCursor!: string | null;
}

export interface Edge<Node> {
  cursor: string;
  node: Node;
}

export interface Connection<Node> {
  edges: Edge<Node>[];
  nodes: Node[];
  pageInfo: PageInfo;
}

/** The Relay connection type of a node type. `name` is the type's name in the schema. */
export function connectionOf<Node extends object>(
  name: string,
  nodeType: () => ClassType<Node>,
): ClassType<Connection<Node>> {
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
  return ConnectionType as ClassType<Connection<Node>>;
}

/** The values that order a list, as JSON scalars. */
export type SortKey = readonly (string | number)[];

/** What a list has to fetch for one page: up to `limit` rows beyond `after` (or before `before`). */
export interface PageRequest {
  /** One more than the page holds: the extra row says that there is more. */
  limit: number;
  /** True when the page is read from the end: fetch in reverse order. */
  backward: boolean;
  after: SortKey | null;
  before: SortKey | null;
  /** Names the list, with its filter and order: a cursor of another list is refused. */
  readonly list: string;
}

/**
 * @param list whatever tells this list from others: its filter and order. It goes into the cursors.
 * @throws OnefoldError PAGE_SIZE_INVALID, CURSOR_INVALID
 */
export function pageRequest(args: PageArgs, list: unknown): PageRequest {
  // Reckoned when there is a cursor to read or to make.
  const name = () => hash('sha256', JSON.stringify(list), 'base64url').slice(0, 8);
  if (args.first != null && args.last != null)
    throw new OnefoldError('PAGE_SIZE_INVALID', { path: ['last'] });
  const size = args.first ?? args.last ?? DEFAULT_PAGE_SIZE;
  if (size < 0 || size > MAX_PAGE_SIZE) {
    throw new OnefoldError('PAGE_SIZE_INVALID', { path: [args.first == null ? 'last' : 'first'] });
  }
  return {
    limit: size + 1,
    backward: args.last != null,
    after: args.after == null ? null : parseCursor(args.after, name(), 'after'),
    before: args.before == null ? null : parseCursor(args.before, name(), 'before'),
    get list() {
      return name();
    },
  };
}

/** Shapes fetched rows (in the order in which they were fetched) into a page. */
export function toConnection<Row, Node>(
  request: PageRequest,
  rows: readonly Row[],
  keyOf: (row: Row) => SortKey,
  nodeOf: (row: Row) => Node,
): Connection<Node> {
  const more = rows.length === request.limit;
  const kept = more ? rows.slice(0, -1) : rows;
  const ordered = request.backward ? kept.toReversed() : kept;
  const nodes = ordered.map(nodeOf);
  let list: string | undefined;
  const cursorOf = (row: Row | undefined) => (row ? toCursor((list ??= request.list), keyOf(row)) : null);
  return {
    nodes,
    // Cursors are made when they are asked for: a page of hundreds mostly needs one of them.
    get edges() {
      return ordered.map((row, index) => ({ cursor: cursorOf(row) as string, node: nodes[index] as Node }));
    },
    pageInfo: {
      hasNextPage: request.backward ? request.before !== null : more,
      hasPreviousPage: request.backward ? more : request.after !== null,
      get startCursor() {
        return cursorOf(ordered.at(0));
      },
      get endCursor() {
        return cursorOf(ordered.at(-1));
      },
    },
  };
}

export function toCursor(list: string, key: SortKey): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString('base64url');
}

function parseCursor(cursor: string, list: string, argument: string): SortKey {
  try {
    const [owner, ...key] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string, ...SortKey];
    if (owner === list && key.every((part) => ['string', 'number'].includes(typeof part))) return key;
  } catch {
    // Falls through: whatever cannot be read is not one of our cursors.
  }
  throw new OnefoldError('CURSOR_INVALID', { path: [argument] });
}
