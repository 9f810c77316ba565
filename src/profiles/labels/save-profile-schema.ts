import { changeCatalogue, checkDefinitionKey } from '../../definitions/index.js';
import type { DefinitionUsers } from '../../definitions/index.js';
import type { Transaction } from '../../platform/index.js';
import { checkProfileSchema } from './check-definitions.js';
import { labelVocabulary } from './label.js';
import { profileSchemas } from './profile-schemas.js';
import type { ProfileSchemaDefinition } from './profile-schemas.js';
import { labelDependency } from './label-dependency.js';

type SaveProfileSchema = Pick<ProfileSchemaDefinition, 'key'> &
  Partial<ProfileSchemaDefinition> & { isNew: boolean; now: Date; users: DefinitionUsers };

const NEW = { label: '', badge: null, isDefault: false, attributes: [], tags: [], terms: [] };

/**
 * Defines a profile schema, or changes one: what is undefined stays as it is. New tags and terms of it are put on those
 * who adopt it from now on. Where it comes to be everybody's, or ceases to be, segments that ask for it are rebuilt.
 * @throws OnefoldError KEY_INVALID, KEY_TAKEN, DEFINITION_UNKNOWN, TOO_MANY, and those of `checkProfileSchema`
 */
export async function saveProfileSchema(
  tx: Transaction,
  { key, isNew, now, users, ...changes }: SaveProfileSchema,
): Promise<void> {
  await changeCatalogue(tx);
  const vocabulary = await labelVocabulary.read(tx);
  const changed = (standing: ProfileSchemaDefinition): ProfileSchemaDefinition => {
    const said = Object.entries(changes).filter(([, value]) => value !== undefined);
    const schema = { ...standing, ...Object.fromEntries(said) };
    checkProfileSchema(schema, vocabulary);
    return schema;
  };
  if (isNew) {
    checkDefinitionKey(key);
    return profileSchemas.define(tx, changed({ key, ...NEW }), now);
  }
  const wasDefault = vocabulary.schemas.get(key)?.isDefault;
  await profileSchemas.update(tx, key, changed, now);
  const isDefault = (await profileSchemas.read(tx)).get(key)?.isDefault;
  if (wasDefault !== isDefault) await users.follow(tx, labelDependency('facet', key), now);
}
