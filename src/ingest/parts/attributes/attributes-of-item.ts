import { attributeDefinitions, compileAttributes, recordAttributeChanges } from '../../../profiles/index.js';
import type { AttributeRules } from '../../../profiles/index.js';
import { anything } from '../../readers.js';
import type { ItemPart } from '../item-part.js';
import { attributesInput } from './attributes.input.js';
import { NO_ATTRIBUTES, parseAttributes } from './parse-attributes.js';
import type { ItemAttributes } from './parse-attributes.js';

/**
 * Attributes are kept in the profile itself. `factsOfPeople` finds out which of them change there, and the pipeline
 * writes them with the profiles. This part records only the history of audited attributes.
 */
export const attributesOfItem: ItemPart<'attributes', ItemAttributes, AttributeRules> = {
  name: 'attributes',
  input: attributesInput,
  fields: { attributes: anything },
  nothing: NO_ATTRIBUTES,
  definitions: async (tx) => compileAttributes(await attributeDefinitions.read(tx)),
  parse: parseAttributes,
  isHistory: true,
  record: (tx, pieces, rules) =>
    recordAttributeChanges(
      tx,
      pieces.flatMap(({ value: all, profile, side, item }) => {
        const { occurredAt: at, requestedAt: receivedAt, arrival, sourceId } = item;
        return [...all]
          .filter(([key]) => rules.isAudited(key))
          .map(([key, value]) => ({ key, value, at, arrival, sourceId, profile, side, receivedAt }));
      }),
    ),
  waiting: {
    keep: (attributes) => (attributes.size > 0 ? Object.fromEntries(attributes) : undefined),
    revive: (kept: Readonly<Record<string, unknown>>) => new Map(Object.entries(kept)),
  },
};
