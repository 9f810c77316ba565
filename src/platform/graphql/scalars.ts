import { GraphQLScalarType } from 'graphql';
import {
  GraphQLDate,
  GraphQLDateTime,
  GraphQLJSON,
  GraphQLNonNegativeInt,
  GraphQLPositiveInt,
} from 'graphql-scalars';
import { readLiteral } from './read-literal.js';

export {
  GraphQLDate as DateScalar,
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

/** graphql-scalars rounds the numbers of literals. */
export const Json = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  description:
    'Any value of JSON. Numbers are kept and answered exactly, whatever their size, with at most 1,000 digits when written out in full; `1`, `1.0` and `1e0` are one number. Read answers with a parser that keeps large numbers where that matters: JavaScript rounds them.',
  parseLiteral: readLiteral,
});
