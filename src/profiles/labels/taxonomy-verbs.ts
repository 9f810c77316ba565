import { SetVerbs } from '../../definitions/index.js';
import { checkTaxonomy, refuseNamed } from './check-definitions.js';
import { labelDependency } from './label-dependency.js';
import { labelVocabulary } from './label.js';
import { taxonomies } from './taxonomies.js';

/** Segments that ask for a taxonomy's terms are rebuilt when it changes. */
export const taxonomyVerbs = new SetVerbs({
  set: taxonomies,
  blank: { labels: [], schemas: null, terms: [] },
  async check(tx, { after }) {
    checkTaxonomy(after, await labelVocabulary.read(tx));
    const left = new Set(after.terms.map((term) => term.key));
    await refuseNamed(tx, { taxonomy: after.key, isLeft: (term) => left.has(term) }, ['terms']);
    return after;
  },
  async checkRemoval(tx, { key, after }) {
    const left = new Set(after?.terms.map((term) => term.key));
    await refuseNamed(tx, { taxonomy: key, isLeft: (term) => left.has(term) }, ['key']);
  },
  followed: (before, after) => (before && after ? labelDependency('term', after.key) : undefined),
});
