import { DefinitionSet } from '../../definitions/index.js';
import type { Definition } from '../../definitions/index.js';

/** A word that people can be marked with. */
export type TagDefinition = Definition;

export const tags = new DefinitionSet<TagDefinition>({ kind: 'TAG', name: 'tag', shipped: [], limit: 5_000 });
