import { Field, Float, Int, ObjectType } from 'type-graphql';
import { SourceType } from '../access/source.type.js';
import { AttributeDefinitionType } from './attribute-definition.type.js';
import { connectionOf, DateTime, Json } from '../platform/graphql/index.js';
import type { Connection } from '../platform/graphql/index.js';

@ObjectType('AttributeChange', {
  simpleResolvers: true,
  description: 'What was said of an audited attribute, whether it stands or not.',
})
export class AttributeChangeType {
  @Field(() => Json, {
    nullable: true,
    description: 'The value; null where `isMasked`, and when the source said that there is none any longer.',
  })
  value!: unknown;

  @Field(() => Boolean, {
    description: 'Whether the value, or a part of it, is hidden, because the key lacks READ_PII.',
  })
  isMasked!: boolean;

  @Field(() => SourceType, { nullable: true, description: 'The source that said so.' })
  source!: SourceType | null;

  @Field(() => DateTime, { description: 'The instant for which it was said.' })
  setAt!: Date;

  @Field(() => DateTime, { description: 'When it arrived here.' })
  receivedAt!: Date;
}

export const AttributeChangeConnection = connectionOf('AttributeChange', () => AttributeChangeType);
export type AttributeChangeConnection = Connection<AttributeChangeType>;

@ObjectType({
  simpleResolvers: true,
  description: 'How fresh the values are that stand for one attribute and came from one source.',
})
export class AttributeFreshness {
  @Field(() => String, { description: 'The key of the attribute.' })
  key!: string;

  @Field(() => AttributeDefinitionType, {
    nullable: true,
    description: 'The definition of the attribute; null when nobody has defined it.',
  })
  definition!: AttributeDefinitionType | null;

  @Field(() => SourceType, { nullable: true, description: 'The source.' })
  source!: SourceType | null;

  @Field(() => DateTime, { description: 'The newest instant for which it said anything that stands.' })
  newestAt!: Date;

  @Field(() => Int, { description: 'How many profiles have its value.' })
  profileCount!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'The share of these, from 0 to 1, that was said longer ago than the definition expects; null where it expects nothing.',
  })
  staleShare!: number | null;
}
