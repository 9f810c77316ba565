import { sources } from '../access/index.js';
import type { Source } from '../access/index.js';
import { Definitions } from '../definitions/index.js';
import { namespaces } from '../identity/index.js';
import type { Namespaces } from '../identity/index.js';
import { together } from '../platform/index.js';
import { notedNames, sourceRanking } from '../profiles/index.js';
import type { NotedNames, SourceRanking } from '../profiles/index.js';
import { ITEM_PARTS } from './parts/index.js';

/** All that items are read by, at one version of the workspace's catalogue. */
export interface ItemDefinitions {
  /** By id. */
  sources: ReadonlyMap<string, Source>;
  namespaces: Namespaces;
  ranking: SourceRanking;
  /** Names that nobody has defined and that are on record already; grows. */
  noted: NotedNames;
  /** Those of each part, by its name: see `ItemPart.definitions`. */
  ofParts: Readonly<Record<string, unknown>>;
}

export const itemDefinitions = new Definitions(async (tx): Promise<ItemDefinitions> => {
  const read = await together({
    sources: sources.read(tx),
    namespaces: namespaces.read(tx),
    ranking: sourceRanking.read(tx),
    ofParts: together(
      Object.fromEntries(ITEM_PARTS.map((part) => [part.name, Promise.resolve(part.definitions?.(tx))])),
    ),
  });
  return { ...read, noted: notedNames(tx) };
});
