import { Field, InterfaceType } from 'type-graphql';
import { DateTime, Node } from '../platform/graphql/index.js';
import type { Standing } from './definition-set.js';

@InterfaceType('Definition', {
  implements: Node,
  description:
    'Something that defines how the data of a workspace is read, such as an attribute, an event type or a tag. It is addressed by its key. Built-in definitions are there from the start; a workspace may change them.',
  resolveType: (definition: DefinitionType) => definition.typeName,
  autoRegisterImplementations: false,
})
export abstract class DefinitionType extends Node {
  @Field(() => String, {
    description: 'The name by which programs, items and rules refer to it. It never changes.',
  })
  readonly key: string;

  @Field(() => String, { description: 'The display name. It defaults to the key.' })
  readonly label: string;

  @Field(() => String, { nullable: true, description: 'A longer text for people. Null if none was given.' })
  readonly description: string | null;

  @Field(() => Boolean, { description: 'Whether it is built in: every workspace has it from the start.' })
  readonly isShipped: boolean;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the workspace defined it, or first changed a built-in one; null before that.',
  })
  readonly createdAt: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the workspace last changed it; null while a built-in one is unchanged.',
  })
  readonly updatedAt: Date | null;

  /** @param prefix of its id: the kind of the definition */
  constructor(prefix: string, standing: Standing) {
    super(prefix, standing.uuid);
    this.key = standing.key;
    this.label = standing.label ?? standing.key;
    this.description = standing.description;
    this.isShipped = standing.isShipped;
    this.createdAt = standing.createdAt;
    this.updatedAt = standing.updatedAt;
  }
}
