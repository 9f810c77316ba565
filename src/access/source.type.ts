import { Field, ObjectType } from 'type-graphql';
import { publicId } from '../platform/index.js';
import { DateTime, Node } from '../platform/graphql/index.js';
import type { Source } from './source.entity.js';

@ObjectType('Source', {
  implements: Node,
  simpleResolvers: true,
  description:
    'A system that facts come from: a shop, a CRM, an app. Each API key writes in the name of one.',
})
export class SourceType extends Node {
  readonly typeName = 'Source';

  @Field(() => String, { description: 'The name under which programs refer to it; unique in the workspace.' })
  key!: string;

  @Field(() => String, { description: 'The name for people.' })
  name!: string;

  @Field(() => DateTime, { description: 'When it was defined.' })
  createdAt!: Date;

  constructor(source: Source) {
    super();
    this.id = publicId('source', source.id);
    this.key = source.key;
    this.name = source.name;
    this.createdAt = source.createdAt;
  }
}
