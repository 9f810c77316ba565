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
  description:
    'A name that a source has sent and nobody has defined: to be approved, or fixed at the source.',
})
export class DiscoveredType {
  @Field(() => String, { description: 'The name, as it was sent.' })
  key!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The type of its events, if it is a property; otherwise null.',
  })
  eventTypeKey!: string | null;

  @Field(() => ValueTypeEnum, {
    description:
      'What its values seem to be, from the first that was seen. JSON for a type of events, and for what looks personal without the scope READ_PII.',
  })
  type!: ValueType;

  @Field(() => Boolean, {
    description:
      'Whether its name looks personal, such as `email` or `street`: until it is defined its values are hidden from keys without READ_PII.',
  })
  isPersonal!: boolean;

  @Field(() => SourceType, { nullable: true, description: 'The source that sent it first.' })
  source!: SourceType | null;

  @Field(() => DateTime, { description: 'When it first came.' })
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
    this.source = source ? new SourceType(source) : null;
    this.firstSeenAt = row.firstSeenAt;
  }
}
