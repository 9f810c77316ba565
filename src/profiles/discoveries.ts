import { texts, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ValueType } from './value-type.js';

export type DiscoveryKind = 'ATTRIBUTE' | 'EVENT_TYPE' | 'PROPERTY';

/** A name that a source has sent and nobody has defined. */
export interface Discovery {
  kind: DiscoveryKind;
  /** Of a property: the type of its events. Otherwise empty. */
  of: string;
  key: string;
  /** What its values seem to be, from the first one seen; of a type of events: JSON. */
  type: ValueType;
  sourceId: string;
}

export interface DiscoveryRow extends Discovery {
  firstSeenAt: Date;
}

const MAX_NOTED = 100_000;
/** In a workspace: a source that makes up names is not to fill the disk. */
const MAX_KEPT = 10_000;
/** By database: what is on record already, so that it is not written with every item. */
const noted = new WeakMap<object, Set<string>>();

/** Puts what was found on record, once. Called in the transaction that accepts what holds it. */
export async function noteDiscoveries(
  tx: Transaction,
  { discoveries, now }: { discoveries: readonly Discovery[]; now: Date },
): Promise<void> {
  const known = noted.get(tx.database) ?? new Set<string>();
  noted.set(tx.database, known);
  const fresh = new Map<string, Discovery>();
  for (const one of discoveries) {
    const name = nameOf(tx.workspaceId, one);
    if (!known.has(name) && !fresh.has(name)) fresh.set(name, one);
  }
  if (fresh.size === 0) return;
  // In one order everywhere: two batches that find the same names wait for each other, and never in a circle.
  const rows = [...fresh].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  await tx.query(
    `/* note discoveries */
    insert into discovery (workspace_id, kind, of, key, type, source_id, first_seen_at)
    select $1, *, $7 from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[])
    where (select count(*) from discovery where workspace_id = $1) < ${MAX_KEPT}
    on conflict do nothing`,
    [
      tx.workspaceId,
      texts(rows.map(({ kind }) => kind)),
      texts(rows.map(({ of }) => of)),
      texts(rows.map(({ key }) => key)),
      texts(rows.map(({ type }) => type)),
      uuids(rows.map(({ sourceId }) => sourceId)),
      now,
    ],
  );
  tx.afterCommit(() => {
    if (known.size > MAX_NOTED) known.clear();
    for (const name of fresh.keys()) known.add(name);
  });
}

/** All that was found of a kind, by name; what has been defined since among it. */
export function discoveriesOf(tx: Pick<Transaction, 'query'>, kind: DiscoveryKind): Promise<DiscoveryRow[]> {
  return tx.query<DiscoveryRow>(
    `/* discoveries */
    select kind, of, key, type, source_id as "sourceId", first_seen_at as "firstSeenAt"
    from discovery where kind = $1 order by of collate "C", key collate "C" limit ${MAX_KEPT}`,
    [kind],
  );
}

function nameOf(workspaceId: number, { kind, of, key }: Discovery): string {
  return `${workspaceId}\0${kind}\0${of}\0${key}`;
}
