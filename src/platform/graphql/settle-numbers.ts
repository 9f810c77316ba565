import { getNamedType, GraphQLID, isInputObjectType, isListType, isNonNullType, typeFromAST } from 'graphql';
import type { GraphQLInputType, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { ExactNumber } from '../exact-number.js';
import { DateTime, Json } from './scalars.js';

const WHOLE = /^-?\d+$/;

/**
 * Makes plain numbers of the exact numbers in the variables of an operation, in place, where their type is one of
 * GraphQL.js, which would take them for objects. JSON and DateTime read them themselves; an ID is their digits.
 */
export function settleNumbers(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Record<string, unknown>,
): void {
  const declared = new Map(
    variableDefinitions.map(({ variable, type }) => [
      variable.name.value,
      typeFromAST(schema, type) as GraphQLInputType | undefined,
    ]),
  );
  for (const [name, value] of Object.entries(variables)) variables[name] = settled(value, declared.get(name));
}

function settled(value: unknown, type: GraphQLInputType | undefined): unknown {
  if (!type || typeof value !== 'object' || value === null) return value;
  if (isNonNullType(type)) return settled(value, type.ofType);
  if (value instanceof ExactNumber) return settledNumber(value, type);
  if (Array.isArray(value)) {
    if (isListType(type))
      for (const [index, one] of value.entries()) value[index] = settled(one, type.ofType);
    return value;
  }
  if (isListType(type)) return settled(value, type.ofType);
  if (!isInputObjectType(type)) return value;
  const fields = type.getFields();
  const given = value as Record<string, unknown>;
  for (const [name, one] of Object.entries(given)) {
    const field = fields[name];
    if (field) given[name] = settled(one, field.type);
  }
  return value;
}

function settledNumber(number: ExactNumber, type: GraphQLInputType): unknown {
  const { name } = getNamedType(type);
  if (name === Json.name || name === DateTime.name) return number;
  return name === GraphQLID.name && WHOLE.test(number.text) ? number.text : Number(number.text);
}
