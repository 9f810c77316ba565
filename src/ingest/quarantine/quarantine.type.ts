import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { SourceType } from '../../access/source.type.js';
import { connectionOf, DateTime, Json, Node, UserError } from '../../platform/graphql/index.js';
import { IngestResult } from '../ingest.type.js';

const REMAINING =
  'How many that fit the filter are in quarantine afterwards, those that were rejected again among them. Null when it was refused.';

@ObjectType('QuarantinedItem', {
  implements: Node,
  simpleResolvers: true,
  description:
    'An item that was rejected for what it holds. It is gone when it has been accepted or dropped, or 90 days after it was last tried or changed.',
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
      'The item as it was sent, or as it was changed here; null when it is too large to be kept (over 100,000 characters, or nested more than 120 deep). Null without the scope READ_PII.',
  })
  item!: unknown;

  @Field(() => Boolean, {
    description: 'Whether it was changed here since its source sent it: see `updateQuarantinedItem`.',
  })
  isEdited!: boolean;

  @Field(() => [UserError], {
    description:
      'What was wrong with it when it was last tried or changed, with paths from the item inwards; empty when it can be replayed.',
  })
  errors!: UserError[];

  @Field(() => DateTime, {
    description:
      'When it first came with the body that its source sent: what stands for `occurredAt` where it has none.',
  })
  receivedAt!: Date;

  @Field(() => DateTime, { description: 'When it was last tried or changed.' })
  rejectedAt!: Date;

  constructor(uuid: string) {
    super('quarantined', uuid);
  }
}

const QuarantinePage = connectionOf('QuarantinedItem', () => QuarantinedItem);

@ObjectType({ simpleResolvers: true, description: 'A page of the items in quarantine.' })
export class QuarantineConnection extends QuarantinePage {
  @Field(() => Int, { description: 'How many fit the filter in all: counted when asked for.' })
  override totalCount!: () => Promise<number>;
}

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

  @Field(() => [String], {
    nullable: true,
    description: 'Only those of the sources with these keys; at most 1,000.',
  })
  sources?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Only those that tell an event of this type.' })
  type?: string | null;

  @Field(() => String, { nullable: true, description: 'Only those with this externalId.' })
  externalId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Only those that first came then or later.' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Only those that first came before then.' })
  to?: Date | null;
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

@InputType({ description: 'A change of an item in quarantine.' })
export class UpdateQuarantinedItemInput {
  @Field(() => ID, { description: 'Which one.' })
  id!: string;

  @Field(() => Json, {
    description:
      'What takes its place, in the form of an IngestItemInput. It may still be wrong: the answer says how. At most 100,000 characters, nested at most 120 deep.',
  })
  item!: unknown;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Only if it was last tried or changed at this instant or before: its `rejectedAt`, say.',
  })
  ifUnchangedSince?: Date | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether it is replayed at once. Otherwise it waits for `replayQuarantine`.',
  })
  replay!: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'What became of an item in quarantine that was changed.' })
export class UpdateQuarantinedItemPayload {
  @Field(() => QuarantinedItem, {
    nullable: true,
    description:
      'The item as it is now, with what is still wrong with it; null when it was replayed and left quarantine, or the change was refused.',
  })
  item?: QuarantinedItem | null;

  @Field(() => IngestResult, {
    nullable: true,
    description: 'What the replay of it answers; null when it was not replayed.',
  })
  result?: IngestResult | null;

  @Field(() => [UserError], { description: 'Why nothing was changed; empty when it was.' })
  userErrors!: UserError[];
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

  @Field(() => Int, { nullable: true, description: REMAINING })
  remaining?: number | null;

  @Field(() => [UserError], { description: 'Why nothing was replayed; empty when it was.' })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: 'What became of the items that were dropped.' })
export class DropQuarantinePayload {
  @Field(() => Int, { nullable: true, description: 'How many went; null when it was refused.' })
  dropped?: number | null;

  @Field(() => Int, { nullable: true, description: REMAINING })
  remaining?: number | null;

  @Field(() => [UserError], { description: 'Why nothing was dropped; empty when it was.' })
  userErrors!: UserError[];
}
