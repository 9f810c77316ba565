import { Json } from '../../../platform/graphql/index.js';
import type { InputFields } from '../input-fields.type.js';

export const attributesInput: InputFields = {
  attributes: {
    type: () => Json,
    description:
      'What is known of the person from `occurredAt` on: an object of at most 200 values. An explicit null says that it is no longer so.',
  },
};
