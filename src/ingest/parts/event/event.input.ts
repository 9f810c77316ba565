import { Json } from '../../../platform/graphql/index.js';
import type { InputFields } from '../input-fields.type.js';

export const eventInput: InputFields = {
  type: {
    type: () => String,
    description:
      'What happened, such as `purchase`; absent when the item tells no event. At most 100 characters.',
  },
  properties: { type: () => Json, description: 'What there is to tell of the event: an object.' },
};
