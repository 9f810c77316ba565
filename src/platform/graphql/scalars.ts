import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import {
  GraphQLDate,
  GraphQLDateTime,
  GraphQLJSON,
  GraphQLNonNegativeInt,
  GraphQLPositiveInt,
} from 'graphql-scalars';
import { readInstant } from '../read-instant.js';
import { readLiteral } from './read-literal.js';

export {
  GraphQLDate as DateScalar,
  GraphQLNonNegativeInt as NonNegativeInt,
  GraphQLPositiveInt as PositiveInt,
};

/** It takes more spellings than that of graphql-scalars, which refuses most of what PostgreSQL, Python and Java print. */
export const DateTime = new GraphQLScalarType<Date>({
  ...GraphQLDateTime.toConfig(),
  description:
    'An instant in ISO 8601, with its zone: `2026-03-01T09:30:00Z`, `2026-03-01 10:30+01`. What is finer than a millisecond is cut off. Always answered in UTC, with milliseconds: `2026-03-01T09:30:00.000Z`.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  parseValue,
  parseLiteral: (node) => parseValue(node.kind === Kind.STRING ? node.value : null),
});

/** graphql-scalars rounds the numbers of literals. */
export const Json = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  description:
    'Any value of JSON. Numbers are kept and answered exactly, whatever their size, with at most 1,000 digits when written out in full; `1`, `1.0` and `1e0` are one number. Read answers with a parser that keeps large numbers where that matters: JavaScript rounds them.',
  parseLiteral: readLiteral,
});

export const Decimal = new GraphQLScalarType<string>({
  name: 'Decimal',
  description: 'An exact decimal number, written as a text so that no program rounds it: `"49.99"`.',
  specifiedByURL: 'https://en.wikipedia.org/wiki/Decimal#Decimal_notation',
  serialize: String,
});

/** For answers only. An input takes a RuleInput. */
export const Rule = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  name: 'Rule',
  description:
    'A stored rule: JSON in the form of `RuleInput`, so that it can be sent again as one. API keys without READ_PII see `***` in place of personal values.',
});

function parseValue(value: unknown): Date {
  const read = readInstant(value);
  if ('fault' in read) throw new GraphQLError(read.fault);
  return read.date;
}
