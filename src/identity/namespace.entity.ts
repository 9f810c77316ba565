import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { TextArray } from '../platform/index.js';
import type { Normalizer } from '../platform/index.js';
import type { NamespaceDefinition, SemanticType } from './namespaces.js';

/** A namespace that a workspace has defined, or one that is shipped and that it has changed. */
@Entity({ tableName: 'identifier_namespace' })
export class IdentifierNamespace implements Omit<NamespaceDefinition, 'blockedValues' | 'blockedPatterns'> {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'integer', fieldName: 'workspace_id' })
  workspaceId!: number;

  @Property({ type: 'text' })
  key!: string;

  /** Null = the key. */
  @Property({ type: 'text', nullable: true })
  label!: string | null;

  @Property({ type: 'text', nullable: true })
  description!: string | null;

  @Property({ type: 'text', fieldName: 'semantic_type' })
  semanticType!: SemanticType;

  @Property({ type: 'text', fieldName: 'normaliser' })
  normalizer!: Normalizer;

  @Property({ type: 'integer' })
  priority!: number;

  @Property({ type: 'integer', fieldName: 'max_per_profile', nullable: true })
  maxPerProfile!: number | null;

  /** Null = as the semantic type says, which may come to say more. */
  @Property({ type: TextArray, columnType: 'text[]', fieldName: 'blocked_values', nullable: true })
  blockedValues!: string[] | null;

  /** Null = as the semantic type says. */
  @Property({ type: TextArray, columnType: 'text[]', fieldName: 'blocked_patterns', nullable: true })
  blockedPatterns!: string[] | null;

  @Property({ type: 'boolean', fieldName: 'causes_merges' })
  canMergeProfiles!: boolean;

  @Property({ type: 'datetime', fieldName: 'created_at', length: 3 })
  createdAt!: Date;

  @Property({ type: 'datetime', fieldName: 'updated_at', length: 3 })
  updatedAt!: Date;
}
