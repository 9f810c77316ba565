import type { NamespaceDefinition } from './namespaces.js';
import { PLACEHOLDERS } from './placeholders.js';
import type { Placeholders } from './placeholders.js';

type Defaults = Omit<NamespaceDefinition, 'key' | 'semanticType'>;

const OPAQUE: Defaults = {
  normaliser: 'TRIMMED',
  priority: 100,
  maxPerProfile: null,
  ...blocking(PLACEHOLDERS.OPAQUE),
  causesMerges: true,
};

/** What identifiers may be of their nature, with what holds for a namespace of that type unless it says otherwise. */
export const SEMANTIC_DEFAULTS = {
  EXTERNAL: { ...OPAQUE, priority: 400, maxPerProfile: 1 },
  OAUTH: { ...OPAQUE, priority: 350 },
  EMAIL: {
    ...OPAQUE,
    normaliser: 'EMAIL',
    priority: 300,
    ...blocking(PLACEHOLDERS.EMAIL),
  },
  PHONE: { ...OPAQUE, normaliser: 'PHONE', priority: 200, ...blocking(PLACEHOLDERS.PHONE) },
  SOCIAL: { ...OPAQUE, normaliser: 'HANDLE', priority: 150 },
  UUID: { ...OPAQUE, normaliser: 'UUID', priority: 150 },
  DEVICE: OPAQUE,
  OTHER: { ...OPAQUE, priority: 50 },
} satisfies Record<string, Defaults>;

export type SemanticType = keyof typeof SEMANTIC_DEFAULTS;

function blocking(groups: readonly Placeholders[]): Pick<Defaults, 'blockedValues' | 'blockedPatterns'> {
  return {
    blockedValues: [...new Set(groups.flatMap(({ values = [] }) => values))],
    blockedPatterns: groups.flatMap(({ patterns = [] }) => patterns),
  };
}
