import { registerEnumType } from 'type-graphql';
import { VALUE_TYPES } from './value-type.js';
import type { ValueType } from './value-type.js';

export const ValueTypeEnum = Object.fromEntries(Object.keys(VALUE_TYPES).map((type) => [type, type])) as {
  [Type in ValueType]: Type;
};

registerEnumType(ValueTypeEnum, {
  name: 'ValueType',
  description: 'What the values of an attribute, or of a property of an event, must be.',
  valuesConfig: Object.fromEntries(
    Object.entries(VALUE_TYPES).map(([type, { expects }]) => [type, { description: `It takes ${expects}.` }]),
  ),
});
