import { checkName, SetVerbs } from '../../definitions/index.js';
import { refuseNamed } from './check-definitions.js';
import { labelVocabulary } from './label.js';
import { tags } from './tags.js';

/** People keep a tag that is deleted. They show it again once it is defined again. */
export const tagVerbs = new SetVerbs({
  set: tags,
  blank: { label: '' },
  check(_tx, { after }) {
    checkName(after.label, ['label']);
    return after;
  },
  async checkRemoval(tx, { key }) {
    refuseNamed(await labelVocabulary.read(tx), { tag: key }, ['key']);
  },
});
