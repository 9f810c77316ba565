import {
  GraphQLDate,
  GraphQLDateTime,
  GraphQLJSON,
  GraphQLNonNegativeInt,
  GraphQLPositiveInt,
} from 'graphql-scalars';

export {
  GraphQLDate as DateScalar,
  GraphQLDateTime as DateTime,
  GraphQLJSON as Json,
  GraphQLNonNegativeInt as NonNegativeInt,
  GraphQLPositiveInt as PositiveInt,
};
