import type { Definition } from '../definitions/index.js';
import { NORMALIZERS, plainText } from '../platform/index.js';
import { looksPersonal } from '../profiles/index.js';
import type { Whereabouts } from '../platform/index.js';
import { bareValue, unquoted } from './bare-value.js';
import { compilePatterns } from './pattern.js';
import { SEMANTIC_DEFAULTS } from './semantic-types.js';
import type { NamespaceSettings, SemanticType } from './semantic-types.js';

export type { SemanticType } from './semantic-types.js';

/** What a workspace says of one kind of identifier. */
export interface NamespaceDefinition extends Definition, NamespaceSettings {
  semanticType: SemanticType;
}

/** How the identifiers of one namespace are read, and how far they are believed. */
export interface Namespace extends NamespaceDefinition {
  /** The canonical form: two spellings of one identifier come out the same. Null when it cannot be one. */
  normalize(value: string, whereabouts?: Whereabouts): string | null;
  /** Says, for people, what a value must look like. */
  expects: string;
  /** Whether a canonical value stands for nobody in particular: `null`, `unknown`, a test address. */
  isBlocked(value: string): boolean;
  /** Whether its values say who somebody is outside of your systems: an address, a handle, an official number. */
  isPersonal: boolean;
}

/** The namespaces of a workspace, by key. */
export type Namespaces = ReadonlyMap<string, Namespace>;

const PERSONAL_TYPES: ReadonlySet<SemanticType> = new Set(['EMAIL', 'PHONE', 'SOCIAL']);

/** Makes a definition ready for use. */
export function toNamespace(definition: NamespaceDefinition): Namespace {
  const { normalize, expects } = NORMALIZERS[definition.normalizer];
  let blocks: ((value: string) => boolean) | undefined;
  return {
    ...definition,
    normalize,
    expects,
    // Made when first asked: a workspace may have a hundred namespaces, and all are loaded at once.
    isBlocked: (value) => (blocks ??= blockedBy(definition, normalize))(value),
    isPersonal: PERSONAL_TYPES.has(definition.semanticType) || looksPersonal(definition.key),
  };
}

function blockedBy(
  { blockedValues, blockedPatterns }: NamespaceDefinition,
  normalize: Namespace['normalize'],
): (value: string) => boolean {
  const values = new Set(blockedValues.flatMap((value) => [value, normalize(value) ?? value].map(bareValue)));
  const isFound = compilePatterns(blockedPatterns);
  return (value) => {
    const bare = bareValue(value);
    const words = bare.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    // As a template of two names leaves it: `undefined undefined`.
    const isOfSuchWords = words.length > 1 && words.every((word) => values.has(word));
    const plain = unquoted(plainText(value));
    return values.has(bare) || isOfSuchWords || isFound(value) || (plain !== value && isFound(plain));
  };
}

/** One of which nothing was said but what it is. */
export function newNamespace(key: string, semanticType: SemanticType): NamespaceDefinition {
  return { key, semanticType, label: null, description: null, ...SEMANTIC_DEFAULTS[semanticType] };
}

/** What identifiers of a namespace are of their nature. */
export function semanticTypeOf(namespaces: Namespaces, key: string): SemanticType {
  return namespaces.get(key)?.semanticType ?? 'OTHER';
}

/**
 * Those that every workspace has from the start. There is no `oauth` or `social` among them: the subjects of two
 * identity providers, or the handles of two networks, may be equal, so each wants a namespace of its own.
 */
export const NAMESPACES: Namespaces = new Map(
  (['EXTERNAL', 'EMAIL', 'PHONE', 'DEVICE'] as const).map((semanticType) => {
    const key = semanticType.toLowerCase();
    return [key, toNamespace(newNamespace(key, semanticType))];
  }),
);
