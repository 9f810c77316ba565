import { Field, ObjectType } from 'type-graphql';
import { SourceType } from '../access/source.type.js';
import { DateTime } from '../platform/graphql/index.js';

@ObjectType('Identifier', {
  simpleResolvers: true,
  description: 'Something that tells who a person is, and so links facts to them.',
})
export class IdentifierType {
  @Field(() => String, { description: 'What kind of identifier: `external`, `email`, `phone`, `device`.' })
  namespace!: string;

  @Field(() => String, {
    description:
      'The value in its canonical form (e-mail in lower case, phone as E.164). Masked without the scope READ_PII.',
  })
  value!: string;

  @Field(() => SourceType, { nullable: true, description: 'The source that brought it first.' })
  source!: SourceType | null;

  @Field(() => DateTime, { description: 'When it was first sent here.' })
  firstSeenAt!: Date;
}
