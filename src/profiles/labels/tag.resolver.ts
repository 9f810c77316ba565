import { definitionKind, saving } from '../../definitions/index.js';
import { tagVerbs } from './tag-verbs.js';
import { DefineTagInput, TagType, UpdateTagInput } from './tag.type.js';

export const tagKind = definitionKind(tagVerbs, {
  name: 'Tag',
  field: 'tag',
  noun: 'tag',
  type: TagType,
  show: (standing) => new TagType(standing),
  one: 'tag',
  list: { name: 'tags', gives: 'tags' },
  define: saving(DefineTagInput, 'Defines a tag. Items may then name it.'),
  update: saving(UpdateTagInput, 'Changes a tag.'),
  remove: 'Deletes a tag. People who have it show it again if it is defined again.',
});
