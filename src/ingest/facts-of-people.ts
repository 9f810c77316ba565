import type { Resolution } from '../identity/index.js';
import { canonicalJson, shardOfId } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { collectFact, prevailing } from '../profiles/index.js';
import type { Fact, ProfileFacts, ProfileRef, SideNews, SourceRanking } from '../profiles/index.js';
import type { Told } from './item.js';
import type { Placed } from './placed.js';

type Resolved = Pick<Resolution, 'created' | 'attached' | 'merges' | 'locked' | 'claims'>;

interface FactsOfPeople {
  /** Profiles to insert. */
  created: ProfileFacts[];
  /** Profiles to update, by new facts or new identifiers. */
  changed: ProfileFacts[];
  /** News of those that take part in merges. */
  sides: SideNews[];
  /** Everybody the items are about, with the attributes that may be others now. */
  touched: { profile: ProfileRef; attributes: readonly string[] }[];
}

const NO_FACTS: ReadonlyMap<string, Fact> = new Map();

/** Works out which facts of these items stand, and so what becomes of the profiles themselves. All are locked. */
export function factsOfPeople(
  tx: Transaction,
  {
    placed,
    resolution,
    ranking,
  }: { placed: readonly Placed[]; resolution: Resolved; ranking: SourceRanking },
): FactsOfPeople {
  const { locked, claims } = resolution;
  const created = new Set(resolution.created.map(({ id }) => id));
  const attached = new Set(resolution.attached.map(({ id }) => id));
  for (const { profile, item } of placed) if (item.verifications.length > 0) attached.add(profile.id);
  const survivors = new Set(resolution.merges.map(({ survivor }) => survivor.id));
  const isSided = ({ id }: ProfileRef) => survivors.has(id) || (locked.get(id)?.hasSides ?? false);
  const { sided = [], plain = [] } = Object.groupBy(placed, ({ profile }) =>
    isSided(profile) ? 'sided' : 'plain',
  );
  const news = factsByProfile(plain, ranking);
  const profiles = [...new Map(placed.map(({ profile }) => [profile.id, profile])).values()];
  const standing = profiles.map((profile): ProfileFacts => ({
    ...profile,
    facts: prevailing(news.get(profile.id) ?? NO_FACTS, locked.get(profile.id)?.facts ?? NO_FACTS, ranking),
  }));
  const told = keysByProfile(sided);
  return {
    created: standing.filter(({ id }) => created.has(id)),
    changed: standing.filter(
      (one) => !created.has(one.id) && !isSided(one) && (one.facts.size > 0 || attached.has(one.id)),
    ),
    sides: newsOfSides(tx, sided, { claims: claims.filter(({ profile }) => isSided(profile)), ranking }),
    touched: standing.map(({ shard, id, facts }) => ({
      profile: { shard, id },
      // What stands in those with sides is worked out elsewhere: see `writeSides`.
      attributes: [...changedIn(facts, locked.get(id)?.facts ?? NO_FACTS), ...(told.get(id) ?? [])],
    })),
  };
}

function factsByProfile(placed: readonly Placed[], ranking: SourceRanking): Map<string, Map<string, Fact>> {
  const news = new Map<string, Map<string, Fact>>();
  for (const { item, profile } of placed) {
    if (item.attributes.size === 0) continue;
    const facts = news.get(profile.id) ?? new Map<string, Fact>();
    news.set(profile.id, facts);
    collectFacts(facts, item, ranking);
  }
  return news;
}

function newsOfSides(
  { workspaceId }: Transaction,
  placed: readonly Placed[],
  { claims, ranking }: { claims: Resolution['claims']; ranking: SourceRanking },
): SideNews[] {
  const news = new Map<string, SideNews & { facts: Map<string, Fact> }>();
  const attached = new Set(claims.map(({ side }) => side));
  for (const { item, profile, side } of placed) {
    if (item.attributes.size === 0 && !attached.has(side)) continue;
    const known = news.get(side) ?? {
      profile,
      side: { id: side, shard: shardOfId(workspaceId, side) },
      facts: new Map<string, Fact>(),
      isAttached: attached.has(side),
    };
    news.set(side, known);
    collectFacts(known.facts, item, ranking);
  }
  return [...news.values()];
}

function collectFacts(
  facts: Map<string, Fact>,
  { attributes, occurredAt: at, arrival, sourceId }: Told,
  ranking: SourceRanking,
): void {
  for (const [key, value] of attributes) collectFact(facts, key, { value, at, arrival, sourceId }, ranking);
}

function keysByProfile(placed: readonly Placed[]): Map<string, Set<string>> {
  const keys = new Map<string, Set<string>>();
  for (const { item, profile } of placed) {
    const known = keys.get(profile.id) ?? new Set();
    keys.set(profile.id, known);
    for (const key of item.attributes.keys()) known.add(key);
  }
  return keys;
}

function changedIn(facts: ReadonlyMap<string, Fact>, known: ReadonlyMap<string, Fact>): string[] {
  return [...facts].flatMap(([key, { value }]) => {
    const before = known.get(key);
    return !before || canonicalJson(before.value) !== canonicalJson(value) ? [key] : [];
  });
}
