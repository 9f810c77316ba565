import { definitionResolver } from '../definitions/index.js';
import { composedTexts } from '../platform/index.js';
import {
  AttributeDefinitionType,
  DefineAttributeInput,
  UpdateAttributeInput,
} from './attribute-definition.type.js';
import { attributeVerbs } from './attribute-verbs.js';

export const AttributeDefinitionResolver = definitionResolver(attributeVerbs, {
  name: 'Attribute',
  field: 'attribute',
  noun: 'attribute',
  type: AttributeDefinitionType,
  show: (standing) => new AttributeDefinitionType(standing),
  list: {
    name: 'attributeDefinitions',
    gives: 'attributes that are defined',
    items: attributeVerbs.limit,
  },
  define: {
    input: DefineAttributeInput,
    read: withTexts,
    description: 'Adds an attribute: values that come from now on are held against it.',
  },
  update: {
    input: UpdateAttributeInput,
    read: withTexts,
    description: 'Changes what is said of an attribute. It counts for what comes from now on.',
  },
  remove: {
    description:
      'Deletes the definition of an attribute that no segment asks for; a shipped one is as shipped again. Values that there are stay.',
  },
});

/** With its values as texts are kept. */
function withTexts<Said extends Pick<UpdateAttributeInput, 'allowedValues'>>({
  allowedValues,
  ...said
}: Said) {
  return { ...said, allowedValues: allowedValues && composedTexts(allowedValues) };
}
