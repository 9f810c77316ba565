import type { NamespaceDefinition } from './namespaces.js';

/** What may be said of a namespace; undefined, or null where it means nothing of its own, leaves a thing as it is. */
export interface NamespaceChanges {
  normaliser?: NamespaceDefinition['normaliser'] | null;
  priority?: number | null;
  /** null = any number. */
  maxPerProfile?: number | null;
  blockedValues?: readonly string[] | null;
  blockedPatterns?: readonly string[] | null;
  causesMerges?: boolean | null;
}

export function withChanges(standing: NamespaceDefinition, changes: NamespaceChanges): NamespaceDefinition {
  const { key, semanticType, maxPerProfile } = standing;
  return {
    key,
    semanticType,
    normaliser: changes.normaliser ?? standing.normaliser,
    priority: changes.priority ?? standing.priority,
    maxPerProfile: changes.maxPerProfile === undefined ? maxPerProfile : changes.maxPerProfile,
    blockedValues: changes.blockedValues ?? standing.blockedValues,
    blockedPatterns: changes.blockedPatterns ?? standing.blockedPatterns,
    causesMerges: changes.causesMerges ?? standing.causesMerges,
  };
}
