import { checkDescription, checkName, SetVerbs } from '../definitions/index.js';
import { purposes } from './purposes.js';

export const purposeVerbs = new SetVerbs({
  set: purposes,
  blank: { label: '', description: null },
  check(_tx, { after }) {
    checkName(after.label, ['label']);
    if (after.description !== null) checkDescription(after.description);
    return after;
  },
});
