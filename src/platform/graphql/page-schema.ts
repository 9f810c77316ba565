import { getNullableType, GraphQLList, GraphQLObjectType, GraphQLSchema } from 'graphql';
import type { GraphQLFieldConfig, GraphQLFieldResolver } from 'graphql';

/**
 * The same schema, but each field of a subscription takes a page of events (the root value) and answers a list with one
 * item for each. One execution then shows a whole page: setting one up costs more than showing an event.
 *
 * The arguments of such a field say which events come, and nothing of how they are shown; so they are left out.
 */
export function pageSchema(schema: GraphQLSchema): GraphQLSchema {
  const subscription = schema.getSubscriptionType();
  if (!subscription) return schema;
  const config = schema.toConfig();
  const { fields, name } = subscription.toConfig();
  return new GraphQLSchema({
    ...config,
    subscription: new GraphQLObjectType({
      name,
      fields: Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, ofPage(field)])),
    }),
    types: config.types.filter((type) => type !== subscription),
    assumeValid: true,
  });
}

function ofPage({
  type,
  resolve,
}: GraphQLFieldConfig<unknown, unknown>): GraphQLFieldConfig<unknown[], unknown> {
  const show = resolve as GraphQLFieldResolver<unknown, unknown>;
  return {
    // Nullable, so that what goes wrong with one event leaves the others as they are.
    type: new GraphQLList(getNullableType(type)),
    resolve: (events, _, context, info) => events.map((event) => show(event, {}, context, info)),
  };
}
