import { TagsInput } from '../../../profiles/labels/label.type.js';
import type { InputFields } from '../input-fields.type.js';

export const labelsInput: InputFields = {
  tags: { type: () => TagsInput, description: 'Tags, terms of taxonomies, and facets of the person.' },
};
