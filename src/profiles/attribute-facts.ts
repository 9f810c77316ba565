import { canonicalJson } from '../platform/index.js';
import type { SourceRanking } from './source-ranking.js';

/** What a source said about one attribute of a person, and for which instant. A null value says: no longer. */
export interface Fact {
  value: unknown;
  at: Date;
  /** In microseconds since 1970; 0 for what came before this was kept. */
  arrival: number;
  sourceId: string;
}

/**
 * Which of two facts about the same attribute stands: that of the better source, however late a lesser one writes; of
 * sources believed alike the newer, by the instant it is true for; for the same instant the one that arrived later. Two
 * servers may give two facts one arrival: what they say then decides, so that the outcome never depends on which one
 * was committed first.
 */
export function prevails(key: string, challenger: Fact, holder: Fact, ranking: SourceRanking): boolean {
  const worse = ranking(key, challenger.sourceId) - ranking(key, holder.sourceId);
  if (worse !== 0) return worse < 0;
  const later = challenger.at.getTime() - holder.at.getTime();
  if (later !== 0) return later > 0;
  if (challenger.arrival !== holder.arrival) return challenger.arrival > holder.arrival;
  const [said, stands] = [canonicalJson(challenger.value), canonicalJson(holder.value)];
  if (said !== stands) return said > stands;
  return challenger.sourceId < holder.sourceId;
}

/** The facts of `news` that stand against what is known, by attribute key. */
export function prevailing(
  news: ReadonlyMap<string, Fact>,
  known: ReadonlyMap<string, Fact>,
  ranking: SourceRanking,
): ReadonlyMap<string, Fact> {
  if (news.size === 0) return news;
  return new Map(
    [...news].filter(([key, fact]) => {
      const holder = known.get(key);
      return !holder || prevails(key, fact, holder, ranking);
    }),
  );
}

/** Adds a fact to those collected for one person, if it stands against them. */
export function collectFact(facts: Map<string, Fact>, key: string, fact: Fact, ranking: SourceRanking): void {
  const holder = facts.get(key);
  if (!holder || prevails(key, fact, holder, ranking)) facts.set(key, fact);
}
