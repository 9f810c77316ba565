import { Field, ObjectType } from 'type-graphql';
import { connectionOf, DateTime, Json, Node, UserError } from '../platform/graphql/index.js';
import type { Connection } from '../platform/graphql/index.js';
import { SourceType } from '../access/source.type.js';
import { AttributeDefinitionType } from './attribute-definition.type.js';
import type { ProfileRef } from './profile-ref.js';

@ObjectType('Profile', {
  implements: Node,
  simpleResolvers: true,
  description: 'One person (or household, or firm): everything that its identifiers link together.',
})
export class Profile extends Node {
  readonly typeName = 'Profile';
  readonly ref: ProfileRef;

  /**
   * A profile costs nothing until one of its fields is asked for: a change on a socket often needs only the id.
   * @param mayBeAbsorbed whether the id comes from a record and not from a look-up: fields then follow merges
   */
  constructor(
    ref: ProfileRef,
    readonly mayBeAbsorbed = false,
  ) {
    super('profile', ref.id);
    this.ref = ref;
  }
}

@ObjectType('AttributeValue', {
  simpleResolvers: true,
  description: 'The current value of one attribute of a person.',
})
export class AttributeValue {
  @Field(() => String, { description: 'The key of the attribute, such as `city` or `member.startDate`.' })
  key!: string;

  @Field(() => Json, {
    nullable: true,
    description:
      'The current value: the latest one from the most trusted source. Null where `isMasked`; if only parts of a JSON value are personal, those are `***` instead.',
  })
  value!: unknown;

  @Field(() => Boolean, {
    description: 'Whether the value or a part of it is hidden because the API key lacks READ_PII.',
  })
  isMasked!: boolean;

  @Field(() => SourceType, { nullable: true, description: 'The source that sent it.' })
  source!: SourceType | null;

  @Field(() => DateTime, { description: 'The `occurredAt` of the item that set it.' })
  setAt!: Date;

  @Field(() => AttributeDefinitionType, {
    nullable: true,
    description: 'The definition of the attribute; null if it is not defined.',
  })
  definition!: AttributeDefinitionType | null;
}

export const ProfileConnection = connectionOf('Profile', () => Profile, {
  totalCount: 'How many profiles match.',
});
Field(() => [UserError], {
  description:
    'Names in the rule that are unknown, such as an attribute that is neither defined nor sent by a source: at most 20, each with its place in the argument. They match nobody.',
})(ProfileConnection.prototype as object, 'warnings');
export type ProfileConnection = Connection<Profile> & { warnings: UserError[] };
