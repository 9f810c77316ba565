import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { SourceType } from '../access/source.type.js';
import { connectionOf, DateTime, Node } from '../platform/graphql/index.js';
import type { Connection } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';

export enum IdentityConflictKind {
  BLOCKED = 'BLOCKED',
  DEMOTED = 'DEMOTED',
}
registerEnumType(IdentityConflictKind, {
  name: 'IdentityConflictKind',
  description: 'Why an identifier of an item was left aside.',
  valuesConfig: {
    BLOCKED: { description: 'It stands for nobody in particular: its namespace says so of the value.' },
    DEMOTED: {
      description:
        'With it the item would have linked what may not be linked, and of its identifiers it was the weakest.',
    },
  },
});

@ObjectType('IdentityConflict', {
  implements: Node,
  simpleResolvers: true,
  description:
    'An item was accepted, but one of its identifiers was left aside. Its facts are with the profile that the others lead to.',
})
export class IdentityConflict extends Node {
  readonly typeName = 'IdentityConflict';

  @Field(() => IdentityConflictKind, { description: 'Why.' })
  kind!: IdentityConflictKind;

  @Field(() => String, { description: 'The namespace of the identifier.' })
  namespace!: string;

  @Field(() => String, {
    description: 'The identifier in its canonical form. `***` without the scope READ_PII.',
  })
  value!: string;

  @Field(() => Profile, {
    description:
      'The profile of the item. Where it was absorbed since, its id is still that one, and its fields are those of the profile that it went into.',
  })
  profile!: Profile;

  @Field(() => Profile, {
    nullable: true,
    description:
      'Whoever held the identifier then, and where they were absorbed since as with `profile`. Null when nobody did.',
  })
  heldBy!: Profile | null;

  @Field(() => SourceType, { nullable: true, description: 'The source of the item.' })
  source!: SourceType | null;

  @Field(() => String, { description: 'The externalId of the item.' })
  externalId!: string;

  @Field(() => DateTime, { description: 'When the item was taken in.' })
  at!: Date;

  constructor(uuid: string) {
    super('conflict', uuid);
  }
}

export const IdentityConflictConnection = connectionOf('IdentityConflict', () => IdentityConflict);
export type IdentityConflictConnection = Connection<IdentityConflict>;
