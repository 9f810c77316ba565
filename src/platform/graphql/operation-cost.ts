import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
} from 'graphql';
import type {
  DocumentNode,
  FieldNode,
  GraphQLField,
  GraphQLNamedType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import { DEFAULT_PAGE_SIZE } from './connection.js';

/** Lists without pages (identifiers, memberships) are bounded by what a person is; reckoned at this many. */
const SMALL_LIST = 10;

/**
 * How many objects an operation may return at most: pages multiply what is asked of each of their items. Not done
 * with graphql-query-complexity: it coerces all variables once more, which doubled what a batch of ingest cost.
 * @param document valid, so that its fragments have no cycles
 */
export function operationCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  operation: OperationDefinitionNode,
): number {
  const fragments = new Map<string, number>();

  function ofSelections({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined): number {
    return selections.reduce((sum, selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return sum + ofFragment(selection.name.value);
      if (selection.kind === Kind.FIELD) return sum + ofField(selection, type);
      const condition = selection.typeCondition?.name.value;
      return sum + ofSelections(selection.selectionSet, condition ? schema.getType(condition) : type);
    }, 0);
  }

  function ofFragment(name: string): number {
    const known = fragments.get(name);
    if (known !== undefined) return known;
    const definition = document.definitions.find(
      (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name,
    );
    if (definition?.kind !== Kind.FRAGMENT_DEFINITION) return 0;
    const cost = ofSelections(definition.selectionSet, schema.getType(definition.typeCondition.name.value));
    fragments.set(name, cost);
    return cost;
  }

  function ofField(node: FieldNode, parent: GraphQLNamedType | undefined): number {
    const field = fieldOf(parent, node.name.value);
    if (!field || !node.selectionSet) return 0;
    const type = getNamedType(field.type);
    if (!isCompositeType(type)) return 0;
    return 1 + timesAsked(node, field, parent) * ofSelections(node.selectionSet, type);
  }

  function timesAsked(
    node: FieldNode,
    field: GraphQLField<unknown, unknown>,
    parent: GraphQLNamedType | undefined,
  ): number {
    if (getNamedType(field.type).name.endsWith('Connection')) {
      return Math.max(0, numberIn(node, ['first', 'last']) ?? DEFAULT_PAGE_SIZE);
    }
    const asked = numberIn(node, ['sample', 'ids']);
    if (asked !== undefined) return Math.max(0, asked);
    // The items of a page were counted where the page was asked for.
    return isList(field) && !parent?.name.endsWith('Connection') ? SMALL_LIST : 1;
  }

  /** The value of one of these arguments, or how many values it has. */
  function numberIn(node: FieldNode, names: readonly string[]): number | undefined {
    const value = node.arguments?.find((argument) => names.includes(argument.name.value))?.value;
    if (value?.kind === Kind.INT) return Number(value.value);
    if (value?.kind === Kind.LIST) return value.values.length;
    const given = value?.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
    if (Array.isArray(given)) return given.length;
    return typeof given === 'number' ? given : undefined;
  }

  return ofSelections(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
}

function fieldOf(
  type: GraphQLNamedType | undefined,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
}

function isList({ type }: GraphQLField<unknown, unknown>): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}
