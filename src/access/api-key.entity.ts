import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { Scope } from '../platform/index.js';

/** What a program proves itself with. Of the key itself only the SHA-256 is kept. */
@Entity({ tableName: 'api_key' })
export class ApiKey {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'integer', fieldName: 'workspace_id' })
  workspaceId!: number;

  @Property({ type: 'uuid', fieldName: 'source_id' })
  sourceId!: string;

  @Property({ type: 'text' })
  name!: string;

  @Property({ type: 'blob', hidden: true })
  hash!: Buffer;

  @Property({ type: 'array', columnType: 'text[]' })
  scopes!: Scope[];

  @Property({ type: 'datetime', fieldName: 'created_at', length: 3 })
  createdAt!: Date;

  @Property({ type: 'datetime', fieldName: 'expires_at', length: 3, nullable: true })
  expiresAt!: Date | null;

  @Property({ type: 'datetime', fieldName: 'revoked_at', length: 3, nullable: true })
  revokedAt!: Date | null;
}
