import { ints, rowsOf, texts, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { Fact } from './attribute-facts.js';
import type { ProfileRef } from './profile-ref.js';
import { saidIn } from './provenance.js';
import type { Provenance } from './provenance.js';

/** What a lock on a profile tells. */
export interface LockedProfile {
  /** The facts that stand for the attributes asked for (removed ones with value null). */
  facts: ReadonlyMap<string, Fact>;
  isAbsorbed: boolean;
  /** Whether it takes part in a merge: then its sides keep their own facts (see `writeSides`). */
  hasSides: boolean;
  /** Whether identifiers left it a short while ago: who looked before may be mistaken. */
  wasSplit: boolean;
}

interface LockedRow {
  id: string;
  isAbsorbed: boolean;
  hasSides: boolean;
  wasSplit: boolean;
  /** What is known of the keys that were asked for, or more. */
  attributes: Record<string, unknown> | null;
  provenance: Provenance | null;
}

/** Up to here a profile is given whole: picking the keys out costs more than carrying the others along. */
const WHOLE_BYTES = 2_000;

/**
 * Locks existing profiles until the transaction ends, always in the order of (shard, id), so that two batches can
 * wait for each other but never in a circle.
 * @param keys the attributes that are about to change
 * @returns by profile id; a profile of which there is nothing to tell is missing
 */
export async function lockProfiles(
  tx: Transaction,
  { profiles, keys }: { profiles: readonly ProfileRef[]; keys: readonly string[] },
): Promise<Map<string, LockedProfile>> {
  if (profiles.length === 0) return new Map();
  const sorted = profiles.toSorted(inLockOrder);
  // `offset 0`: the condition is for what is told, not for what is locked.
  const rows = await tx.query<LockedRow>(
    `/* lock profiles */
    select p.id, p.merged_into is not null as "isAbsorbed", p.own_facts is not null as "hasSides",
      coalesce(p.split_at > clock_timestamp() - interval '1 hour', false) as "wasSplit",
      ${asked('attributes')}, ${asked('provenance')}
    from ${rowsOf({ shard: '$1::int[]', id: '$2::uuid[]' })} as asked
    cross join lateral (
      select * from profile p where p.shard = asked.shard and p.id = asked.id offset 0 for update
    ) p
    where p.provenance ?| $3::text[] or p.merged_into is not null or p.own_facts is not null or p.split_at is not null`,
    [ints(sorted.map((profile) => profile.shard)), uuids(sorted.map((profile) => profile.id)), texts(keys)],
  );
  return new Map(
    rows.map(({ id, attributes, provenance, ...rest }) => [
      id,
      { facts: factsOf(keys, attributes ?? {}, provenance ?? {}), ...rest },
    ]),
  );
}

/** The order in which profiles are locked, everywhere. */
export function inLockOrder(a: ProfileRef, b: ProfileRef): number {
  return a.shard - b.shard || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/** A column, or when it is large what it holds of the keys that are asked for. */
function asked(column: string): string {
  return `case
    when cardinality($3::text[]) = 0 then null
    when pg_column_size(p.${column}) <= ${WHOLE_BYTES} then p.${column}
    else (select jsonb_object_agg(k.key, p.${column} -> k.key) from unnest($3::text[]) as k(key) where p.${column} ? k.key)
  end as ${column}`;
}

function factsOf(
  keys: readonly string[],
  attributes: NonNullable<LockedRow['attributes']>,
  provenance: NonNullable<LockedRow['provenance']>,
): Map<string, Fact> {
  const facts = new Map<string, Fact>();
  for (const key of keys) {
    const told = Object.hasOwn(provenance, key) ? provenance[key] : undefined;
    if (told === undefined) continue;
    const value = Object.hasOwn(attributes, key) ? attributes[key] : null;
    facts.set(key, { value, ...saidIn(told) });
  }
  return facts;
}
