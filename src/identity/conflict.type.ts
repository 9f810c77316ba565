import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { SourceType } from '../access/source.type.js';
import { connectionOf, DateTime, Node } from '../platform/graphql/index.js';
import type { Connection } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';
import { NamespaceType } from './namespace.type.js';

export enum IdentityConflictKind {
  BLOCKED = 'BLOCKED',
  DEMOTED = 'DEMOTED',
}
registerEnumType(IdentityConflictKind, {
  name: 'IdentityConflictKind',
  description: 'Why an identifier of an accepted item was ignored.',
  valuesConfig: {
    BLOCKED: { description: 'Ignored: its namespace lists the value among those that identify nobody.' },
    DEMOTED: {
      description:
        'Ignored: using it would have joined profiles that must stay separate, and it had the lowest priority.',
    },
  },
});

@ObjectType('IdentityConflict', {
  implements: Node,
  simpleResolvers: true,
  description:
    'An accepted item one of whose identifiers was ignored. The facts of the item belong to the profile of its other identifiers.',
})
export class IdentityConflict extends Node {
  readonly typeName = 'IdentityConflict';

  @Field(() => IdentityConflictKind, { description: 'Why the identifier was ignored.' })
  kind!: IdentityConflictKind;

  @Field(() => NamespaceType, {
    nullable: true,
    description: 'The namespace of the identifier; null when it was deleted since.',
  })
  namespace!: NamespaceType | null;

  @Field(() => String, { description: 'The key of the namespace of the identifier.' })
  namespaceKey!: string;

  @Field(() => String, {
    description: 'The identifier in its canonical form. `***` where `isMasked`.',
  })
  value!: string;

  @Field(() => Boolean, { description: 'Whether `value` is hidden because the API key lacks READ_PII.' })
  isMasked!: boolean;

  @Field(() => Profile, {
    description:
      'The profile of the item. If it was absorbed since, the id is still its own, and the fields are those of the profile that absorbed it.',
  })
  profile!: Profile;

  @Field(() => Profile, {
    nullable: true,
    description:
      'The profile that had the identifier at that time. If it was absorbed since, it is shown as `profile` is. Null if none had it.',
  })
  heldBy!: Profile | null;

  @Field(() => SourceType, {
    nullable: true,
    description: 'The source of the item; null when it is unknown.',
  })
  source!: SourceType | null;

  @Field(() => String, { description: 'The externalId of the item.' })
  externalId!: string;

  @Field(() => DateTime, { description: 'When the item was accepted.' })
  detectedAt!: Date;

  constructor(uuid: string) {
    super('conflict', uuid);
  }
}

export const IdentityConflictConnection = connectionOf('IdentityConflict', () => IdentityConflict);
export type IdentityConflictConnection = Connection<IdentityConflict>;

@InputType({ description: 'Which identity conflicts: those that match every field given.' })
export class IdentityConflictFilterInput {
  @Field(() => [IdentityConflictKind], { nullable: true, description: 'Only conflicts of these kinds.' })
  kinds?: IdentityConflictKind[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Only conflicts over identifiers of the namespaces with these keys, at most 1,000. Unknown keys are left out.',
  })
  namespaces?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Only conflicts from items of the sources with these keys, at most 1,000.',
  })
  sources?: string[] | null;

  @Field(() => DateTime, { nullable: true, description: 'Only those detected at or after this instant.' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Only those detected before this instant.' })
  to?: Date | null;
}
