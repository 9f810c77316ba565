import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** What becomes of names that nobody has defined: they are taken and listed, or refused. */
export type UnknownPolicy = 'DISCOVER' | 'REJECT';

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

  @Property({ type: 'datetime', fieldName: 'created_at', length: 3 })
  createdAt!: Date;
}
