import type { Normalizer } from '../platform/index.js';
import { PLACEHOLDERS } from './placeholders.js';
import type { Placeholders } from './placeholders.js';

/** What a namespace says of its identifiers, apart from what they are. */
export interface NamespaceSettings {
  normalizer: Normalizer;
  /** Where an item's identifiers cannot all be true, those of a lower priority give way. */
  priority: number;
  /** How many of them one profile may hold; null = any number. */
  maxPerProfile: number | null;
  /** Values that stand for nobody in particular, as they were given. */
  blockedValues: readonly string[];
  /** See `compilePatterns`. */
  blockedPatterns: readonly string[];
  /** Whether it may prove that two profiles are one person. */
  canMergeProfiles: boolean;
}

const OPAQUE: NamespaceSettings = {
  normalizer: 'TRIMMED',
  priority: 100,
  maxPerProfile: null,
  ...blocking(PLACEHOLDERS.OPAQUE),
  canMergeProfiles: true,
};

/** What identifiers may be of their nature, with what holds for a namespace of that type unless it says otherwise. */
export const SEMANTIC_DEFAULTS = {
  EXTERNAL: { ...OPAQUE, priority: 400, maxPerProfile: 1 },
  OAUTH: { ...OPAQUE, priority: 350 },
  EMAIL: {
    ...OPAQUE,
    normalizer: 'EMAIL',
    priority: 300,
    ...blocking(PLACEHOLDERS.EMAIL),
  },
  PHONE: { ...OPAQUE, normalizer: 'PHONE', priority: 200, ...blocking(PLACEHOLDERS.PHONE) },
  SOCIAL: { ...OPAQUE, normalizer: 'HANDLE', priority: 150 },
  UUID: { ...OPAQUE, normalizer: 'UUID', priority: 150 },
  DEVICE: OPAQUE,
  OTHER: { ...OPAQUE, priority: 50 },
} satisfies Record<string, NamespaceSettings>;

export type SemanticType = keyof typeof SEMANTIC_DEFAULTS;

function blocking(
  groups: readonly Placeholders[],
): Pick<NamespaceSettings, 'blockedValues' | 'blockedPatterns'> {
  return {
    blockedValues: [...new Set(groups.flatMap(({ values = [] }) => values))],
    blockedPatterns: groups.flatMap(({ patterns = [] }) => patterns),
  };
}
