import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { SourceType } from '../../access/source.type.js';
import {
  connectionOf,
  DateTime,
  IfUnchangedSince,
  Json,
  Node,
  payloadOf,
  UserError,
} from '../../platform/graphql/index.js';
import { IngestResult } from '../ingest.type.js';

@ObjectType('QuarantinedItem', {
  implements: Node,
  simpleResolvers: true,
  description:
    'An item that was rejected because of its content. It leaves quarantine when it is accepted or dropped, or 90 days after it was last tried or changed.',
})
export class QuarantinedItem extends Node {
  readonly typeName = 'QuarantinedItem';

  @Field(() => SourceType, { nullable: true, description: 'The source that sent it.' })
  source!: SourceType | null;

  @Field(() => String, {
    nullable: true,
    description: 'Its externalId. Null when it has none that can be used.',
  })
  externalId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The type of its event. Null when it has no usable one.',
  })
  type!: string | null;

  @Field(() => Json, {
    nullable: true,
    description:
      'The item as it was sent, or as it was changed here. Null when it is too large to be kept (over 100,000 characters, or nested more than 120 deep), and without the scope READ_PII.',
  })
  item!: unknown;

  @Field(() => Boolean, {
    description: 'Whether it was changed here since its source sent it (`updateQuarantinedItem`).',
  })
  isEdited!: boolean;

  @Field(() => [UserError], {
    description:
      'What was wrong with it when it was last tried or changed. Paths begin at the item. Empty when it can be replayed.',
  })
  errors!: UserError[];

  @Field(() => DateTime, {
    description:
      'When it was first received with the body that its source sent. A replay uses this as `occurredAt` if the item has none.',
  })
  receivedAt!: Date;

  @Field(() => DateTime, { description: 'When it was last tried or changed.' })
  updatedAt!: Date;

  constructor(uuid: string) {
    super('quarantined', uuid);
  }
}

const QuarantinePage = connectionOf('QuarantinedItem', () => QuarantinedItem, {
  totalCount: 'How many items fit the filter.',
});

@ObjectType({ simpleResolvers: true, description: 'A page of the items in quarantine.' })
export class QuarantineConnection extends QuarantinePage {}

@ObjectType({ simpleResolvers: true, description: 'How many items are in quarantine for one cause.' })
export class QuarantineCount {
  @Field(() => String, { description: 'The code of the error; docs/errors.md describes each.' })
  code!: string;

  @Field(() => Int, {
    description: 'How many items have it. An item with several codes counts once for each.',
  })
  count!: number;
}

@InputType({
  description: 'Narrows the items in quarantine. An item fits when it fits every field that is given.',
})
export class QuarantineFilterInput {
  @Field(() => [String], {
    nullable: true,
    description: 'Only items with at least one of these error codes, at most 1,000.',
  })
  codes?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Only items of the sources with these keys, at most 1,000.',
  })
  sources?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Only items with an event of this type.' })
  type?: string | null;

  @Field(() => String, { nullable: true, description: 'Only items with this externalId.' })
  externalId?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Only items that were first received at or after this instant.',
  })
  from?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Only items that were first received before this instant.',
  })
  to?: Date | null;
}

@InputType({ description: 'What takes the place of an item in quarantine.' })
export class UpdateQuarantinedItemInput {
  @Field(() => ID, { description: 'The id of the item.' })
  id!: string;

  @Field(() => Json, {
    description:
      'The new item, in the form of an IngestItemInput. It may still be wrong: the answer says how. At most 100,000 characters, nested at most 120 deep.',
  })
  item!: unknown;

  @IfUnchangedSince()
  ifUnchangedSince?: Date | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether to replay it at once. Otherwise it waits for `replayQuarantine`.',
  })
  replay!: boolean;
}

export const UpdateQuarantinedItemPayload = payloadOf(
  {
    name: 'UpdateQuarantinedItem',
    noun: 'item in quarantine',
    field: 'item',
    type: () => QuarantinedItem,
    description:
      'The item as it is now, with what is still wrong with it. Null when it was replayed and has left quarantine, and when the change was refused.',
  },
  {
    result: {
      type: () => IngestResult,
      description: 'The outcome of the replay. Null when it was not replayed.',
    },
  },
);
