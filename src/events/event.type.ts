import { Field, ObjectType } from 'type-graphql';
import { SourceType } from '../access/source.type.js';
import { connectionOf, DateTime, Json, Node } from '../platform/graphql/index.js';
import type { EventRow } from './event.reads.js';

@ObjectType('Event', {
  implements: Node,
  simpleResolvers: true,
  description:
    'Something that a person did or that happened to them. Events are never changed once accepted.',
})
export class EventNode extends Node {
  readonly typeName = 'Event';

  @Field(() => String, { description: 'What happened, such as `purchase`.' })
  type!: string;

  @Field(() => DateTime, { description: 'When it happened, as the source says.' })
  occurredAt!: Date;

  @Field(() => DateTime, { description: 'When it arrived here.' })
  receivedAt!: Date;

  @Field(() => Json, {
    description:
      'What the source told of it, as it was sent; `{}` when nothing. Without the scope READ_PII personal properties are `***`.',
  })
  properties!: unknown;

  @Field(() => SourceType, { nullable: true, description: 'The source that sent it.' })
  source!: SourceType | null;

  constructor(row: Omit<EventRow, 'profileId' | 'sourceId'>, source: SourceType | null) {
    super('event', row.id);
    this.type = row.type;
    this.occurredAt = row.occurredAt;
    this.receivedAt = row.receivedAt;
    this.properties = row.properties;
    this.source = source;
  }
}

export const EventConnection = connectionOf('Event', () => EventNode as never);
