import { SEMANTIC_DEFAULTS } from './semantic-types.js';
import type { NamespaceDefinition } from './namespaces.js';

/** What may be said of a namespace; undefined leaves a thing as it is, null makes it as its semantic type says. */
export interface NamespaceChanges {
  label?: string | null;
  description?: string | null;
  normalizer?: NamespaceDefinition['normalizer'] | null;
  priority?: number | null;
  /** null = any number. */
  maxPerProfile?: number | null;
  blockedValues?: readonly string[] | null;
  blockedPatterns?: readonly string[] | null;
  canMergeProfiles?: boolean | null;
}

export function withChanges(standing: NamespaceDefinition, changes: NamespaceChanges): NamespaceDefinition {
  const { key, semanticType } = standing;
  const defaults = {
    label: null,
    description: null,
    ...SEMANTIC_DEFAULTS[semanticType],
    maxPerProfile: null,
  };
  const chosen = <Name extends keyof NamespaceChanges>(name: Name): NamespaceDefinition[Name] =>
    changes[name] === undefined
      ? standing[name]
      : ((changes[name] ?? defaults[name]) as NamespaceDefinition[Name]);
  return {
    ...{ key, semanticType, label: chosen('label'), description: chosen('description') },
    ...{
      normalizer: chosen('normalizer'),
      priority: chosen('priority'),
      canMergeProfiles: chosen('canMergeProfiles'),
    },
    ...{ maxPerProfile: chosen('maxPerProfile'), blockedValues: chosen('blockedValues') },
    blockedPatterns: chosen('blockedPatterns'),
  };
}
