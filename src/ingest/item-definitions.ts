import { Definitions, sources } from '../access/index.js';
import type { Source } from '../access/index.js';
import { namespaces } from '../identity/index.js';
import type { Namespaces } from '../identity/index.js';

/** All that items are read by, at one version of the workspace's catalogue. */
export interface ItemDefinitions {
  /** By id. */
  sources: ReadonlyMap<string, Source>;
  namespaces: Namespaces;
}

export const itemDefinitions = new Definitions(async (tx): Promise<ItemDefinitions> => ({
  sources: await sources.read(tx),
  namespaces: await namespaces.read(tx),
}));
