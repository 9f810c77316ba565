import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime, UserError } from '../platform/graphql/index.js';
import { Scope } from '../platform/index.js';
import type { Epoch, UnknownPolicy, UnusablePolicy } from './source.entity.js';
import { ApiKeyType } from './api-key.type.js';
import { EpochEnum, SourceType, UnknownPolicyEnum, UnusablePolicyEnum } from './source.type.js';

registerEnumType(Scope, {
  name: 'Scope',
  description: 'What an API key may do. Each stands alone: ADMIN does not include the others.',
  valuesConfig: {
    INGEST: { description: 'Send items.' },
    READ: { description: 'Read profiles, events, segments.' },
    READ_PII: {
      description:
        'See and compare personal values: identifiers, channels, names, and what definitions say is personal. Without it they are `***`.',
    },
    SUBSCRIBE: { description: 'Listen to changes.' },
    EXPORT: { description: 'Export audiences.' },
    MANAGE: { description: 'Change definitions (segments), merge profiles.' },
    ADMIN: { description: 'Manage sources and API keys.' },
  },
});

@ObjectType({
  simpleResolvers: true,
  description: 'A tenant: its people, definitions and keys are nobody else’s.',
})
export class WorkspaceType {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => String, { description: 'Its name for people.' })
  name!: string;

  @Field(() => String, {
    description:
      'In which dates begin and end, for rules of segments: an IANA name such as `Europe/Brussels`.',
  })
  timeZone!: string;

  @Field(() => String, {
    description:
      'The currency of amounts that name none, and the one that figures over money are in: an ISO 4217 code. `USD` until it is set.',
  })
  currency!: string;
}

@InputType({ description: 'Changes to the workspace; what is absent stays as it is.' })
export class UpdateWorkspaceInput {
  @Field(() => String, { nullable: true, description: 'The name for people; at most 200 characters.' })
  name?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'In which dates begin and end: an IANA name such as `Europe/Brussels`. Segments follow.',
  })
  timeZone?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The currency of amounts that name none, and the one that figures over money are in: an ISO 4217 code such as `EUR`, in any case. Nothing is converted. Segments follow.',
  })
  currency?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'What became of the workspace.' })
export class WorkspacePayload {
  @Field(() => WorkspaceType, { nullable: true, description: 'The workspace; null when it was refused.' })
  workspace?: WorkspaceType | null;

  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: 'Bounds that hold for every key.' })
export class Limits {
  @Field(() => Int, { description: 'Items in one batch of ingest.' })
  ingestItems!: number;

  @Field(() => Int, { description: 'Bytes in one request.' })
  requestBytes!: number;

  @Field(() => Int, { description: 'Items in one page of a list.' })
  pageSize!: number;

  @Field(() => Int, { description: 'Objects that one operation may ask for.' })
  operationCost!: number;
}

@ObjectType({ simpleResolvers: true, description: 'Who is asking.' })
export class Viewer {
  @Field(() => WorkspaceType, { description: 'The workspace that the key belongs to.' })
  workspace!: WorkspaceType;

  @Field(() => SourceType, { nullable: true, description: 'The source in whose name the key writes.' })
  source!: SourceType | null;

  @Field(() => String, { description: 'The name of the key.' })
  keyName!: string;

  @Field(() => [Scope], { description: 'What the key may do.' })
  scopes!: Scope[];

  @Field(() => Limits, { description: 'Bounds of what can be asked and sent.' })
  limits!: Limits;
}

@InputType()
abstract class SourceInput {
  @Field(() => UnknownPolicyEnum, {
    nullable: true,
    description: 'What becomes of attributes that nobody has defined. A new source discovers them.',
  })
  unknownAttributes?: UnknownPolicy | null;

  @Field(() => UnknownPolicyEnum, {
    nullable: true,
    description:
      'What becomes of types of events, and of their properties, that nobody has defined. A new source discovers them.',
  })
  unknownEvents?: UnknownPolicy | null;

  @Field(() => UnusablePolicyEnum, {
    nullable: true,
    description:
      'What becomes of tags, terms and schemas that nobody has defined. A new source warns of them.',
  })
  unknownTags?: UnusablePolicy | null;

  @Field(() => UnusablePolicyEnum, {
    nullable: true,
    description:
      'What becomes of attributes whose values are not what their definitions take. A new source warns of them.',
  })
  mistypedAttributes?: UnusablePolicy | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Where phone numbers without a country code belong: two letters of ISO 3166-1, such as `NL`. Null = they are not taken, as with a new source.',
  })
  defaultCountry?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Where times without an offset are told: an IANA name, such as `Europe/Brussels`. Null = they are not taken, as with a new source.',
  })
  timeZone?: string | null;

  @Field(() => EpochEnum, {
    nullable: true,
    description:
      'What numbers that stand for instants count. Null = they are not taken, as with a new source.',
  })
  epoch?: Epoch | null;
}

@InputType({ description: 'Changes to a source; what is absent stays as it is.' })
export class UpdateSourceInput extends SourceInput {
  @Field(() => String, { description: 'The key of the source.' })
  key!: string;

  @Field(() => String, { nullable: true, description: 'The name for people; at most 200 characters.' })
  name?: string | null;
}

@InputType({ description: 'A new source.' })
export class CreateSourceInput extends SourceInput {
  @Field(() => String, {
    description:
      'The name under which programs refer to it: lower-case letters, digits, `-`, `.`, `_`; at most 100.',
  })
  key!: string;

  @Field(() => String, { description: 'The name for people; at most 200 characters.' })
  name!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What became of the source.' })
export class SourcePayload {
  @Field(() => SourceType, { nullable: true, description: 'The source; null when it was refused.' })
  source?: SourceType | null;

  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserError[];
}

@InputType({ description: 'A new API key.' })
export class CreateApiKeyInput {
  @Field(() => String, { description: 'What it is for; at most 200 characters.' })
  name!: string;

  @Field(() => String, { defaultValue: 'default', description: 'Key of the source in whose name it writes.' })
  source!: string;

  @Field(() => [Scope], { description: 'What it may do: at least one.' })
  scopes!: Scope[];

  @Field(() => DateTime, { nullable: true, description: 'When it stops working by itself; absent = never.' })
  expiresAt?: Date | null;
}

@InputType({ description: 'Which API key to revoke.' })
export class RevokeApiKeyInput {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What became of the API key.' })
export class ApiKeyPayload {
  @Field(() => ApiKeyType, { nullable: true, description: 'The key; null when it was refused.' })
  apiKey?: ApiKeyType | null;

  @Field(() => String, {
    nullable: true,
    description: 'The key to send as `Authorization: Bearer …`: shown only now, when it is created.',
  })
  secret?: string | null;

  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserError[];
}
