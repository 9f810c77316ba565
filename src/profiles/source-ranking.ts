import { sources } from '../access/index.js';
import { Definitions } from '../definitions/index.js';
import { attributeDefinitions } from './attribute-definitions.js';

/**
 * How much a source is believed of an attribute: less is more. Those that its definition lists come in that order, all
 * others after them, alike.
 */
export type SourceRanking = (key: string, sourceId: string) => number;

const NO_RANKING: SourceRanking = () => 0;

export const sourceRanking = new Definitions(async (tx): Promise<SourceRanking> => {
  const ids = new Map([...(await sources.read(tx)).values()].map(({ key, id }) => [key, id]));
  const ranked = [...(await attributeDefinitions.read(tx)).values()].filter((one) => one.sources.length > 0);
  if (ranked.length === 0) return NO_RANKING;
  const ranks = new Map(
    ranked.map((one) => [one.key, new Map(one.sources.map((source, rank) => [ids.get(source), rank]))]),
  );
  return (key, sourceId) => {
    const ofKey = ranks.get(key);
    return ofKey ? (ofKey.get(sourceId) ?? ofKey.size) : 0;
  };
});
