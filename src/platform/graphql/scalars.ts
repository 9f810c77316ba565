import { GraphQLScalarType } from 'graphql';
import {
  GraphQLDate,
  GraphQLDateTime,
  GraphQLJSON,
  GraphQLNonNegativeInt,
  GraphQLPositiveInt,
} from 'graphql-scalars';

export {
  GraphQLDate as DateScalar,
  GraphQLJSON as Json,
  GraphQLNonNegativeInt as NonNegativeInt,
  GraphQLPositiveInt as PositiveInt,
};

/** graphql-scalars does not say what specifies it. */
export const DateTime = new GraphQLScalarType({
  ...GraphQLDateTime.toConfig(),
  description:
    'An instant, as RFC 3339 writes it: `2026-03-01T09:30:00Z`. Always answered in UTC, with milliseconds; any offset is taken.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
});
