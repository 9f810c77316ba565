import { OnefoldError } from '../../../platform/index.js';
import { labelsBegin } from '../facts-ahead.js';
import type { PredicateKind } from '../rule.js';
import { hasLabel } from './tag.js';

/** Whether the person has a role: adopted, or by default and not dropped. */
export const facet: PredicateKind = {
  field: 'facet',
  parse(input, path, { labels, isSaved }) {
    const { schema } = input as { schema: string };
    const definition = labels?.schemas.get(schema);
    if (!isSaved && labels && !definition)
      throw new OnefoldError('SCHEMA_UNKNOWN', { path: [...path, 'schema'] });
    return {
      compile: () => hasLabel('FACET', schema, definition?.isDefault),
      nextChange: () => null,
      begins: () => labelsBegin('FACET', [schema]),
      dependsOn: () => [`facet:${schema}`],
      describe: () => `have the role ${schema}`,
    };
  },
};
