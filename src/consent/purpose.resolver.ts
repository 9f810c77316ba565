import { definitionKind, saving } from '../definitions/index.js';
import { purposeVerbs } from './purpose-verbs.js';
import { DefinePurposeInput, PurposeType, UpdatePurposeInput } from './purpose.type.js';

export const purposeKind = definitionKind(purposeVerbs, {
  name: 'Purpose',
  field: 'purpose',
  noun: 'purpose',
  type: PurposeType,
  show: (standing) => new PurposeType(standing),
  one: 'purpose',
  list: { name: 'purposes', gives: 'purposes' },
  define: saving(DefinePurposeInput, 'Adds a purpose: items may tell of consent for it.'),
  update: saving(UpdatePurposeInput, 'Changes what is said of a purpose.'),
  remove:
    'Deletes a purpose: items can no longer tell of it, and what the ledger holds stays. Deleting a built-in definition restores its defaults.',
});
