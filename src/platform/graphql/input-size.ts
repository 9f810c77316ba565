import { isInputObjectType, isListType, isNonNullType, typeFromAST } from 'graphql';
import type { GraphQLInputType, GraphQLSchema, OperationDefinitionNode } from 'graphql';

/**
 * Whether there is more to read in the variables of an operation than this, in about microseconds: for an object, each
 * field that its type has is looked for twice, by GraphQL.js and by TypeGraphQL. A value of JSON is one, whatever is
 * in it.
 */
export function isInputLargerThan(
  most: number,
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  let left = most;

  function count(type: GraphQLInputType, value: unknown): void {
    if (value === undefined || value === null || left < 0) return;
    if (isNonNullType(type)) return count(type.ofType, value);
    if (isListType(type)) {
      for (const one of Array.isArray(value) ? value : [value]) count(type.ofType, one);
      return;
    }
    left -= 1;
    if (!isInputObjectType(type) || typeof value !== 'object') return;
    const fields = type.getFields();
    left -= 2 * Object.keys(fields).length;
    for (const [name, inner] of Object.entries(value)) {
      const field = fields[name];
      if (field) count(field.type, inner);
    }
  }

  for (const { variable, type } of variableDefinitions) {
    const declared = typeFromAST(schema, type) as GraphQLInputType | undefined;
    if (declared) count(declared, variables[variable.name.value]);
  }
  return left < 0;
}
