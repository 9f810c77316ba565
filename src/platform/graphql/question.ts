import { getOperationAST, getVariableValues, Kind, print, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { DocumentNode, GraphQLSchema, VariableDefinitionNode } from 'graphql';
import { canonicalJson } from '../canonical-json.js';

interface Asked {
  document: DocumentNode;
  operationName?: string | null | undefined;
  variableValues?: Readonly<Record<string, unknown>> | null | undefined;
}

interface Shape {
  text: string;
  variables: ReadonlySet<string>;
  definitions: readonly VariableDefinitionNode[];
}

/** Documents are parsed once and kept, so most subscriptions find their shape here. */
const shapes = new WeakMap<DocumentNode, Map<string, Shape>>();

/**
 * What a subscription asks about each of its events, whichever events these are: two with equal questions get equal
 * answers. The arguments of the root field, and the variables that only these use, are left out.
 */
export function questionOf(
  schema: GraphQLSchema,
  { document, operationName, variableValues }: Asked,
): string {
  const shape = shapeOf(schema, document, operationName ?? '');
  const { coerced } = getVariableValues(schema, shape.definitions, variableValues ?? {});
  const used = Object.entries(coerced ?? {}).filter(([name]) => shape.variables.has(name));
  return `${shape.text}\n${canonicalJson(Object.fromEntries(used))}`;
}

function shapeOf(schema: GraphQLSchema, document: DocumentNode, operationName: string): Shape {
  const ofDocument = shapes.get(document) ?? new Map<string, Shape>();
  shapes.set(document, ofDocument);
  let shape = ofDocument.get(operationName);
  if (!shape) {
    shape = readShape(schema, document, operationName);
    ofDocument.set(operationName, shape);
  }
  return shape;
}

function readShape(schema: GraphQLSchema, document: DocumentNode, operationName: string): Shape {
  const operation = getOperationAST(document, operationName || null);
  const definitions = operation?.variableDefinitions ?? [];
  const asked = {
    kind: Kind.DOCUMENT,
    definitions: document.definitions.filter(
      (one) => one.kind === Kind.FRAGMENT_DEFINITION || one === operation,
    ),
  } as const;
  const types = new TypeInfo(schema);
  const variables = new Set<string>();
  const stripped = visit(
    asked,
    visitWithTypeInfo(types, {
      VariableDefinition: () => null,
      Variable: ({ name }) => void variables.add(name.value),
      Field: (node) =>
        types.getParentType() === schema.getSubscriptionType() ? { ...node, arguments: [] } : undefined,
    }),
  );
  return { text: print(stripped), variables, definitions };
}
