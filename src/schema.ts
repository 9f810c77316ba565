import 'reflect-metadata';
import { isInputObjectType, lexicographicSortSchema, printSchema } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, getMetadataStorage } from 'type-graphql';
import type { PubSub } from 'type-graphql';
import type { RequestContext } from './access/index.js';
import type { Scope } from './platform/index.js';
import { costLists } from './cost-lists.js';
import { ALL, FEATURES } from './features.js';
import { NodeResolver, UserErrorResolver } from './node.resolver.js';
import { DateTime, inTurns } from './platform/graphql/index.js';
import { OnefoldError } from './platform/index.js';
import { nameRunKinds } from './runs/index.js';

/** Subscriptions read the change log themselves; TypeGraphQL asks for one of these all the same. */
const noPubSub: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('subscriptions are readers of the change log');
  },
};

/** TypeGraphQL makes the root types itself, and has no place for what they are. */
const ROOTS: Record<string, string> = {
  Query: 'Reads. Everything in one answer shows the same moment.',
  Mutation:
    'Writes. Each takes one `input`; when it is refused, nothing changes, and `userErrors` (for `ingest`, the `errors` of the item) say why. Several in one request run in order, independently of each other.',
  Subscription:
    'Live changes, over a WebSocket at the same path (`graphql-transport-ws`). docs/subscriptions.md describes the protocol.',
};

export function createSchema(): GraphQLSchema {
  nameRunKinds(ALL.runKinds);
  const schema = buildSchemaSync({
    resolvers: [NodeResolver, UserErrorResolver, ...FEATURES.flatMap(({ resolvers = [] }) => resolvers)],
    orphanedTypes: FEATURES.flatMap(({ types = [] }) => types),
    scalarsMap: [{ type: Date, scalar: DateTime }],
    pubSub: noPubSub,
    validate: false,
    authChecker: ({ context }, scopes: Scope[]) => mayAsk(context as RequestContext, scopes),
  });
  // TypeGraphQL has no option for it: inputs of which exactly one field is set are marked by an extension.
  for (const type of Object.values(schema.getTypeMap()))
    if (isInputObjectType(type) && type.extensions.isOneOf) type.isOneOf = true;
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    if (!root) continue;
    root.description = ROOTS[root.name];
    for (const field of Object.values(root.getFields()))
      field.description = `${field.description} ${scopeSentence(root.name, field.name)}`;
  }
  costLists(schema);
  // Where it is looked at (introspection, GraphiQL, schema.graphql), things are found by their names.
  const sorted = lexicographicSortSchema(schema);
  inTurns(sorted, (context: RequestContext) => context.principal?.keyId ?? '');
  return sorted;
}

/** Says which keys may ask for a field of a root: the last sentence of its description. */
function scopeSentence(root: string, field: string): string {
  const scopes = scopesOf(root, field);
  return `Needs ${scopes.length === 0 ? 'any key' : scopes.join(' or ')}.`;
}

/** Any one of these is enough. @throws Error where `@Authorized` was forgotten */
function scopesOf(root: string, field: string): readonly string[] {
  const { queries, mutations, subscriptions } = getMetadataStorage();
  const fields = { Query: queries, Mutation: mutations, Subscription: subscriptions }[root];
  const scopes = fields?.find(({ schemaName }) => schemaName === field)?.roles;
  if (!scopes) throw new Error(`${root}.${field} does not say which keys may ask for it`);
  return scopes.map(String);
}

/** As it is committed in `schema.graphql`. */
export function printedSchema(): string {
  return `${printSchema(createSchema())}\n`;
}

/** Any one of the scopes is enough. @throws OnefoldError UNAUTHENTICATED, FORBIDDEN */
function mayAsk(context: RequestContext, scopes: readonly Scope[]): true {
  const [first] = scopes;
  if (!context.principal) throw new OnefoldError('UNAUTHENTICATED');
  if (first && !scopes.some((scope) => context.has(scope))) context.need(first);
  return true;
}
