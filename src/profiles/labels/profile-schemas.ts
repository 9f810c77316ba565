import { DefinitionSet } from '../../definitions/index.js';
import type { Definition } from '../../definitions/index.js';

export interface TermName {
  taxonomy: string;
  term: string;
}

/** A kind of facet, such as `member`, with its attributes, tags and terms. */
export interface ProfileSchemaDefinition extends Definition {
  /** A few characters to show beside a name; null = none. */
  badge: string | null;
  /** Whether everybody has it who did not drop it. */
  isDefault: boolean;
  /** Keys of its attributes. */
  attributes: readonly string[];
  /** What each person who adopts it gets. */
  tags: readonly string[];
  terms: readonly TermName[];
}

export const profileSchemas = new DefinitionSet<ProfileSchemaDefinition>({
  kind: 'PROFILE_SCHEMA',
  name: 'profile schema',
  shipped: [
    {
      key: 'customer',
      label: 'Customer',
      description: null,
      badge: null,
      isDefault: true,
      attributes: ['firstName', 'lastName', 'birthDate', 'city', 'country', 'language'],
      tags: [],
      terms: [],
    },
    {
      key: 'member',
      label: 'Member',
      description: null,
      badge: '★',
      isDefault: false,
      attributes: ['member.type', 'member.startDate', 'member.expiryDate'],
      tags: [],
      terms: [],
    },
    {
      key: 'student',
      label: 'Student',
      description: null,
      badge: '🎓',
      isDefault: false,
      attributes: ['student.school', 'student.startDate', 'student.endDate'],
      tags: [],
      terms: [],
    },
  ],
  limit: 100,
});
