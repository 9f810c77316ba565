import { Json } from '../../../platform/graphql/index.js';
import type { InputFields } from '../input-fields.type.js';

export const eventInput: InputFields = {
  type: {
    type: () => String,
    description:
      'The type of the event, such as `purchase`, at most 100 characters. Absent = the item has no event.',
  },
  properties: { type: () => Json, description: 'The properties of the event: an object.' },
};
