import {
  defaultFieldResolver,
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { GraphQLField, GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { turns } from '../turns.js';

/**
 * GraphQL.js completes everything that has been read in one go: a page of pages holds a quarter of a million objects.
 * So each page and each list waits for its turn before it is completed.
 * @param keyOf whose turn it is
 */
export function inTurns<Context>(schema: GraphQLSchema, keyOf: (context: Context) => string): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || isPartOfPage(type.name)) continue;
    for (const field of Object.values(type.getFields()))
      if (isLarge(field)) field.resolve = waiting(field.resolve ?? defaultFieldResolver, keyOf);
  }
}

function isPartOfPage(name: string): boolean {
  return name.endsWith('Connection') || name.endsWith('Edge');
}

function isLarge({ type }: GraphQLField<unknown, unknown>): boolean {
  const named = getNamedType(type);
  const isList = isListType(isNonNullType(type) ? type.ofType : type);
  return isCompositeType(named) && (isList || isPartOfPage(named.name));
}

function waiting<Context>(
  resolve: GraphQLFieldResolver<unknown, Context>,
  keyOf: (context: Context) => string,
): GraphQLFieldResolver<unknown, Context> {
  return (source, args, context, info) => {
    const inTurn = (value: unknown) => {
      const turn = turns.next(keyOf(context));
      return turn ? turn.then(() => value) : value;
    };
    const value = resolve(source, args, context, info);
    return value instanceof Promise ? value.then(inTurn) : inTurn(value);
  };
}
