import { personalForbidden } from '../access/index.js';
import { changeCatalogue, checkDefinitionKey, checkName } from '../definitions/index.js';
import type { DefinitionUsers } from '../definitions/index.js';
import { checkJson, Refusals } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import {
  contextFor,
  derivedAttributes,
  derivedDependency,
  derivedFigure,
  readNames,
  vocabulary,
  withQuotings,
} from '../rules/index.js';
import type { DerivedDefinition } from '../rules/index.js';

type SaveDerivedAttribute = Pick<DerivedDefinition, 'key'> &
  Partial<DerivedDefinition> & {
    isNew: boolean;
    now: Date;
    seesPersonal: boolean;
    /** Whether it may ask for names that there are not. */
    allowUndefined: boolean;
    users: DefinitionUsers;
  };

const NEW = {
  label: '',
  type: null,
  function: '',
  path: null,
  where: [],
  withinLast: null,
  currency: null,
  less: null,
};

/**
 * Defines a derived attribute, or changes one: what is undefined stays as it is. Segments that ask for it are rebuilt.
 * @throws OnefoldError FORBIDDEN, KEY_INVALID, KEY_TAKEN, DEFINITION_UNKNOWN, TOO_MANY, REQUIRED, TOO_LONG, RULE_INVALID, and Refusals of names that there are not
 */
export async function saveDerivedAttribute(
  tx: Transaction,
  { key, isNew, now, seesPersonal, allowUndefined, users, ...changes }: SaveDerivedAttribute,
): Promise<void> {
  await changeCatalogue(tx);
  const words = await vocabulary.read(tx);
  const changed = async (standing: DerivedDefinition): Promise<DerivedDefinition> => {
    const said = Object.entries(changes).filter(([, value]) => value !== undefined);
    const definition = { ...standing, ...Object.fromEntries(said) };
    checkName(definition.label, ['label']);
    checkJson(definition.where, ['where']);
    if (definition.less) checkJson(definition.less.where, ['less', 'where']);
    const {
      read: { personal },
      names,
    } = await readNames(tx, words, (known) =>
      derivedFigure(definition, { ...contextFor(words, 'NEW'), names: known }),
    );
    const isRenamed = said.every(([name]) => name === 'label');
    if (personal && !seesPersonal && !isRenamed) throw personalForbidden(personal);
    if (names.faults.length > 0 && !isRenamed && !allowUndefined) throw new Refusals(names.faults);
    const stored = withQuotings(definition, names.quotings);
    // One that could not be read as it is stored would stop every batch.
    derivedFigure(stored, contextFor(words, 'SAVED'));
    return stored;
  };
  if (isNew) {
    checkDefinitionKey(key);
    return derivedAttributes.define(tx, await changed({ key, ...NEW }), now);
  }
  await derivedAttributes.update(tx, key, changed, now);
  await users.follow(tx, derivedDependency(key), now);
}
