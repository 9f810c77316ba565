import { pageRequest, toConnection } from './connection.js';
import type { Connection, PageArgs, PageExtras, PageRequest } from './connection.js';
import type { SortKey } from './cursor.js';

/**
 * A page of a list that is in memory as a whole.
 * @param keyOf what orders the list, ascending: texts by code units. It must not change while its row is in the list.
 */
export function pageOf<Row, Node, Extra extends object = object>(
  request: PageRequest,
  rows: readonly Row[],
  keyOf: (row: Row) => SortKey,
  nodeOf: (row: Row) => Node,
  { edgeOf, totalCount }: PageExtras<Row, Extra> = {},
): Connection<Node, Extra> {
  const { after, before } = request;
  const between = rows
    .map((row) => ({ row, key: keyOf(row) }))
    .filter(({ key }) => (!after || compareKeys(key, after) > 0) && (!before || compareKeys(key, before) < 0))
    .sort((a, b) => compareKeys(a.key, b.key));
  return pageOfThese(
    request,
    between,
    ({ key }) => key,
    ({ row }) => nodeOf(row),
    { ...(edgeOf && { edgeOf: ({ row }: { row: Row }) => edgeOf(row) }), ...(totalCount && { totalCount }) },
  );
}

/** A list in memory whose order is not that of its keys. */
interface ListInOrder<Node> {
  /** Tells it from all other lists of the workspace, as in `pageRequest`. */
  list: object;
  /** Its keys in their order; no two are alike. */
  all: readonly string[];
  nodeOf: (key: string) => Node;
}

/**
 * A page of such a list. A cursor holds the key of its item and the item's place, from which the walk continues if the
 * item has gone since.
 * @throws OnefoldError PAGE_SIZE_INVALID, CURSOR_INVALID
 */
export function pageInOrder<Node>(
  asking: Parameters<typeof pageRequest>[0],
  args: PageArgs,
  { list, all, nodeOf }: ListInOrder<Node>,
): Connection<Node> {
  const request = pageRequest(asking, args, list);
  const place = ([key, index]: SortKey) => {
    const now = all.indexOf(String(key));
    return now < 0 ? Number(index) - 0.5 : now;
  };
  const [from, to] = [request.after && place(request.after), request.before && place(request.before)];
  const between = all
    .map((key, index) => ({ key, index }))
    .filter(({ index }) => (from === null || index > from) && (to === null || index < to));
  return pageOfThese(
    request,
    between,
    ({ key, index }) => [key, index],
    ({ key }) => nodeOf(key),
    { totalCount: () => Promise.resolve(all.length) },
  );
}

/** @param rows all that lie between the cursors, in the order of the list */
function pageOfThese<Row, Node, Extra extends object>(
  request: PageRequest,
  rows: readonly Row[],
  keyOf: (row: Row) => SortKey,
  nodeOf: (row: Row) => Node,
  extras: PageExtras<Row, Extra>,
): Connection<Node, Extra> {
  const read = request.backward ? rows.toReversed() : rows;
  return toConnection(request, read.slice(0, request.limit), keyOf, nodeOf, extras);
}

/** By their parts, from the first on: texts by code units. */
export function compareKeys(a: SortKey, b: SortKey): number {
  const index = a.findIndex((part, at) => part !== b[at]);
  if (index < 0) return 0;
  return (a[index] as string | number) < (b[index] as string | number) ? -1 : 1;
}
