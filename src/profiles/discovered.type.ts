import { Field, ObjectType } from 'type-graphql';
import type { Source } from '../access/index.js';
import { SourceType } from '../access/source.type.js';
import { DateTime } from '../platform/graphql/index.js';
import type { DiscoveryRow } from './discoveries.js';
import { looksPersonal } from './personal-names.js';
import type { ValueType } from './value-type.js';
import { ValueTypeEnum } from './value-type.type.js';

@ObjectType('Discovered', {
  simpleResolvers: true,
  description: 'A name that a source has sent and that is not defined. Define it, or fix it at the source.',
})
export class DiscoveredType {
  @Field(() => String, { description: 'The name, as it was sent.' })
  key!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The key of the event type, if this is a property of one; otherwise null.',
  })
  eventTypeKey!: string | null;

  @Field(() => ValueTypeEnum, {
    description:
      'The type that its first value seemed to have. JSON for an event type, and without READ_PII for what looks personal.',
  })
  type!: ValueType;

  @Field(() => Boolean, {
    description:
      'Whether its name looks personal, such as `email` or `street`. Until it is defined, its values are then hidden from API keys without READ_PII.',
  })
  isPersonal!: boolean;

  @Field(() => SourceType, { nullable: true, description: 'The source that sent it first.' })
  source!: SourceType | null;

  @Field(() => DateTime, { description: 'When it was first received.' })
  firstSeenAt!: Date;

  constructor(
    row: DiscoveryRow,
    { sources, seesPersonal }: { sources: ReadonlyMap<string, Source>; seesPersonal: boolean },
  ) {
    const source = sources.get(row.sourceId);
    this.key = row.key;
    this.eventTypeKey = row.kind === 'PROPERTY' ? row.of : null;
    this.isPersonal = row.kind !== 'EVENT_TYPE' && looksPersonal(row.key);
    this.type = this.isPersonal && !seesPersonal ? 'JSON' : row.type;
    this.source = SourceType.of(source);
    this.firstSeenAt = row.firstSeenAt;
  }
}
