import { definitionResolver } from '../definitions/index.js';
import { purposeVerbs } from './purpose-verbs.js';
import { DefinePurposeInput, PurposeType, UpdatePurposeInput } from './purpose.type.js';

export const PurposeResolver = definitionResolver(purposeVerbs, {
  name: 'Purpose',
  field: 'purpose',
  noun: 'purpose',
  type: PurposeType,
  show: (standing) => new PurposeType(standing),
  list: { name: 'purposes', gives: 'purposes' },
  define: {
    input: DefinePurposeInput,
    read: (said) => said,
    description: 'Adds a purpose: items may tell of consent for it.',
  },
  update: {
    input: UpdatePurposeInput,
    read: (said) => said,
    description: 'Changes what is said of a purpose.',
  },
  remove: {
    description:
      'Deletes a purpose: items can no longer tell of it, and what the ledger holds stays. A shipped one that was changed is as shipped again.',
  },
});
