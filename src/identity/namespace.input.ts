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
      'How its values are brought into their canonical form. It cannot be changed while there are identifiers of it.',
  })
  normalizer?: Normalizer | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'From 0 to 1,000. If the identifiers of an item contradict each other, those of a lower priority are ignored.',
  })
  priority?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many identifiers of it one profile may have, from 1 to 1,000. Null = any number. Existing ones stay.',
  })
  maxPerProfile?: number | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'All values that identify nobody, such as `null`. Whole values are compared, in canonical form; case and surrounding quotes do not matter. At most 1,000 of 256 characters. Replaces the existing ones.',
  })
  blockedValues?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'All patterns of values that identify nobody, as docs/identity.md describes them; at most 50 of 200 characters. Replaces the existing ones.',
  })
  blockedPatterns?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether an identifier that two profiles share may merge them.',
  })
  canMergeProfiles?: boolean | null;
}

@InputType({
  description:
    'A new identifier namespace. Absent or null = the default of its semantic type, except where a field says otherwise.',
})
export class DefineIdentifierNamespaceInput extends NamespaceInput {
  @NewKey()
  key!: string;

  @Field(() => SemanticTypeEnum, {
    description: 'What its identifiers are. It cannot be changed.',
  })
  semanticType!: SemanticType;
}

@InputType({
  description:
    'Changes to an identifier namespace. Absent = unchanged; null = the default of its semantic type.',
})
export class UpdateIdentifierNamespaceInput extends NamespaceInput {
  @KnownKey()
  key!: string;

  @IfUnchangedSince()
  ifUnchangedSince?: Date | null;
}
