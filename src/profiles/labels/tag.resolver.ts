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
  define: saving(DefineTagInput, 'Adds a tag: items may name it.'),
  update: saving(UpdateTagInput, 'Changes what is said of a tag.'),
  remove:
    'Deletes a tag that no segment asks for. People who bear it show it again once it is defined again.',
});
