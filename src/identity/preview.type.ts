import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { SourceType } from '../access/source.type.js';
import { DateTime, Json } from '../platform/graphql/index.js';
import { AttributeDefinitionType } from '../profiles/attribute-definition.type.js';
import { Profile } from '../profiles/profile.type.js';
import { MovedCount } from './merge.type.js';
import { NamespaceType } from './namespace.type.js';

@ObjectType({ simpleResolvers: true, description: 'One profile that a merge would absorb.' })
export class PreviewedMerge {
  @Field(() => Profile, { description: 'The profile that would be absorbed.' })
  absorbed!: Profile;

  @Field(() => [MovedCount], { description: 'What would move, by kind: at most 20 kinds.' })
  moved!: MovedCount[];
}

@ObjectType({ simpleResolvers: true, description: 'The value of an attribute in one of the profiles.' })
export class PreviewedFact {
  @Field(() => Profile, { description: 'The profile that has it.' })
  profile!: Profile;

  @Field(() => Json, {
    nullable: true,
    description: 'The value. Null where `isMasked`, and where a source removed it.',
  })
  value!: unknown;

  @Field(() => Boolean, { description: 'Whether `value` is hidden because the API key lacks READ_PII.' })
  isMasked!: boolean;

  @Field(() => SourceType, { nullable: true, description: 'The source that sent it.' })
  source!: SourceType | null;

  @Field(() => DateTime, { description: 'The `occurredAt` of the item that set it.' })
  setAt!: Date;

  @Field(() => String, { description: 'Why it would be current or not, in plain English.' })
  reason!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What would become of an attribute in a merge.' })
export class PreviewedAttribute {
  @Field(() => String, { description: 'The key of the attribute.' })
  key!: string;

  @Field(() => AttributeDefinitionType, {
    nullable: true,
    description: 'The definition of the attribute; null if it is not defined.',
  })
  definition!: AttributeDefinitionType | null;

  @Field(() => PreviewedFact, { description: 'The value that would be current afterwards.' })
  stands!: PreviewedFact;

  @Field(() => [PreviewedFact], {
    description:
      'The values of the other profiles, strongest first: at most 19. Undoing the merge restores them. Empty if there are none.',
  })
  givesWay!: PreviewedFact[];
}

@ObjectType({
  simpleResolvers: true,
  description:
    'A profile would have more identifiers of a namespace than the namespace allows. Items cannot cause that; a manual merge can.',
})
export class ExceededLimit {
  @Field(() => NamespaceType, { description: 'The namespace.' })
  namespace!: NamespaceType;

  @Field(() => String, { description: 'The key of the namespace.' })
  namespaceKey!: string;

  @Field(() => Int, { description: 'How many the profile would have.' })
  count!: number;

  @Field(() => Int, { description: 'How many the namespace allows.' })
  limit!: number;
}

@ObjectType({ simpleResolvers: true, description: 'What `mergeProfiles` would do. Nothing has been done.' })
export class MergePreview {
  @Field(() => Profile, { description: 'The profile that would stay.' })
  survivor!: Profile;

  @Field(() => String, { description: 'Why that one stays, in plain English.' })
  survivorReason!: string;

  @Field(() => [PreviewedMerge], { description: 'One for each profile that would be absorbed: at most 19.' })
  merges!: PreviewedMerge[];

  @Field(() => [PreviewedAttribute], {
    description: 'What would become of each attribute, by key in alphabetical order.',
  })
  attributes!: PreviewedAttribute[];

  @Field(() => [ExceededLimit], {
    description:
      'Limits of namespaces that the profile would exceed: at most 100. They do not apply to a manual merge.',
  })
  exceededLimits!: ExceededLimit[];
}

export enum IdentityOutcome {
  CREATE = 'CREATE',
  ATTACH = 'ATTACH',
  MATCH = 'MATCH',
  MERGE = 'MERGE',
  BLOCKED = 'BLOCKED',
}
registerEnumType(IdentityOutcome, {
  name: 'IdentityOutcome',
  description: 'What an item would do to profiles.',
  valuesConfig: {
    CREATE: { description: 'No profile has any of the identifiers: a new one is created.' },
    ATTACH: { description: 'One profile has some of the identifiers and gets the others.' },
    MATCH: { description: 'One profile has all of the identifiers.' },
    MERGE: { description: 'Several profiles have the identifiers and are merged.' },
    BLOCKED: { description: 'None of the identifiers identifies anybody: the item is rejected.' },
  },
});

export enum IdentifierFate {
  KEPT = 'KEPT',
  DEMOTED = 'DEMOTED',
  BLOCKED = 'BLOCKED',
}
registerEnumType(IdentifierFate, {
  name: 'IdentifierFate',
  description: 'What is done with an identifier of an item.',
  valuesConfig: {
    KEPT: { description: 'Used to find the profile of the item.' },
    DEMOTED: {
      description:
        'Ignored: using it would have joined profiles that must stay separate, and it had the lowest priority.',
    },
    BLOCKED: { description: 'Ignored: its namespace lists the value among those that identify nobody.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'What would be done with one identifier of an item.' })
export class PreviewedIdentifier {
  @Field(() => NamespaceType, { description: 'Its namespace.' })
  namespace!: NamespaceType;

  @Field(() => String, { description: 'The key of its namespace.' })
  namespaceKey!: string;

  @Field(() => String, { description: 'Its value in canonical form. `***` where `isMasked`.' })
  value!: string;

  @Field(() => Boolean, { description: 'Whether `value` is hidden because the API key lacks READ_PII.' })
  isMasked!: boolean;

  @Field(() => IdentifierFate, { description: 'What would be done with it.' })
  fate!: IdentifierFate;

  @Field(() => Profile, { nullable: true, description: 'The profile that has it now; null if none does.' })
  heldBy!: Profile | null;

  @Field(() => String, { description: 'The reason, in plain English.' })
  reason!: string;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What an item with these identifiers would do. Nothing has been done.',
})
export class IdentityPreview {
  @Field(() => IdentityOutcome, { description: 'What it would do to profiles.' })
  outcome!: IdentityOutcome;

  @Field(() => [Profile], {
    description: 'The profiles that have the identifiers that are used: at most 20.',
  })
  profiles!: Profile[];

  @Field(() => Profile, {
    nullable: true,
    description:
      'The profile that the item would belong to. Null if it would be a new one, or if the item would be rejected.',
  })
  survivor!: Profile | null;

  @Field(() => [PreviewedIdentifier], {
    description:
      'What would be done with each identifier, at most 20, in the order given; a repeated one once.',
  })
  identifiers!: PreviewedIdentifier[];

  @Field(() => [String], {
    description: 'The reasons in plain English: at most 21 sentences. The wording may change.',
  })
  reasons!: string[];
}
