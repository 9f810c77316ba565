import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { UserError } from '../platform/graphql/index.js';
import type { SemanticType } from './namespaces.js';
import { NamespaceType, NormaliserEnum, SemanticTypeEnum } from './namespace.type.js';
import type { Normaliser } from '../platform/index.js';

@InputType()
abstract class NamespaceInput {
  @Field(() => NormaliserEnum, {
    nullable: true,
    description:
      'How its values are brought into their canonical form. Cannot be changed while there are identifiers of it.',
  })
  normaliser?: Normaliser | null;

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
  causesMerges?: boolean | null;
}

@InputType({
  description: 'A new kind of identifier; what is absent is as its semantic type says.',
})
export class DefineIdentifierNamespaceInput extends NamespaceInput {
  @Field(() => String, {
    description:
      'The name under which items refer to it: lower-case letters, digits, `-`, `.`, `_`; at most 100. Cannot be changed.',
  })
  key!: string;

  @Field(() => SemanticTypeEnum, {
    description: 'What its identifiers are of their nature. Cannot be changed.',
  })
  semanticType!: SemanticType;
}

@InputType({ description: 'Changes to a kind of identifier; what is absent stays as it is.' })
export class UpdateIdentifierNamespaceInput extends NamespaceInput {
  @Field(() => String, { description: 'The key of the namespace; it may be a shipped one.' })
  key!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What became of the namespace.' })
export class DeleteIdentifierNamespacePayload {
  @Field(() => String, {
    nullable: true,
    description: 'The key of the namespace; null when it was refused.',
  })
  deletedKey?: string | null;

  @Field(() => NamespaceType, {
    nullable: true,
    description: 'What holds again of a shipped namespace; null when it was one of your own, or was refused.',
  })
  namespace?: NamespaceType | null;

  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserError[];
}
