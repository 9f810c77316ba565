import { Field, ObjectType } from 'type-graphql';
import { SourceType } from '../access/source.type.js';
import { connectionOf, DateTime, Json, Node } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';
import type { EventRow } from './event.reads.js';

@ObjectType('Event', {
  implements: Node,
  simpleResolvers: true,
  description:
    'Something that a person did, or that happened to them. Once accepted, an event never changes.',
})
export class EventNode extends Node {
  readonly typeName = 'Event';

  @Field(() => String, { description: 'What happened, such as `purchase`.' })
  type!: string;

  @Field(() => DateTime, { description: 'When it happened, according to the source.' })
  occurredAt!: Date;

  @Field(() => DateTime, { description: 'When it was received.' })
  receivedAt!: Date;

  @Field(() => Json, {
    description:
      'Its properties as they were sent; `{}` if there are none. Personal ones are `***` if the API key lacks READ_PII.',
  })
  properties!: unknown;

  @Field(() => SourceType, {
    nullable: true,
    description: 'The source that sent it; null when it is unknown.',
  })
  source!: SourceType | null;

  @Field(() => Profile, { description: 'The profile that the event belongs to now.' })
  profile!: Profile;

  constructor(
    row: Omit<EventRow, 'profileId' | 'sourceId'>,
    { source, profile }: { source: SourceType | null; profile: Profile },
  ) {
    super('event', row.id);
    this.type = row.type;
    this.occurredAt = row.occurredAt;
    this.receivedAt = row.receivedAt;
    this.properties = row.properties;
    this.source = source;
    this.profile = profile;
  }
}

export const EventConnection = connectionOf('Event', () => EventNode as never);
