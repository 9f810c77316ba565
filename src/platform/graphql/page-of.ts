import { toConnection } from './connection.js';
import type { Connection, PageExtras, PageRequest } from './connection.js';
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
  const { after, before, backward, limit } = request;
  const asked = rows
    .map((row) => ({ row, key: keyOf(row) }))
    .filter(({ key }) => (!after || compareKeys(key, after) > 0) && (!before || compareKeys(key, before) < 0))
    .sort((a, b) => (backward ? compareKeys(b.key, a.key) : compareKeys(a.key, b.key)));
  return toConnection(
    request,
    asked.slice(0, limit),
    ({ key }) => key,
    ({ row }) => nodeOf(row),
    { ...(edgeOf && { edgeOf: ({ row }: { row: Row }) => edgeOf(row) }), ...(totalCount && { totalCount }) },
  );
}

/** By their parts, from the first on: texts by code units. */
export function compareKeys(a: SortKey, b: SortKey): number {
  const index = a.findIndex((part, at) => part !== b[at]);
  if (index < 0) return 0;
  return (a[index] as string | number) < (b[index] as string | number) ? -1 : 1;
}
