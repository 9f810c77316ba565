import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { SourceType } from '../../access/source.type.js';
import { connectionOf, DateTime, Json, Node, UserError } from '../../platform/graphql/index.js';
import type { Connection } from '../../platform/graphql/index.js';

@ObjectType('QuarantinedItem', {
  implements: Node,
  simpleResolvers: true,
  description:
    'An item that was rejected for what it holds. It is gone when it has been accepted or dropped, or after 90 days.',
})
export class QuarantinedItem extends Node {
  readonly typeName = 'QuarantinedItem';

  @Field(() => SourceType, { nullable: true, description: 'The source that sent it.' })
  source!: SourceType | null;

  @Field(() => String, {
    nullable: true,
    description: 'Its externalId; null when it has none that can be used.',
  })
  externalId!: string | null;

  @Field(() => String, { nullable: true, description: 'The type of its event; null when it tells none.' })
  type!: string | null;

  @Field(() => Json, {
    nullable: true,
    description:
      'The item as it was sent; null when it is too large to be kept (over 100,000 characters, or nested more than 120 deep). Null without the scope READ_PII.',
  })
  item!: unknown;

  @Field(() => [UserError], { description: 'What was wrong with it when it was last tried.' })
  errors!: UserError[];

  @Field(() => DateTime, {
    description: 'When it first came with this body: what stands for `occurredAt` where it has none.',
  })
  receivedAt!: Date;

  @Field(() => DateTime, { description: 'When it was last tried.' })
  rejectedAt!: Date;

  constructor(uuid: string) {
    super('quarantined', uuid);
  }
}

export const QuarantineConnection = connectionOf('QuarantinedItem', () => QuarantinedItem);
export type QuarantineConnection = Connection<QuarantinedItem>;

@ObjectType({ simpleResolvers: true, description: 'How many items are in quarantine for one cause.' })
export class QuarantineCount {
  @Field(() => String, { description: 'The code of the error, as in docs/errors.md.' })
  code!: string;

  @Field(() => Int, { description: 'How many items have it. An item with several codes counts for each.' })
  count!: number;
}

@InputType({ description: 'Which items in quarantine are meant: those that fit everything said here.' })
export class QuarantineFilterInput {
  @Field(() => [ID], { nullable: true, description: 'Only these; at most 1,000 ids of items in quarantine.' })
  ids?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Only those with at least one of these error codes.',
  })
  codes?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Only those of the source with this key.' })
  source?: string | null;

  @Field(() => String, { nullable: true, description: 'Only those that tell an event of this type.' })
  type?: string | null;

  @Field(() => String, { nullable: true, description: 'Only those with this externalId.' })
  externalId?: string | null;
}

@InputType({ description: 'Which items to replay, or to drop.' })
export class QuarantineInput {
  @Field(() => QuarantineFilterInput, { description: 'Which ones; `{}` = all.' })
  filter!: QuarantineFilterInput;

  @Field(() => Int, {
    defaultValue: 1_000,
    description: 'How many at most: 1 to 1,000. Those that were tried longest ago come first.',
  })
  first!: number;
}

@ObjectType({ simpleResolvers: true, description: 'What became of the items that were replayed.' })
export class ReplayQuarantinePayload {
  @Field(() => Int, {
    nullable: true,
    description: 'How many were accepted; they have left quarantine. Null when the replay was refused.',
  })
  accepted?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many had been accepted meanwhile; they have left quarantine too. Null when it was refused.',
  })
  duplicates?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many had an externalId that was accepted with another body meanwhile; they have left quarantine too. Null when it was refused.',
  })
  conflicts?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many were rejected again; they stay, with what is wrong now. Null when it was refused.',
  })
  rejected?: number | null;

  @Field(() => [UserError], { description: 'Why nothing was replayed; empty when it was.' })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: 'What became of the items that were dropped.' })
export class DropQuarantinePayload {
  @Field(() => Int, { nullable: true, description: 'How many went; null when it was refused.' })
  dropped?: number | null;

  @Field(() => [UserError], { description: 'Why nothing was dropped; empty when it was.' })
  userErrors!: UserError[];
}
