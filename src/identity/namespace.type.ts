import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DefinitionType } from '../definitions/index.js';
import type { Standing } from '../definitions/index.js';
import { NAMESPACE_PREFIX } from './namespace-catalogue.js';
import type { Namespace, SemanticType } from './namespaces.js';
import { NORMALIZERS } from '../platform/index.js';
import type { Normalizer } from '../platform/index.js';
import { SEMANTIC_DEFAULTS } from './semantic-types.js';

export const SemanticTypeEnum = namesOf(SEMANTIC_DEFAULTS);
registerEnumType(SemanticTypeEnum, {
  name: 'SemanticType',
  description: 'What an identifier is, whatever its namespace. It also sets the defaults of namespaces.',
  valuesConfig: {
    EXTERNAL: {
      description:
        'An id in a system of yours, such as a customer number. Priority 400, at most one in a profile.',
    },
    OAUTH: {
      description:
        'The subject of an account at an identity provider; give each provider a namespace. Priority 350.',
    },
    EMAIL: { description: 'An e-mail address. Priority 300.' },
    PHONE: { description: 'A phone number. Priority 200.' },
    SOCIAL: {
      description: 'A handle in a social network; give each network a namespace. Priority 150.',
    },
    UUID: { description: 'A UUID that some system made. Priority 150.' },
    DEVICE: { description: 'A device, browser or installed app. Priority 100.' },
    OTHER: { description: 'Anything else. Priority 50.' },
  },
});

export const NormalizerEnum = namesOf(NORMALIZERS);
registerEnumType(NormalizerEnum, {
  name: 'Normalizer',
  description:
    'How identifiers are brought into their canonical form. None may be longer than 256 characters.',
  valuesConfig: Object.fromEntries(
    Object.entries(NORMALIZERS).map(([name, { description }]) => [name, { description }]),
  ),
});

@ObjectType('IdentifierNamespace', {
  implements: DefinitionType,
  simpleResolvers: true,
  description:
    'A namespace of identifiers, such as `email`: how its values are normalized, and how far they are trusted.',
})
export class NamespaceType extends DefinitionType {
  readonly typeName = 'IdentifierNamespace';

  @Field(() => SemanticTypeEnum, { description: 'What its identifiers are.' })
  semanticType!: SemanticType;

  @Field(() => NormalizerEnum, { description: 'How its values are brought into their canonical form.' })
  normalizer!: Normalizer;

  @Field(() => String, { description: 'What a value must look like, in plain English.' })
  expects!: string;

  @Field(() => Int, {
    description:
      'From 0 to 1,000. If the identifiers of an item contradict each other, those of a lower priority are ignored.',
  })
  priority!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'How many identifiers of it one profile may have, from 1 to 1,000. Null = any number.',
  })
  maxPerProfile!: number | null;

  @Field(() => [String], {
    description:
      'Values that identify nobody, such as `null` or `unknown`. Whole values are compared, in canonical form; case and surrounding quotes do not matter. At most 1,000.',
  })
  blockedValues!: readonly string[];

  @Field(() => [String], {
    description:
      'Patterns of values that identify nobody, in a subset of regular expressions that docs/identity.md describes. They match anywhere in the canonical form unless `^` and `$` say otherwise. Case matters. At most 50.',
  })
  blockedPatterns!: readonly string[];

  @Field(() => Boolean, {
    description: 'Whether an identifier that two profiles share may merge them.',
  })
  canMergeProfiles!: boolean;

  @Field(() => Boolean, {
    description:
      'Whether its values are personal: its semantic type is EMAIL, PHONE or SOCIAL, or its key looks personal, such as `passport`. Only API keys with READ_PII can find people by them.',
  })
  isPersonal!: boolean;

  constructor(namespace: Standing<Namespace>) {
    super(NAMESPACE_PREFIX, namespace);
    this.semanticType = namespace.semanticType;
    this.normalizer = namespace.normalizer;
    this.expects = namespace.expects;
    this.priority = namespace.priority;
    this.maxPerProfile = namespace.maxPerProfile;
    this.blockedValues = namespace.blockedValues;
    this.blockedPatterns = namespace.blockedPatterns;
    this.canMergeProfiles = namespace.canMergeProfiles;
    this.isPersonal = namespace.isPersonal;
  }
}

/** An enum of the names in a catalogue. */
function namesOf<Name extends string>(catalogue: Record<Name, unknown>): { [N in Name]: N } {
  return Object.fromEntries(Object.keys(catalogue).map((name) => [name, name])) as { [N in Name]: N };
}
