import { instants, ints, jsons, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { collectFact, prevailing } from './attribute-facts.js';
import type { Fact } from './attribute-facts.js';
import type { ProfileRef } from './profile-ref.js';
import { provenanceOf, saidIn } from './provenance.js';
import type { Provenance } from './provenance.js';
import { sourceRanking } from './source-ranking.js';
import type { SourceRanking } from './source-ranking.js';
import { valuesOf } from './write-profiles.js';

export type Facts = ReadonlyMap<string, Fact>;
const NO_FACTS: Facts = new Map();
type Kept = Record<string, { value?: unknown; at: string; source: string; arrival?: number }>;

/** A profile with what its own side says, and what all its sides say together. */
export interface Sided extends ProfileRef {
  own: Facts;
  together: Facts;
  updatedAt: Date;
  /** When its own side last changed. */
  ownUpdatedAt: Date;
}

/** News of one side of a profile that takes part in a merge. */
export interface SideNews {
  profile: ProfileRef;
  side: ProfileRef;
  facts: Facts;
  /** Whether identifiers have come to it as well. */
  isAttached: boolean;
}

/**
 * While profiles are merged, each side keeps what it alone would say, and the profile shows what all of them say
 * together. The facts that stand do not depend on the order in which they came, so both can be put together again
 * from the sides at any time: that is what makes a merge exact to undo, in any order.
 */
export async function readSides(
  tx: Pick<Transaction, 'query'>,
  profiles: readonly ProfileRef[],
): Promise<Map<string, Sided>> {
  const rows = await tx.query<{
    shard: number;
    id: string;
    attributes: Record<string, unknown>;
    provenance: Provenance;
    own: Kept | null;
    updatedAt: Date;
    ownUpdatedAt: Date | null;
  }>(
    `/* sides of profiles */
    select p.shard, p.id, p.attributes, p.provenance, p.own_facts as own, p.updated_at as "updatedAt",
      p.own_updated_at as "ownUpdatedAt"
    from unnest($1::int[], $2::uuid[]) as asked(shard, id)
    cross join lateral (
      select * from profile p where p.shard = asked.shard and p.id = asked.id offset 0
    ) p`,
    [ints(profiles.map(({ shard }) => shard)), uuids(profiles.map(({ id }) => id))],
  );
  return new Map(
    rows.map(({ shard, id, attributes, provenance, own, updatedAt, ownUpdatedAt }) => {
      const together = new Map(
        Object.entries(provenance).map(([key, said]): [string, Fact] => [
          key,
          { value: attributes[key] ?? null, ...saidIn(said) },
        ]),
      );
      return [
        id,
        {
          shard,
          id,
          together,
          own: own ? factsOf(own) : together,
          updatedAt,
          ownUpdatedAt: ownUpdatedAt ?? updatedAt,
        },
      ];
    }),
  );
}

/** What several sides say together. */
export function joined(sides: readonly Facts[], ranking: SourceRanking): Map<string, Fact> {
  const facts = new Map<string, Fact>();
  for (const side of sides) for (const [key, fact] of side) collectFact(facts, key, fact, ranking);
  return facts;
}

/** How a side's facts are kept. */
export function kept(facts: Facts): Kept {
  return Object.fromEntries(
    [...facts].map(([key, { value, at, sourceId, arrival }]) => [
      key,
      { ...(value !== null && { value }), at: at.toISOString(), source: sourceId, arrival },
    ]),
  );
}

function factsOf(own: Kept): Facts {
  return new Map(
    Object.entries(own).map(([key, { value, at, source, arrival = 0 }]) => [
      key,
      { value: value ?? null, at: new Date(at), sourceId: source, arrival },
    ]),
  );
}

interface WholeProfile extends ProfileRef {
  together: Facts;
  /** Null = as `together`: it takes part in no merge. */
  own: Facts | null;
  mergedInto: string | null;
  updatedAt: Date;
  ownUpdatedAt: Date;
}

/** Writes profiles whole. They must be locked, or be sides of locked ones. */
export async function writeWhole(tx: Transaction, profiles: readonly WholeProfile[]): Promise<void> {
  if (profiles.length === 0) return;
  await tx.query(
    `update profile p set attributes = new.attributes, provenance = new.provenance, own_facts = nullif(new.own, 'null'),
      merged_into = new.merged_into, updated_at = new.updated_at, own_updated_at = new.own_updated_at
    from unnest($1::int[], $2::uuid[], $3::jsonb[], $4::jsonb[], $5::jsonb[], $6::uuid[], $7::timestamptz[], $8::timestamptz[])
      as new(shard, id, attributes, provenance, own, merged_into, updated_at, own_updated_at)
    where p.shard = new.shard and p.id = new.id`,
    [
      ints(profiles.map(({ shard }) => shard)),
      uuids(profiles.map(({ id }) => id)),
      jsons(profiles.map(({ together }) => valuesOf(together))),
      jsons(profiles.map(({ together }) => provenanceOf(together))),
      jsons(profiles.map(({ own }) => own && kept(own))),
      uuids(profiles.map(({ mergedInto }) => mergedInto)),
      instants(profiles.map(({ updatedAt }) => updatedAt)),
      instants(profiles.map(({ own, ownUpdatedAt }) => own && ownUpdatedAt)),
    ],
  );
}

/** Writes facts to profiles that have sides: to the side that they came to, and to what all say together. */
export async function writeSides(
  tx: Transaction,
  { news, now }: { news: readonly SideNews[]; now: Date },
): Promise<void> {
  if (news.length === 0) return;
  const ranking = await sourceRanking.read(tx);
  const refs = new Map(news.flatMap(({ profile, side }) => [profile, side]).map((ref) => [ref.id, ref]));
  const known = await readSides(tx, [...refs.values()]);
  const changed = new Map<string, WholeProfile>();
  const change = (ref: ProfileRef, facts: Partial<Pick<Sided, 'own' | 'together' | 'ownUpdatedAt'>>) => {
    const before = known.get(ref.id);
    if (!before) throw new Error('a side of a locked profile exists');
    const after = { ...before, ...facts };
    known.set(ref.id, after);
    changed.set(ref.id, { ...after, mergedInto: null, updatedAt: now });
  };
  for (const { profile, side, facts, isAttached } of news) {
    const own = known.get(side.id)?.own ?? NO_FACTS;
    if (prevailing(facts, own, ranking).size === 0 && !isAttached) continue;
    change(side, { own: joined([own, facts], ranking), ownUpdatedAt: now });
    change(profile, { together: joined([known.get(profile.id)?.together ?? NO_FACTS, facts], ranking) });
  }
  const living = new Map(news.map(({ profile }) => [profile.id, profile]));
  await writeWhole(
    tx,
    [...changed.values()].filter(({ id }) => living.has(id)),
  );
  await writeOwn(
    tx,
    [...changed.values()].filter(({ id }) => !living.has(id)),
  );
}

/** A side that was absorbed keeps its place; only what it says itself goes on. */
async function writeOwn(tx: Transaction, sides: readonly WholeProfile[]): Promise<void> {
  if (sides.length === 0) return;
  await tx.query(
    `update profile p set own_facts = new.own, own_updated_at = new.updated_at
    from unnest($1::int[], $2::uuid[], $3::jsonb[], $4::timestamptz[]) as new(shard, id, own, updated_at)
    where p.shard = new.shard and p.id = new.id`,
    [
      ints(sides.map(({ shard }) => shard)),
      uuids(sides.map(({ id }) => id)),
      jsons(sides.map(({ own }) => kept(own ?? NO_FACTS))),
      instants(sides.map(({ ownUpdatedAt }) => ownUpdatedAt)),
    ],
  );
}
