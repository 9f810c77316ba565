import { Field, InputType, Int } from 'type-graphql';
import { DefinitionInput, KnownKey, NewKey } from '../definitions/index.js';
import { IfUnchangedSince } from '../platform/graphql/index.js';
import type { SemanticType } from './namespaces.js';
import { NormalizerEnum, SemanticTypeEnum } from './namespace.type.js';
import type { Normalizer } from '../platform/index.js';

@InputType()
abstract class NamespaceInput extends DefinitionInput {
  @Field(() => NormalizerEnum, {
    nullable: true,
    description:
      'How its values are brought into their canonical form. Cannot be changed while there are identifiers of it.',
  })
  normalizer?: Normalizer | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'From 0 to 1,000. Where the identifiers of an item cannot all be true, those of a lower priority give way.',
  })
  priority?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many of them one profile may hold, from 1 to 1,000; null = any number. What is held already stays.',
  })
  maxPerProfile?: number | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'All values that stand for nobody in particular, compared as a whole, in canonical form, whatever their case and quotes around them; at most 1,000 of 256 characters. Replaces those there were.',
  })
  blockedValues?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'All patterns of such values, as docs/identity.md describes them; at most 50 of 200 characters. Replaces those there were.',
  })
  blockedPatterns?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it may prove that two profiles are one person, and so merge them.',
  })
  canMergeProfiles?: boolean | null;
}

@InputType({
  description: 'A new kind of identifier; what is absent or null is as its semantic type says.',
})
export class DefineIdentifierNamespaceInput extends NamespaceInput {
  @NewKey()
  key!: string;

  @Field(() => SemanticTypeEnum, {
    description: 'What its identifiers are of their nature. Cannot be changed.',
  })
  semanticType!: SemanticType;
}

@InputType({
  description:
    'Changes to a kind of identifier; what is absent stays as it is, null makes it as its semantic type says.',
})
export class UpdateIdentifierNamespaceInput extends NamespaceInput {
  @KnownKey()
  key!: string;

  @IfUnchangedSince()
  ifUnchangedSince?: Date | null;
}
