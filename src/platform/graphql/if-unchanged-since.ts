import { Field } from 'type-graphql';
import { DateTime } from './scalars.js';

/** Declares the field `ifUnchangedSince` of an input. The verb calls `checkUnchanged`. */
export function IfUnchangedSince(): PropertyDecorator {
  return Field(() => DateTime, {
    nullable: true,
    description:
      'The `updatedAt` that you have seen. If the object has changed since, the change is refused with `CHANGED_SINCE`. Null or absent = change it in any case.',
  });
}
