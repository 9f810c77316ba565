import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** What becomes of names that nobody has defined: they are taken and listed, or refused. */
export type UnknownPolicy = 'DISCOVER' | 'REJECT';

/** What becomes of an item of which a part that need not be there cannot be used: it goes without, or not at all. */
export type UnusablePolicy = 'WARN' | 'REJECT';

/** The unit of numeric timestamps, which count from the beginning of 1970 in UTC. */
export type Epoch = 'SECONDS' | 'MILLISECONDS';

/** A system that facts come from: a shop, a CRM, an app. Each API key writes in the name of one. */
@Entity({ tableName: 'source' })
export class Source {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'integer', fieldName: 'workspace_id' })
  workspaceId!: number;

  @Property({ type: 'text' })
  key!: string;

  @Property({ type: 'text' })
  name!: string;

  @Property({ type: 'text', fieldName: 'unknown_attributes' })
  unknownAttributes!: UnknownPolicy;

  @Property({ type: 'text', fieldName: 'unknown_events' })
  unknownEvents!: UnknownPolicy;

  @Property({ type: 'text', fieldName: 'unknown_tags' })
  unknownTags!: UnusablePolicy;

  @Property({ type: 'text', fieldName: 'mistyped_attributes' })
  mistypedAttributes!: UnusablePolicy;

  /** ISO 3166-1 alpha-2. */
  @Property({ type: 'text', fieldName: 'default_country', nullable: true })
  defaultCountry!: string | null;

  /** An IANA name. */
  @Property({ type: 'text', fieldName: 'time_zone', nullable: true })
  timeZone!: string | null;

  @Property({ type: 'text', nullable: true })
  epoch!: Epoch | null;

  @Property({ type: 'datetime', fieldName: 'created_at', length: 3 })
  createdAt!: Date;

  @Property({ type: 'datetime', fieldName: 'updated_at', length: 3 })
  updatedAt!: Date;
}
