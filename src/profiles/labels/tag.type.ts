import { InputType, ObjectType } from 'type-graphql';
import { DefinitionInput, DefinitionType, KnownKey, NewKey } from '../../definitions/index.js';
import type { Standing } from '../../definitions/index.js';
import { IfUnchangedSince } from '../../platform/graphql/index.js';
import { tags } from './tags.js';
import type { TagDefinition } from './tags.js';

@ObjectType('Tag', {
  implements: DefinitionType,
  simpleResolvers: true,
  description: 'A word that people can be marked with.',
})
export class TagType extends DefinitionType {
  readonly typeName = 'Tag';

  constructor(standing: Standing<TagDefinition>) {
    super(tags.prefix, standing);
  }
}

@InputType({ description: 'A new tag.' })
export class DefineTagInput extends DefinitionInput {
  @NewKey()
  key!: string;
}

@InputType({ description: 'Changes to a tag. Absent = unchanged; null = cleared.' })
export class UpdateTagInput extends DefinitionInput {
  @KnownKey()
  key!: string;

  @IfUnchangedSince()
  ifUnchangedSince?: Date | null;
}
