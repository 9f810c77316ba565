import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionOf, DateTime, IfUnchangedSince, payloadOf } from '../platform/graphql/index.js';
import type { Connection, Payload } from '../platform/graphql/index.js';
import { Scope } from '../platform/index.js';
import type { Epoch, UnknownPolicy, UnusablePolicy } from './source.entity.js';
import { ApiKeyType } from './api-key.type.js';
import { EpochEnum, SourceType, UnknownPolicyEnum, UnusablePolicyEnum } from './source.type.js';
import { WorkspaceType } from './workspace.type.js';

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
    MANAGE: { description: 'Change definitions and segments, merge profiles.' },
    ADMIN: { description: 'Manage sources and API keys.' },
  },
});

@InputType({ description: 'Changes to the workspace. Absent = unchanged.' })
export class UpdateWorkspaceInput {
  @Field(() => String, {
    nullable: true,
    description: 'The display name; at most 200 characters. Null is refused.',
  })
  name?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The time zone in which dates begin and end: an IANA name such as `Europe/Brussels`. Null is refused. Segments that depend on dates are rebuilt.',
  })
  timeZone?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The currency of amounts that name none, and of figures over money: an ISO 4217 code such as `EUR`, in any case. Null is refused. Nothing is converted; segments that depend on sums of money are rebuilt.',
  })
  currency?: string | null;

  @IfUnchangedSince()
  ifUnchangedSince?: Date | null;
}

export const WorkspacePayload = payloadOf({
  ...{ name: 'Workspace', noun: 'workspace', field: 'workspace' },
  type: () => WorkspaceType,
});
export type WorkspacePayload = Payload<'workspace'>;

@ObjectType({ simpleResolvers: true, description: 'Limits that apply to every API key.' })
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

@ObjectType({ simpleResolvers: true, description: 'The caller: an API key and its workspace.' })
export class Viewer {
  @Field(() => WorkspaceType, { description: 'The workspace that the key belongs to.' })
  workspace!: WorkspaceType;

  @Field(() => SourceType, {
    nullable: true,
    description: 'The source that the key writes as; null if it is unknown.',
  })
  source!: SourceType | null;

  @Field(() => String, { description: 'The name of the key.' })
  keyName!: string;

  @Field(() => [Scope], { description: 'What the key may do: at most 7 scopes.' })
  scopes!: Scope[];

  @Field(() => Limits, { description: 'Limits on what can be asked and sent.' })
  limits!: Limits;
}

@InputType()
abstract class SourceInput {
  @Field(() => UnknownPolicyEnum, {
    nullable: true,
    description:
      'What happens to attributes that are not defined. A new source discovers them. Null is refused.',
  })
  unknownAttributes?: UnknownPolicy | null;

  @Field(() => UnknownPolicyEnum, {
    nullable: true,
    description:
      'What happens to event types, and to their properties, that are not defined. A new source discovers them. Null is refused.',
  })
  unknownEvents?: UnknownPolicy | null;

  @Field(() => UnusablePolicyEnum, {
    nullable: true,
    description:
      'What happens to tags, terms and schemas that are not defined. A new source warns of them. Null is refused.',
  })
  unknownTags?: UnusablePolicy | null;

  @Field(() => UnusablePolicyEnum, {
    nullable: true,
    description:
      'What happens to attributes whose values do not fit their definitions. A new source warns of them. Null is refused.',
  })
  mistypedAttributes?: UnusablePolicy | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The country of phone numbers without a country code: two letters of ISO 3166-1, such as `NL`. Null = such numbers are not accepted, as with a new source.',
  })
  defaultCountry?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The time zone of times without an offset: an IANA name such as `Europe/Brussels`. Null = such times are not accepted, as with a new source.',
  })
  timeZone?: string | null;

  @Field(() => EpochEnum, {
    nullable: true,
    description: 'The unit of numeric timestamps. Null = they are not accepted, as with a new source.',
  })
  epoch?: Epoch | null;
}

@InputType({
  description: 'Changes to a source. Absent = unchanged; null = cleared, or refused with `REQUIRED`.',
})
export class UpdateSourceInput extends SourceInput {
  @Field(() => String, { description: 'The key of the source.' })
  key!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The display name; at most 200 characters. Null is refused.',
  })
  name?: string | null;

  @IfUnchangedSince()
  ifUnchangedSince?: Date | null;
}

@InputType({ description: 'A new source.' })
export class CreateSourceInput extends SourceInput {
  @Field(() => String, {
    description:
      'The name under which programs refer to it: lower-case letters, digits, `-`, `.`, `_`; at most 100.',
  })
  key!: string;

  @Field(() => String, { description: 'The display name; at most 200 characters.' })
  name!: string;
}

export const SourcePayload = payloadOf({
  ...{ name: 'Source', noun: 'source', field: 'source', type: () => SourceType },
});
export type SourcePayload = Payload<'source'>;

@InputType({ description: 'A new API key.' })
export class CreateApiKeyInput {
  @Field(() => String, { description: 'What it is for; at most 200 characters.' })
  name!: string;

  @Field(() => String, { defaultValue: 'default', description: 'The key of the source that it writes as.' })
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

const apiKey = { noun: 'API key', field: 'apiKey', type: () => ApiKeyType } as const;

export const ApiKeyPayload = payloadOf({ name: 'ApiKey', ...apiKey });
export type ApiKeyPayload = Payload<'apiKey'>;

export const CreateApiKeyPayload = payloadOf(
  { name: 'CreateApiKey', ...apiKey },
  {
    secret: {
      type: () => String,
      description:
        'The key to send as `Authorization: Bearer …`. It is shown only here, and never again. Null when the creation was refused.',
    },
  },
);
export type CreateApiKeyPayload = Payload<'apiKey' | 'secret'>;

@InputType({ description: 'Which API keys: those that match every field given.' })
export class ApiKeyFilterInput {
  @Field(() => Boolean, {
    nullable: true,
    description: '`true`: only keys that work now; `false`: only those that are revoked or have expired.',
  })
  isActive?: boolean | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Only API keys that write as one of the sources with these keys, at most 1,000.',
  })
  sources?: string[] | null;

  @Field(() => [Scope], {
    nullable: true,
    description: 'Only keys that have all of these scopes; at most 7.',
  })
  scopes?: Scope[] | null;
}

export const ApiKeyConnection = connectionOf('ApiKey', () => ApiKeyType as never);
export type ApiKeyConnection = Connection<ApiKeyType>;

export const SourceConnection = connectionOf('Source', () => SourceType as never);
export type SourceConnection = Connection<SourceType>;
