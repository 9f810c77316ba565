import { definitionResolver } from '../../definitions/index.js';
import { DeleteLabelInput } from './label.type.js';
import { tagVerbs } from './tag-verbs.js';
import { TagDefinitionInput, TagType } from './tag.type.js';

export const TagResolver = definitionResolver(tagVerbs, {
  name: 'Tag',
  field: 'tag',
  noun: 'tag',
  type: TagType,
  show: (tag) => tag,
  list: { name: 'tags', gives: 'tags', items: tagVerbs.limit },
  define: { input: TagDefinitionInput, read: (said) => said, description: 'Adds a tag: items may name it.' },
  update: {
    input: TagDefinitionInput,
    read: (said) => said,
    description: 'Gives a tag another name for people.',
    asks: 'Which tag, and its name.',
  },
  remove: {
    input: DeleteLabelInput,
    description:
      'Deletes a tag that no segment asks for. Whoever has it shows it again if it is defined again.',
  },
});
