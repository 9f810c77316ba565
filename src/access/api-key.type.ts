import { Authorized, Field, ObjectType } from 'type-graphql';
import { DateTime, Node } from '../platform/graphql/index.js';
import { Scope } from '../platform/index.js';
import { Actor } from './actor.type.js';
import type { ApiKey } from './api-key.entity.js';
import type { Source } from './source.entity.js';
import { SourceType } from './source.type.js';

/**
 * All who see what a key has done see its name and id. The rest is for those who manage keys: without that scope it is
 * null, with an error, and so nullable. Otherwise the object around it would be null.
 */
@ObjectType('ApiKey', {
  implements: [Node, Actor],
  description: 'The credential of a program. Its secret is shown only once, when it is created.',
})
export class ApiKeyType extends Node implements Actor {
  readonly typeName = 'ApiKey';

  @Field(() => String, { description: 'What it is for.' })
  name: string;

  @Authorized(Scope.ADMIN)
  @Field(() => SourceType, { nullable: true, description: 'The source that it writes as. Needs ADMIN.' })
  source: SourceType;

  @Authorized(Scope.ADMIN)
  @Field(() => [Scope], { nullable: true, description: 'What it may do: at most 7 scopes. Needs ADMIN.' })
  scopes: Scope[];

  @Authorized(Scope.ADMIN)
  @Field(() => DateTime, { nullable: true, description: 'When it was created. Needs ADMIN.' })
  createdAt: Date;

  @Authorized(Scope.ADMIN)
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it stops working by itself; null = never. Needs ADMIN.',
  })
  expiresAt: Date | null;

  @Authorized(Scope.ADMIN)
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was revoked; null when it was not. Needs ADMIN.',
  })
  revokedAt: Date | null;

  constructor(apiKey: ApiKey, source: Source) {
    super('key', apiKey.id);
    this.name = apiKey.name;
    this.source = new SourceType(source);
    this.scopes = apiKey.scopes;
    this.createdAt = apiKey.createdAt;
    this.expiresAt = apiKey.expiresAt;
    this.revokedAt = apiKey.revokedAt;
  }
}
