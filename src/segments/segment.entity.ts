import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** A saved rule. What was deleted stays, so that the log of its changes goes on saying what it was about. */
@Entity({ tableName: 'segment' })
export class Segment {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'integer', fieldName: 'workspace_id' })
  workspaceId!: number;

  @Property({ type: 'text' })
  key!: string;

  @Property({ type: 'text' })
  name!: string;

  @Property({ type: 'text', nullable: true })
  description!: string | null;

  /** The rule as it was given: the JSON of a RuleInput. */
  @Property({ type: 'json', columnType: 'jsonb' })
  rule!: unknown;

  /** Goes up with each change of the rule, or of the rule of a segment that it refers to. */
  @Property({ type: 'integer', fieldName: 'rule_version' })
  ruleVersion!: number;

  @Property({ type: 'datetime', fieldName: 'created_at', length: 3 })
  createdAt!: Date;

  @Property({ type: 'datetime', fieldName: 'updated_at', length: 3 })
  updatedAt!: Date;

  @Property({ type: 'datetime', fieldName: 'deleted_at', length: 3, nullable: true })
  deletedAt!: Date | null;
}
