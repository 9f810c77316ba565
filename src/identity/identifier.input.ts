import { Field, ID, InputType } from 'type-graphql';
import { DateTime, payloadOf } from '../platform/graphql/index.js';
import type { Payload } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';
import { IdentifierType, VerificationMethodEnum } from './identifier.type.js';
import type { VerificationMethod } from './verification-method.js';

/** Which identifier is meant: by its id, or by what it is. */
@InputType()
export abstract class HeldIdentifierInput {
  @Field(() => ID, {
    nullable: true,
    description: 'The id of the identifier. Give it, or `namespace` and `value`.',
  })
  id?: string | null;

  @Field(() => String, { nullable: true, description: 'The key of its namespace, such as `email`.' })
  namespace?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Its value, in any spelling: it is normalized as at ingest. At most 256 characters.',
  })
  value?: string | null;
}

@InputType({ description: 'Which identifier was verified, how and when.' })
export class VerifyIdentifierInput extends HeldIdentifierInput {
  @Field(() => VerificationMethodEnum, { description: 'How it was verified.' })
  method!: VerificationMethod;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was verified; not in the future. Absent or null = now.',
  })
  verifiedAt?: Date | null;
}

@InputType({ description: 'Which identifier gets which label.' })
export class LabelIdentifierInput extends HeldIdentifierInput {
  @Field(() => String, {
    nullable: true,
    description:
      'What it is to the person, such as `main` or `work`: lower-case letters, digits, `-`, `.`, `_`; at most 100 characters. Absent or null removes the label.',
  })
  label?: string | null;
}

@InputType({ description: 'Which identifier to remove.' })
export class RemoveIdentifierInput extends HeldIdentifierInput {}

export const IdentifierPayload = payloadOf(
  {
    ...{ name: 'Identifier', noun: 'identifier', field: 'identifier', type: () => IdentifierType },
    description: 'The identifier as it is now, or was when it was removed; null when the change was refused.',
  },
  {
    profile: {
      type: () => Profile,
      description:
        'The profile that holds the identifier, or held it until it was removed; null when the change was refused.',
    },
  },
);
export type IdentifierPayload = Payload<'identifier' | 'profile'>;
