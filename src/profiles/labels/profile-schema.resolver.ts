import { definitionResolver } from '../../definitions/index.js';
import { DeleteLabelInput } from './label.type.js';
import { profileSchemaVerbs } from './profile-schema-verbs.js';
import { profileSchemas } from './profile-schemas.js';
import type { ProfileSchemaDefinition } from './profile-schemas.js';
import {
  DefineProfileSchemaInput,
  ProfileSchemaType,
  UpdateProfileSchemaInput,
} from './profile-schema.type.js';

export const ProfileSchemaResolver = definitionResolver(profileSchemaVerbs, {
  name: 'ProfileSchema',
  field: 'schema',
  noun: 'schema',
  subject: 'profile schema',
  type: ProfileSchemaType,
  show: toSchema,
  list: { name: 'profileSchemas', gives: 'profile schemas' },
  define: { input: DefineProfileSchemaInput, read: (said) => said, description: 'Adds a profile schema.' },
  update: {
    input: UpdateProfileSchemaInput,
    read: (said) => said,
    description:
      'Changes a profile schema. New tags and terms of it are put on those who adopt it from now on; segments that ask for it follow.',
  },
  remove: {
    input: DeleteLabelInput,
    description: 'Deletes a profile schema that no segment asks for; a shipped one is as shipped again.',
  },
});

export function toSchema(schema: ProfileSchemaDefinition): ProfileSchemaType {
  return { ...schema, shipped: profileSchemas.isShipped(schema.key) };
}
