import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { SourceType } from '../access/source.type.js';
import { DateTime } from '../platform/graphql/index.js';
import type { IdentifierRow } from './identifier.reads.js';
import { SemanticTypeEnum } from './namespace.type.js';
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
  description: 'How it was made sure that an identifier is the person’s own.',
  valuesConfig: {
    CODE: { description: 'They repeated a one-time code that was sent to it.' },
    LINK: { description: 'They followed a magic link that was sent to it.' },
    MANUAL: { description: 'One of your people made sure of it.' },
    IMPORTED: { description: 'Another system says that it was verified there.' },
  },
});

@ObjectType('Identifier', {
  simpleResolvers: true,
  description: 'Something that tells who a person is, and so links facts to them.',
})
export class IdentifierType {
  @Field(() => String, { description: 'The key of its namespace, such as `external` or `email`.' })
  namespace!: string;

  @Field(() => SemanticTypeEnum, { description: 'What it is of its nature: that of its namespace.' })
  semanticType!: SemanticType;

  @Field(() => String, {
    description:
      'The value in its canonical form (e-mail in lower case, phone as E.164). `***` without the scope READ_PII.',
  })
  value!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'What it is to the person, such as `main` or `work`. At most one identifier of a semantic type in a profile bears a label; null = none.',
  })
  label!: string | null;

  @Field(() => SourceType, { nullable: true, description: 'The source that brought it first.' })
  source!: SourceType | null;

  @Field(() => DateTime, { description: 'When it was first sent here.' })
  firstSeenAt!: Date;

  @Field(() => DateTime, {
    description: 'When it was last sent here, to the hour: it may have been up to an hour later.',
  })
  lastSeenAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the identifier was verified as the person’s own; null = it was not.',
  })
  verifiedAt!: Date | null;

  @Field(() => VerificationMethodEnum, {
    nullable: true,
    description: 'How the identifier was verified; null = it was not.',
  })
  verifiedBy!: VerificationMethod | null;

  constructor(
    readonly row: IdentifierRow,
    shown: Pick<IdentifierType, 'semanticType' | 'value' | 'label' | 'source'>,
  ) {
    this.namespace = row.namespace;
    this.semanticType = shown.semanticType;
    this.value = shown.value;
    this.label = shown.label;
    this.source = shown.source;
    this.firstSeenAt = row.firstSeenAt;
    this.lastSeenAt = row.lastSeenAt;
    this.verifiedAt = row.verifiedAt;
    this.verifiedBy = row.verifiedBy;
  }
}
