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
  define: saving(DefinePurposeInput, 'Defines a purpose. Items may then contain consents for it.'),
  update: saving(UpdatePurposeInput, 'Changes a purpose.'),
  remove: 'Deletes a purpose. Items can no longer name it; the consent ledger keeps its entries.',
});
