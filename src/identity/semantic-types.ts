import type { NamespaceDefinition } from './namespaces.js';

type Defaults = Omit<NamespaceDefinition, 'key' | 'semanticType'>;

/** What programs write where they know nobody. */
const NOBODY = ['null', 'undefined', 'none', 'unknown', 'anonymous', 'guest', 'n/a', 'nil', 'nan', '-1', '-'];
/** Ids of zeros, such as a phone gives whose owner will not be tracked. */
const ZEROS = '^[0-]*$';

const OPAQUE: Defaults = {
  normaliser: 'TRIMMED',
  priority: 100,
  maxPerProfile: null,
  blockedValues: NOBODY,
  blockedPatterns: [ZEROS],
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
    blockedValues: ['test@test.com', 'test@example.com', 'noreply@example.com'],
    blockedPatterns: [],
  },
  PHONE: { ...OPAQUE, normaliser: 'PHONE', priority: 200, blockedValues: [], blockedPatterns: [] },
  SOCIAL: { ...OPAQUE, normaliser: 'HANDLE', priority: 150 },
  UUID: { ...OPAQUE, normaliser: 'UUID', priority: 150, blockedValues: [] },
  DEVICE: OPAQUE,
  OTHER: { ...OPAQUE, priority: 50 },
} satisfies Record<string, Defaults>;

export type SemanticType = keyof typeof SEMANTIC_DEFAULTS;
