import { personalForbidden } from '../access/index.js';
import { SetVerbs } from '../definitions/index.js';
import { checkJson, Refusals } from '../platform/index.js';
import {
  derivedAttributes,
  derivedDependency,
  derivedFigure,
  readNames,
  ruleContextFor,
  vocabulary,
  withQuotings,
} from '../rules/index.js';

/** Segments that ask for a derived attribute are rebuilt when it changes. */
export const derivedVerbs = new SetVerbs({
  set: derivedAttributes,
  blank: {
    type: null,
    function: '',
    path: null,
    where: [],
    withinLast: null,
    currency: null,
    less: null,
  },
  /** @throws OnefoldError FORBIDDEN, RULE_INVALID, and Refusals of names that there are not */
  async check(tx, { after, said, seesPersonal, allowUndefined }) {
    checkJson(after.where, ['where']);
    if (after.less) checkJson(after.less.where, ['less', 'where']);
    const words = await vocabulary.read(tx);
    const {
      read: { personal },
      names,
    } = await readNames(tx, words, (known) =>
      derivedFigure(after, { ...ruleContextFor(words, 'NEW'), names: known }),
    );
    const isRenamed = Object.keys(said).every((name) => name === 'label' || name === 'description');
    if (personal && !seesPersonal && !isRenamed) throw personalForbidden(personal);
    if (names.faults.length > 0 && !isRenamed && !allowUndefined) throw new Refusals(names.faults);
    const stored = withQuotings(after, names.quotings);
    // One that could not be read as it is stored would stop every batch.
    derivedFigure(stored, ruleContextFor(words, 'SAVED'));
    return stored;
  },
  followed: (before, after) => (before && after ? derivedDependency(after.key) : undefined),
});
