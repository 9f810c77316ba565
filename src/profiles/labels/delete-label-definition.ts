import type { DefinitionUsers } from '../../definitions/index.js';
import type { Transaction } from '../../platform/index.js';
import { refuseNamed } from './check-definitions.js';
import { labelVocabulary } from './label.js';
import { labelDependency } from './label-dependency.js';
import { profileSchemas } from './profile-schemas.js';
import { tags } from './tags.js';
import { taxonomies } from './taxonomies.js';
import type { TaxonomyDefinition } from './taxonomies.js';

const SETS = { tag: tags, term: taxonomies, facet: profileSchemas };

/**
 * Deletes a tag, a taxonomy (`term`) or a profile schema (`facet`); a shipped one is as shipped again. What people were
 * labelled with stays on record, and shows again if it is defined again.
 * @throws OnefoldError DEFINITION_UNKNOWN, DEFINITION_SHIPPED, DEFINITION_IN_USE
 */
export async function deleteLabelDefinition(
  tx: Transaction,
  { of, key, now, users }: { of: keyof typeof SETS; key: string; now: Date; users: DefinitionUsers },
): Promise<void> {
  await SETS[of].remove(tx, key, async (_standing, instead) => {
    const vocabulary = await labelVocabulary.read(tx);
    if (of === 'term') {
      const left = new Set((instead as TaxonomyDefinition | undefined)?.terms.map((term) => term.key));
      refuseNamed(vocabulary, { taxonomy: key, isLeft: (term) => left.has(term) }, ['key']);
    } else if (!instead) {
      refuseNamed(vocabulary, of === 'tag' ? { tag: key } : { facet: key }, ['key']);
    }
  });
  if (SETS[of].isShipped(key)) await users.follow(tx, labelDependency(of, key), now);
}
