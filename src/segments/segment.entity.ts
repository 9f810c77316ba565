import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { RuleColumn } from '../rules/index.js';

/** The state that somebody wants. Whether a live segment is built is another thing: see `BuildRow`. */
export type TargetState = 'DRAFT' | 'LIVE' | 'PAUSED' | 'ARCHIVED';

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
  @Property({ type: RuleColumn, columnType: 'jsonb' })
  rule!: unknown;

  /** By which people leave; null = when they no longer fit the rule. A RuleInput, too. */
  @Property({ type: RuleColumn, columnType: 'jsonb', fieldName: 'exit_rule', nullable: true })
  exitRule!: unknown;

  @Property({ type: 'text', fieldName: 'status' })
  targetState!: TargetState;

  /** When it is archived by itself; null = never. */
  @Property({ type: 'datetime', fieldName: 'expires_at', length: 3, nullable: true })
  expiresAt!: Date | null;

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
