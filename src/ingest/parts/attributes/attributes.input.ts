import { Json } from '../../../platform/graphql/index.js';
import type { InputFields } from '../input-fields.type.js';

export const attributesInput: InputFields = {
  attributes: {
    type: () => Json,
    description:
      'Attributes of the person from `occurredAt` on: an object of at most 200 values. An explicit null removes the value.',
  },
};
