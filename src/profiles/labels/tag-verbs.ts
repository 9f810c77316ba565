import { SetVerbs } from '../../definitions/index.js';
import { refuseNamed } from './check-definitions.js';
import { tags } from './tags.js';

/** People keep a tag that is deleted. They show it again once it is defined again. */
export const tagVerbs = new SetVerbs({
  set: tags,
  blank: {},
  check: (_tx, { after }) => after,
  checkRemoval: (tx, { key }) => refuseNamed(tx, { tag: key }, ['key']),
});
