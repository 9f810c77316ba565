import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { TextArray } from '../platform/index.js';
import type { Normaliser } from '../platform/index.js';
import type { NamespaceDefinition, SemanticType } from './namespaces.js';

/** A namespace that a workspace has defined, or one that is shipped and that it has changed. */
@Entity({ tableName: 'identifier_namespace' })
export class IdentifierNamespace implements NamespaceDefinition {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'integer', fieldName: 'workspace_id' })
  workspaceId!: number;

  @Property({ type: 'text' })
  key!: string;

  @Property({ type: 'text', fieldName: 'semantic_type' })
  semanticType!: SemanticType;

  @Property({ type: 'text' })
  normaliser!: Normaliser;

  @Property({ type: 'integer' })
  priority!: number;

  @Property({ type: 'integer', fieldName: 'max_per_profile', nullable: true })
  maxPerProfile!: number | null;

  @Property({ type: TextArray, columnType: 'text[]', fieldName: 'blocked_values' })
  blockedValues!: string[];

  @Property({ type: TextArray, columnType: 'text[]', fieldName: 'blocked_patterns' })
  blockedPatterns!: string[];

  @Property({ type: 'boolean', fieldName: 'causes_merges' })
  causesMerges!: boolean;

  @Property({ type: 'datetime', fieldName: 'created_at', length: 3 })
  createdAt!: Date;

  @Property({ type: 'datetime', fieldName: 'updated_at', length: 3 })
  updatedAt!: Date;
}
