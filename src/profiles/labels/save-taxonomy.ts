import { changeCatalogue, checkDefinitionKey } from '../../definitions/index.js';
import type { DefinitionUsers } from '../../definitions/index.js';
import type { Transaction } from '../../platform/index.js';
import { checkTaxonomy } from './check-definitions.js';
import { labelVocabulary } from './label.js';
import { taxonomies } from './taxonomies.js';
import type { TaxonomyDefinition } from './taxonomies.js';
import { labelDependency } from './label-dependency.js';

type SaveTaxonomy = Pick<TaxonomyDefinition, 'key'> &
  Partial<TaxonomyDefinition> & { isNew: boolean; now: Date; users: DefinitionUsers };

/**
 * Defines a taxonomy, or changes one: what is undefined stays as it is. Segments that ask for its terms are rebuilt.
 * @throws OnefoldError KEY_INVALID, KEY_TAKEN, DEFINITION_UNKNOWN, TOO_MANY, and those of `checkTaxonomy`
 */
export async function saveTaxonomy(
  tx: Transaction,
  { key, isNew, now, users, ...changes }: SaveTaxonomy,
): Promise<void> {
  await changeCatalogue(tx);
  const vocabulary = await labelVocabulary.read(tx);
  const changed = (standing: TaxonomyDefinition): TaxonomyDefinition => {
    const said = Object.entries(changes).filter(([, value]) => value !== undefined);
    const taxonomy = { ...standing, ...Object.fromEntries(said) };
    checkTaxonomy(taxonomy, vocabulary);
    return taxonomy;
  };
  if (isNew) {
    checkDefinitionKey(key);
    return taxonomies.define(tx, changed({ key, label: '', labels: [], schemas: null, terms: [] }), now);
  }
  await taxonomies.update(tx, key, changed, now);
  await users.follow(tx, labelDependency('term', key), now);
}
