import { Kind, OperationTypeNode } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import type { RequestContext } from '../access/index.js';
import { DateTime } from '../platform/graphql/index.js';
import type { RawItem } from './item.js';

type Variables = Readonly<Record<string, unknown>>;

const lifted = new WeakMap<RequestContext, RawItem[]>();

/**
 * GraphQL's own check of a batch that comes as a variable (graphql-js, `coerceInputValue`) takes a fifth of the time
 * of a bulk load. So a plain `mutation ($input: IngestInput!) { ingest(input: $input) { … } }` is checked here, and
 * its items are taken past graphql-js. Whatever is in any way unusual, or wrong, is left to graphql-js, which knows
 * best what to say about it; what passes here is what it would have let pass.
 * @returns the variables to execute the operation with
 */
export function liftItems(
  operation: OperationDefinitionNode,
  variables: Variables,
  context: RequestContext,
): Variables {
  const name = nameOfBatch(operation);
  const input = name === null ? null : variables[name];
  if (name === null || !isRecord(input) || !Array.isArray(input.items) || Object.keys(input).length !== 1)
    return variables;
  const items: RawItem[] = [];
  for (const value of input.items) {
    const item = readItem(value);
    if (!item) return variables;
    items.push(item);
  }
  lifted.set(context, items);
  return { ...variables, [name]: { items: [] } };
}

/** The items that were taken past graphql-js for this operation, if any were. */
export function liftedItems(context: RequestContext): readonly RawItem[] | undefined {
  return lifted.get(context);
}

/** The variable that holds the batch, when the operation is one `ingest` and nothing else. */
function nameOfBatch({
  operation,
  selectionSet,
  variableDefinitions,
}: OperationDefinitionNode): string | null {
  const [field, ...others] = selectionSet.selections;
  if (operation !== OperationTypeNode.MUTATION || others.length > 0 || field?.kind !== Kind.FIELD)
    return null;
  if (field.name.value !== 'ingest' || field.directives?.length) return null;
  const given = field.arguments?.[0]?.value;
  const name = given?.kind === Kind.VARIABLE ? given.name.value : null;
  const declared = variableDefinitions?.find(({ variable }) => variable.name.value === name)?.type;
  return declared?.kind === Kind.NON_NULL_TYPE ? name : null;
}

function readItem(value: unknown): RawItem | null {
  if (!isRecord(value)) return null;
  for (const key of Object.keys(value)) if (!FIELDS.has(key)) return null;
  const { externalId, occurredAt, identifiers, type, properties, attributes } = value;
  if (typeof externalId !== 'string' || !isAbsentOrText(type) || !Array.isArray(identifiers)) return null;
  if (!identifiers.every(isIdentifier)) return null;
  if (occurredAt === undefined || occurredAt === null) {
    return { externalId, occurredAt: null, identifiers, type, properties, attributes };
  }
  const instant = readInstant(occurredAt);
  return instant && { externalId, occurredAt: instant, identifiers, type, properties, attributes };
}

const FIELDS: ReadonlySet<string> = new Set([
  'externalId',
  'occurredAt',
  'identifiers',
  'type',
  'properties',
  'attributes',
]);

function isIdentifier(value: unknown): value is RawItem['identifiers'][number] {
  return (
    isRecord(value) &&
    typeof value.namespace === 'string' &&
    typeof value.value === 'string' &&
    Object.keys(value).length === 2
  );
}

function readInstant(value: unknown): Date | null {
  try {
    return DateTime.parseValue(value);
  } catch {
    return null;
  }
}

function isAbsentOrText(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
