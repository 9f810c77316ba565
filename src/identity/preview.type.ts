import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { SourceType } from '../access/source.type.js';
import { DateTime, Json } from '../platform/graphql/index.js';
import { AttributeDefinitionType } from '../profiles/attribute-definition.type.js';
import { Profile } from '../profiles/profile.type.js';
import { MovedCount } from './merge.type.js';
import { NamespaceType } from './namespace.type.js';

@ObjectType({ simpleResolvers: true, description: 'One profile that a merge would absorb.' })
export class PreviewedMerge {
  @Field(() => Profile, { description: 'The profile that would go into the survivor.' })
  absorbed!: Profile;

  @Field(() => [MovedCount], { description: 'What of it would move, by kind: at most 20 kinds.' })
  moved!: MovedCount[];
}

@ObjectType({ simpleResolvers: true, description: 'What one of the profiles says of an attribute.' })
export class PreviewedFact {
  @Field(() => Profile, { description: 'The profile that brings it.' })
  profile!: Profile;

  @Field(() => Json, {
    nullable: true,
    description: 'The value; null when it is masked, or when the profile says that there is none any longer.',
  })
  value!: unknown;

  @Field(() => Boolean, { description: 'Whether a value is hidden, because the key lacks READ_PII.' })
  isMasked!: boolean;

  @Field(() => SourceType, { nullable: true, description: 'The source that said so.' })
  source!: SourceType | null;

  @Field(() => DateTime, { description: 'The instant for which it was said.' })
  setAt!: Date;

  @Field(() => String, { description: 'For people: why it stands, or why it gives way.' })
  reason!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What would become of an attribute in a merge.' })
export class PreviewedAttribute {
  @Field(() => String, { description: 'The key of the attribute.' })
  key!: string;

  @Field(() => AttributeDefinitionType, {
    nullable: true,
    description: 'The definition of the attribute; null when nobody has defined it.',
  })
  definition!: AttributeDefinitionType | null;

  @Field(() => PreviewedFact, { description: 'What would stand afterwards.' })
  stands!: PreviewedFact;

  @Field(() => [PreviewedFact], {
    description:
      'What the others say, the strongest first: at most 19. An undo brings it back. Empty when only one does.',
  })
  givesWay!: PreviewedFact[];
}

@ObjectType({
  simpleResolvers: true,
  description:
    'A profile would hold more identifiers of a namespace than its limit. No item may bring that about; a merge by hand may.',
})
export class ExceededLimit {
  @Field(() => NamespaceType, { description: 'The namespace.' })
  namespace!: NamespaceType;

  @Field(() => String, { description: 'The key of the namespace.' })
  namespaceKey!: string;

  @Field(() => Int, { description: 'How many the profile would hold.' })
  count!: number;

  @Field(() => Int, { description: 'How many the namespace allows.' })
  limit!: number;
}

@ObjectType({ simpleResolvers: true, description: 'What `mergeProfiles` would do. Nothing has been done.' })
export class MergePreview {
  @Field(() => Profile, { description: 'The profile that would stay.' })
  survivor!: Profile;

  @Field(() => String, { description: 'For people: why that one stays.' })
  survivorReason!: string;

  @Field(() => [PreviewedMerge], { description: 'One for each profile that would be absorbed: at most 19.' })
  merges!: PreviewedMerge[];

  @Field(() => [PreviewedAttribute], {
    description: 'What would become of each attribute, by key in alphabetical order.',
  })
  attributes!: PreviewedAttribute[];

  @Field(() => [ExceededLimit], {
    description:
      'Limits of namespaces that the profile would exceed: at most 100. They do not hold for a merge by hand.',
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
  description: 'What an item does to who is who.',
  valuesConfig: {
    CREATE: { description: 'Nobody holds its identifiers: there is a new profile.' },
    ATTACH: { description: 'One profile holds some of them and gets the others.' },
    MATCH: { description: 'One profile holds all of them: nobody changes hands.' },
    MERGE: { description: 'Several profiles hold them, and become one.' },
    BLOCKED: { description: 'All of them stand for nobody in particular: the item is rejected.' },
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
    KEPT: { description: 'It tells who the item is about.' },
    DEMOTED: { description: 'It is left aside, for with it the item would link what may not be linked.' },
    BLOCKED: { description: 'It is left aside, for it stands for nobody in particular.' },
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

  @Field(() => Boolean, { description: 'Whether `value` is hidden, because the key lacks READ_PII.' })
  isMasked!: boolean;

  @Field(() => IdentifierFate, { description: 'What would be done with it.' })
  fate!: IdentifierFate;

  @Field(() => Profile, { nullable: true, description: 'Whoever holds it now; null when nobody does.' })
  heldBy!: Profile | null;

  @Field(() => String, { description: 'For people: why.' })
  reason!: string;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What an item with these identifiers would do. Nothing has been done.',
})
export class IdentityPreview {
  @Field(() => IdentityOutcome, { description: 'What it would do to who is who.' })
  outcome!: IdentityOutcome;

  @Field(() => [Profile], { description: 'The profiles that the identifiers kept lead to: at most 20.' })
  profiles!: Profile[];

  @Field(() => Profile, {
    nullable: true,
    description: 'The profile that the item would be about; null when that is a new one, or nobody.',
  })
  survivor!: Profile | null;

  @Field(() => [PreviewedIdentifier], {
    description:
      'What would be done with each identifier, at most 20, in the order given; a repeated one once.',
  })
  identifiers!: PreviewedIdentifier[];

  @Field(() => [String], {
    description: 'For people: why it would be so, in at most 21 sentences. The wording may change.',
  })
  reasons!: string[];
}
