import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { SourceType } from '../access/source.type.js';
import { connectionOf, DateTime, Node } from '../platform/graphql/index.js';
import type { Connection } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';
import type { IdentifierRow } from './identifier.reads.js';
import { NamespaceType, SemanticTypeEnum } from './namespace.type.js';
import type { SemanticType } from './namespaces.js';
import type { VerificationMethod } from './verification-method.js';

export const VerificationMethodEnum = {
  CODE: 'CODE',
  LINK: 'LINK',
  MANUAL: 'MANUAL',
  IMPORTED: 'IMPORTED',
} as const;
registerEnumType(VerificationMethodEnum, {
  name: 'VerificationMethod',
  description: 'How an identifier was verified as the person’s own.',
  valuesConfig: {
    CODE: { description: 'The person repeated a one-time code that was sent to it.' },
    LINK: { description: 'The person followed a magic link that was sent to it.' },
    MANUAL: { description: 'One of your people verified it.' },
    IMPORTED: { description: 'Another system says that it was verified there.' },
  },
});

/** What is shown of an identifier besides its row. */
type Shown = Pick<IdentifierType, 'namespace' | 'value' | 'isMasked' | 'label' | 'source' | 'profile'>;

@ObjectType('Identifier', {
  implements: Node,
  simpleResolvers: true,
  description: 'A namespace and a value by which a person is recognized. It links facts to that person.',
})
export class IdentifierType extends Node {
  readonly typeName = 'Identifier';

  @Field(() => NamespaceType, { description: 'The namespace, such as that of e-mail addresses.' })
  namespace!: NamespaceType;

  @Field(() => String, { description: 'The key of the namespace, such as `external` or `email`.' })
  namespaceKey!: string;

  @Field(() => SemanticTypeEnum, { description: 'The semantic type of the namespace.' })
  semanticType!: SemanticType;

  @Field(() => String, {
    description:
      'The value in its canonical form: an e-mail address in lower case, a phone number as E.164. `***` where `isMasked`.',
  })
  value!: string;

  @Field(() => Boolean, { description: 'Whether `value` is hidden because the API key lacks READ_PII.' })
  isMasked!: boolean;

  @Field(() => Profile, {
    nullable: true,
    description: 'The profile that holds the identifier; null for one that was just removed.',
  })
  profile!: Profile | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What it is to the person, such as `main` or `work`. In a profile, at most one identifier of a semantic type shows a given label; null = none.',
  })
  label!: string | null;

  @Field(() => SourceType, {
    nullable: true,
    description: 'The source that first sent it; null when that source is unknown.',
  })
  source!: SourceType | null;

  @Field(() => DateTime, { description: 'When it was first sent here.' })
  firstSeenAt!: Date;

  @Field(() => DateTime, {
    description: 'When it was last sent here, to the hour: it may have been up to an hour later.',
  })
  lastSeenAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was verified as the person’s own; null = it was not.',
  })
  verifiedAt!: Date | null;

  @Field(() => VerificationMethodEnum, {
    nullable: true,
    description: 'How it was verified; null = it was not.',
  })
  verifiedBy!: VerificationMethod | null;

  constructor(row: IdentifierRow, { namespace, value, isMasked, label, source, profile }: Shown) {
    super('identifier', row.id);
    this.namespace = namespace;
    this.namespaceKey = row.namespace;
    this.semanticType = namespace.semanticType;
    this.value = value;
    this.isMasked = isMasked;
    this.profile = profile;
    this.label = label;
    this.source = source;
    this.firstSeenAt = row.firstSeenAt;
    this.lastSeenAt = row.lastSeenAt;
    this.verifiedAt = row.verifiedAt;
    this.verifiedBy = row.verifiedBy;
  }
}

export const IdentifierConnection = connectionOf('Identifier', () => IdentifierType as never);
export type IdentifierConnection = Connection<IdentifierType>;
