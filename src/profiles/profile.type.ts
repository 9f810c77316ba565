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
  description: 'What is known of one attribute of a person.',
})
export class AttributeValue {
  @Field(() => String, { description: 'The key of the attribute, such as `city` or `member.startDate`.' })
  key!: string;

  @Field(() => Json, {
    nullable: true,
    description:
      'The value that stands: that of the most trusted source, and among its values the one for the newest instant. Null where `isMasked`; a JSON value of which only parts are personal has `***` in their place.',
  })
  value!: unknown;

  @Field(() => Boolean, {
    description: 'Whether the value, or a part of it, is hidden, because the key lacks READ_PII.',
  })
  isMasked!: boolean;

  @Field(() => SourceType, { nullable: true, description: 'The source that said so.' })
  source!: SourceType | null;

  @Field(() => DateTime, { description: 'The instant for which it was said: the `occurredAt` of the item.' })
  setAt!: Date;

  @Field(() => AttributeDefinitionType, {
    nullable: true,
    description: 'What the workspace says of the attribute; null when nobody has defined it.',
  })
  definition!: AttributeDefinitionType | null;
}

export const ProfileConnection = connectionOf('Profile', () => Profile, {
  totalCount: 'How many profiles match.',
});
Field(() => [UserError], {
  description:
    'What the rule asks for that does not exist, such as an attribute that nobody has defined and no source has sent yet: at most 20, each with its place in the argument. It matches nobody.',
})(ProfileConnection.prototype as object, 'warnings');
export type ProfileConnection = Connection<Profile> & { warnings: UserError[] };
