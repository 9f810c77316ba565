import { SetVerbs } from '../definitions/index.js';
import { checkText } from '../platform/index.js';
import { attributeDefinitions, UNSAID } from './attribute-definitions.js';
import type { AttributeDefinition } from './attribute-definitions.js';
import { checkAttribute } from './check-attribute.js';
import { checkFlag } from './check-flag.js';

const MAX_KEY = 100;

/**
 * What is said of an attribute counts for values that come from the commit on: those that stand were chosen by what was
 * said then. Its type cannot change.
 */
export const attributeVerbs = new SetVerbs<AttributeDefinition, 'type'>({
  set: attributeDefinitions,
  blank: UNSAID,
  checkSourceKey: (key) => checkText(key, MAX_KEY, ['key']),
  async check(tx, { key, before, after, seesPersonal }) {
    await checkAttribute(tx, after);
    const flags = { before: before?.isPersonal, after: after.isPersonal };
    checkFlag({ key, type: after.type, ...flags }, { path: ['isPersonal'], seesPersonal });
    return after;
  },
  checkRemoval(_tx, { key, before, after, seesPersonal }) {
    const flags = { before: before.isPersonal, after: after?.isPersonal };
    checkFlag({ key, type: before.type, ...flags }, { path: ['key'], seesPersonal });
  },
});
