import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** A tenant: its people, definitions and keys are nobody else's. */
@Entity({ tableName: 'workspace' })
export class Workspace {
  /** The upper part of every shard number of the workspace; 1 to 8,388,607. */
  @PrimaryKey({ type: 'integer', autoincrement: false })
  id!: number;

  /** The UUID behind its public id. */
  @Property({ type: 'uuid' })
  uid!: string;

  @Property({ type: 'text' })
  name!: string;

  /** In which its dates begin and end: an IANA name such as `Europe/Brussels`. */
  @Property({ type: 'text', fieldName: 'time_zone' })
  timeZone!: string;

  /** In which amounts are that name no currency, and figures that name none: an ISO 4217 code such as `EUR`. */
  @Property({ type: 'text' })
  currency!: string;

  /** Goes up with every change of a definition: whoever has read that version knows all definitions. */
  @Property({ type: 'integer', columnType: 'bigint', fieldName: 'catalogue_version' })
  catalogueVersion!: number;

  @Property({ type: 'datetime', fieldName: 'created_at', length: 3 })
  createdAt!: Date;

  @Property({ type: 'datetime', fieldName: 'updated_at', length: 3 })
  updatedAt!: Date;
}
