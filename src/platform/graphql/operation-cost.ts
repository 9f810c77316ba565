import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
} from 'graphql';
import type {
  DocumentNode,
  FieldNode,
  GraphQLField,
  GraphQLNamedType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
  ValueNode,
} from 'graphql';
import { DEFAULT_PAGE_SIZE } from './connection.js';

/** Lists without pages that name no bound are short, such as errors; they count as this many. */
const SMALL_LIST = 10;
/** Most types have few fields, and most fields have no arguments. */
const INTROSPECTED_LIST = 3;
/** An introspection is answered in one go, while everybody else waits: its objects count more. */
const INTROSPECTION = 4;

declare module 'graphql' {
  // The names of the type parameters are those of graphql-js.
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    /** How many items a list without pages counts as. */
    items?: number;
  }
}

/** What operations cost that cost the same with any variables. Documents are parsed once and kept. */
const fixedCosts = new WeakMap<OperationDefinitionNode, number>();

/**
 * How many objects an operation may return at most: pages multiply what is asked of each of their items. Not done
 * with graphql-query-complexity: it coerces all variables once more, which doubled what a batch of ingest cost.
 * @param document valid, so that its fragments have no cycles
 * @param variables as they came; those that are absent have their defaults
 */
export function operationCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  operation: OperationDefinitionNode,
): number {
  const known = fixedCosts.get(operation);
  if (known !== undefined) return known;
  let isFixed = true;
  const fragments = new Map<string, number>();
  const defaults = new Map(
    operation.variableDefinitions?.map((one) => [one.variable.name.value, one.defaultValue]),
  );

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
    if (!field) return 0;
    const type = getNamedType(field.type);
    if (!node.selectionSet || !isCompositeType(type)) return 0;
    const own = isIntrospectionType(type) ? INTROSPECTION : (field.extensions.items ?? 1);
    return own + timesAsked(node, field, parent) * ofSelections(node.selectionSet, type);
  }

  function timesAsked(
    node: FieldNode,
    field: GraphQLField<unknown, unknown>,
    parent: GraphQLNamedType | undefined,
  ): number {
    const type = getNamedType(field.type);
    if (type.name.endsWith('Connection')) {
      const size = argumentOf(node, field, 'first') ?? argumentOf(node, field, 'last') ?? DEFAULT_PAGE_SIZE;
      return numberOf(size);
    }
    const asked = argumentOf(node, field, 'sample') ?? argumentOf(node, field, 'ids');
    if (asked !== undefined && asked !== null) return numberOf(asked);
    // The items of a page were counted where the page was asked for.
    if (!isList(field) || parent?.name.endsWith('Connection')) return 1;
    if (!isIntrospectionType(type)) return field.extensions.items ?? SMALL_LIST;
    return field.name === 'types' ? Object.keys(schema.getTypeMap()).length : INTROSPECTED_LIST;
  }

  /** What the field will be given: undefined where it takes no such argument. */
  function argumentOf(node: FieldNode, field: GraphQLField<unknown, unknown>, name: string): unknown {
    const declared = field.args.find((one) => one.name === name);
    const given = node.arguments?.find((one) => one.name.value === name);
    const value = given && valueOf(given.value);
    return value === undefined ? declared?.defaultValue : value;
  }

  /** As far as it matters here. Undefined = a variable that is absent, so the default of the argument stands. */
  function valueOf(node: ValueNode): unknown {
    if (node.kind === Kind.INT) return Number(node.value);
    if (node.kind === Kind.LIST) return node.values;
    if (node.kind !== Kind.VARIABLE) return node.kind === Kind.NULL ? null : [node];
    isFixed = false;
    const name = node.name.value;
    if (Object.hasOwn(variables, name)) return variables[name];
    const standing = defaults.get(name);
    return standing && valueOf(standing);
  }

  const cost = ofSelections(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
  if (isFixed) fixedCosts.set(operation, cost);
  return cost;
}

/** A number below 0, and what is none, is refused later. A value in place of a list is a list of one. */
function numberOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'number' ? Math.max(0, value) : 1;
}

function fieldOf(
  type: GraphQLNamedType | undefined,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
  if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
}

function isList({ type }: GraphQLField<unknown, unknown>): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}
