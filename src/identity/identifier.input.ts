import { Field, InputType, ObjectType } from 'type-graphql';
import { DateTime, UserError } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';
import { IdentifierType, VerificationMethodEnum } from './identifier.type.js';
import type { VerificationMethod } from './verification-method.js';

@InputType()
abstract class HeldIdentifierInput {
  @Field(() => String, { description: 'The key of its namespace, such as `email`.' })
  namespace!: string;

  @Field(() => String, {
    description:
      'The identifier, in whatever spelling: it is normalized as at ingest. At most 256 characters.',
  })
  value!: string;
}

@InputType({ description: 'Which identifier was verified, how and when.' })
export class VerifyIdentifierInput extends HeldIdentifierInput {
  @Field(() => VerificationMethodEnum, { description: 'How the identifier was verified.' })
  method!: VerificationMethod;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the identifier was verified; not in the future. Absent or null = now.',
  })
  verifiedAt?: Date | null;
}

@InputType({ description: 'Which identifier gets which label.' })
export class LabelIdentifierInput extends HeldIdentifierInput {
  @Field(() => String, {
    nullable: true,
    description:
      'What it is to the person, such as `main` or `work`: lower-case letters, digits, `-`, `.`, `_`; at most 100. Absent or null removes the label that it bears.',
  })
  label?: string | null;
}

@InputType({ description: 'Which identifier to remove.' })
export class RemoveIdentifierInput extends HeldIdentifierInput {}

@ObjectType({ simpleResolvers: true, description: 'What became of the identifier.' })
export class IdentifierPayload {
  @Field(() => Profile, {
    nullable: true,
    description: 'The profile that holds it, or held it until it was removed; null when it was refused.',
  })
  profile?: Profile | null;

  @Field(() => IdentifierType, {
    nullable: true,
    description: 'The identifier as it is now, or was when it was removed; null when it was refused.',
  })
  identifier?: IdentifierType | null;

  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserError[];
}
