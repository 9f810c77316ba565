import { SetVerbs } from '../../definitions/index.js';
import { checkProfileSchema, refuseNamed } from './check-definitions.js';
import { labelDependency } from './label-dependency.js';
import { labelVocabulary } from './label.js';
import { profileSchemas } from './profile-schemas.js';

/**
 * New tags and terms of a schema are put on those who adopt it from then on. Segments that ask for it are rebuilt when
 * it becomes everybody's, or no longer is.
 */
export const profileSchemaVerbs = new SetVerbs({
  set: profileSchemas,
  blank: { badge: null, isDefault: false, attributes: [], tags: [], terms: [] },
  async check(tx, { after }) {
    checkProfileSchema(after, await labelVocabulary.read(tx));
    return after;
  },
  async checkRemoval(tx, { key, after }) {
    if (!after) await refuseNamed(tx, { facet: key }, ['key']);
  },
  followed: (before, after) =>
    before && after && before.isDefault !== after.isDefault ? labelDependency('facet', after.key) : undefined,
});
