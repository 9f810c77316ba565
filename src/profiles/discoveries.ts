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

/** Of each kind in a workspace: a source that makes up names is not to fill the disk. */
export const MAX_DISCOVERIES = 10_000;
/** Of one type of events: keys that are made up, such as ids, are not to take the place of names elsewhere. */
export const MAX_DISCOVERED_PROPERTIES = 500;

/** What this process knows to be on record, so that it is not written with every item. */
export class NotedNames {
  private readonly byKind = new Map<DiscoveryKind, Map<string, Set<string>>>();
  private readonly counts = new Map<DiscoveryKind, number>();

  /** The keys of one place, which grow as they are noted: look them up once for all names there. */
  at(kind: DiscoveryKind, of: string): ReadonlySet<string> {
    return this.setAt(kind, of);
  }

  add({ kind, of, key }: Discovery): void {
    const keys = this.setAt(kind, of);
    // What is not known here is written again, and then not twice.
    if (keys.has(key) || this.isFull(kind, of)) return;
    keys.add(key);
    this.counts.set(kind, this.countOf(kind) + 1);
  }

  /** Whether no more names are kept there. */
  isFull(kind: DiscoveryKind, of: string): boolean {
    if (this.countOf(kind) >= MAX_DISCOVERIES) return true;
    return kind === 'PROPERTY' && this.setAt(kind, of).size >= MAX_DISCOVERED_PROPERTIES;
  }

  private countOf(kind: DiscoveryKind): number {
    return this.counts.get(kind) ?? 0;
  }

  private setAt(kind: DiscoveryKind, of: string): Set<string> {
    let byPlace = this.byKind.get(kind);
    if (!byPlace) this.byKind.set(kind, (byPlace = new Map<string, Set<string>>()));
    let keys = byPlace.get(of);
    if (!keys) byPlace.set(of, (keys = new Set()));
    return keys;
  }
}

const noted = new WeakMap<object, Map<number, NotedNames>>();

/** Those of a workspace. */
export function notedNames({
  database,
  workspaceId,
}: Pick<Transaction, 'database' | 'workspaceId'>): NotedNames {
  const byWorkspace = noted.get(database) ?? new Map<number, NotedNames>();
  noted.set(database, byWorkspace);
  const names = byWorkspace.get(workspaceId) ?? new NotedNames();
  byWorkspace.set(workspaceId, names);
  return names;
}

/** Puts what was found on record, once. Called in the transaction that accepts what holds it. */
export async function noteDiscoveries(
  tx: Transaction,
  { discoveries, now }: { discoveries: readonly Discovery[]; now: Date },
): Promise<void> {
  if (discoveries.length === 0) return;
  const fresh = new Map(discoveries.toReversed().map((one) => [`${one.kind} ${one.of} ${one.key}`, one]));
  // In one order everywhere: two batches that find the same names wait for each other, and never in a circle.
  const rows = [...fresh].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  await tx.query(
    `/* note discoveries */
    with kept as materialized (
      select kind, of, count(*) as number from discovery where workspace_id = $1 and kind = any($2::text[]) group by kind, of
    ), new as (
      select one.*, row_number() over (partition by kind order by of, key) as place_of_kind,
        row_number() over (partition by kind, of order by key) as place
      from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[]) as one(kind, of, key, type, source_id)
      where not exists (
        select from discovery d where d.workspace_id = $1 and d.kind = one.kind and d.of = one.of and d.key = one.key
      )
    )
    insert into discovery (workspace_id, kind, of, key, type, source_id, first_seen_at)
    select $1, new.kind, new.of, new.key, new.type, new.source_id, $7 from new
    left join kept here on here.kind = new.kind and here.of = new.of
    left join (select kind, sum(number) as number from kept group by kind) everywhere on everywhere.kind = new.kind
    where new.place_of_kind + coalesce(everywhere.number, 0) <= ${MAX_DISCOVERIES}
      and (new.kind <> 'PROPERTY' or new.place + coalesce(here.number, 0) <= ${MAX_DISCOVERED_PROPERTIES})
    order by new.kind, new.of, new.key
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
    const names = notedNames(tx);
    for (const one of rows) names.add(one);
  });
}

/** All that was found of a kind, by name; what has been defined since among it. */
export function discoveriesOf(tx: Pick<Transaction, 'query'>, kind: DiscoveryKind): Promise<DiscoveryRow[]> {
  return tx.query<DiscoveryRow>(
    `/* discoveries */
    select kind, of, key, type, source_id as "sourceId", first_seen_at as "firstSeenAt"
    from discovery where kind = $1 order by of collate "C", key collate "C" limit ${MAX_DISCOVERIES}`,
    [kind],
  );
}
