import { Kind, OperationTypeNode } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import type { RequestContext } from '../access/index.js';
import { CHANNEL_TYPES, CONSENT_STATES, LEGAL_BASES } from '../consent/index.js';
import { DateTime } from '../platform/graphql/index.js';
import type { RawItem } from './item.js';

type Variables = Readonly<Record<string, unknown>>;

const lifted = new WeakMap<RequestContext, RawItem[]>();

/**
 * GraphQL's own check of a batch that comes as a variable (graphql-js, `coerceInputValue`) takes a fifth of the time
 * of a bulk load. So a plain `mutation ($input: IngestInput!) { ingest(input: $input) { … } }`, or one with
 * `ingest(input: { items: $items })`, is checked here, and its items are taken past graphql-js. Whatever is in any way
 * unusual, or wrong, is left to graphql-js, which knows best what to say about it; what passes here is what it would
 * have let pass.
 * @returns the variables to execute the operation with
 */
export function liftItems(
  operation: OperationDefinitionNode,
  variables: Variables,
  context: RequestContext,
): Variables {
  const batch = batchOf(operation);
  const given = batch && variables[batch.name];
  const values = batch?.isList ? given : itemsIn(given);
  if (!batch || !Array.isArray(values)) return variables;
  const items: RawItem[] = [];
  for (const value of values) {
    const item = readItem(value);
    if (!item) return variables;
    items.push(item);
  }
  lifted.set(context, items);
  return { ...variables, [batch.name]: batch.isList ? [] : { items: [] } };
}

function itemsIn(input: unknown): unknown {
  return isRecord(input) && Object.keys(input).length === 1 ? input.items : undefined;
}

/** The items that were taken past graphql-js for this operation, if any were. They are given once, so as not to be kept. */
export function liftedItems(context: RequestContext): readonly RawItem[] | undefined {
  const items = lifted.get(context);
  lifted.delete(context);
  return items;
}

/** The variable that holds the batch, or the list of its items, when the operation is one `ingest` and nothing else. */
function batchOf({
  operation,
  selectionSet,
  variableDefinitions,
}: OperationDefinitionNode): { name: string; isList: boolean } | null {
  const [field, ...others] = selectionSet.selections;
  if (operation !== OperationTypeNode.MUTATION || others.length > 0 || field?.kind !== Kind.FIELD)
    return null;
  if (field.name.value !== 'ingest' || field.directives?.length) return null;
  const input = field.arguments?.[0]?.value;
  const given = input?.kind === Kind.OBJECT ? input.fields[0]?.value : input;
  if (given?.kind !== Kind.VARIABLE) return null;
  const name = given.name.value;
  const declared = variableDefinitions?.find(({ variable }) => variable.name.value === name)?.type;
  return declared?.kind === Kind.NON_NULL_TYPE ? { name, isList: input !== given } : null;
}

/** What a field may hold. Undefined says that graphql-js would refuse it, or should look itself. */
type Reader = (value: unknown) => unknown;

function readItem(value: unknown): RawItem | null {
  const item = ITEM(value) as RawItem | undefined;
  if (!item) return null;
  // Where it is told, it has been copied already.
  return item.occurredAt === undefined ? { ...item, occurredAt: null } : item;
}

const text: Reader = (value) => (typeof value === 'string' ? value : undefined);
const flag: Reader = (value) => (typeof value === 'boolean' ? value : undefined);
const anything: Reader = (value) => value;

const instant: Reader = (value) => {
  try {
    return DateTime.parseValue(value);
  } catch {
    return undefined;
  }
};

function oneOf(names: readonly string[]): Reader {
  const known = new Set<unknown>(names);
  return (value) => (known.has(value) ? value : undefined);
}

function listOf(read: Reader): Reader {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    let items: unknown[] = value;
    for (let index = 0; index < value.length; index += 1) {
      const item = read(value[index]);
      if (item === undefined) return undefined;
      if (item === value[index]) continue;
      if (items === value) items = [...(value as unknown[])];
      items[index] = item;
    }
    return items;
  };
}

/**
 * Gives back what it was given where nothing in it has to be read into something else.
 * @param needed the fields that must be there; the others may be absent or null
 */
function record(needed: Readonly<Record<string, Reader>>, others: Readonly<Record<string, Reader>>): Reader {
  const readers = new Map(Object.entries({ ...needed, ...others }));
  const required = Object.keys(needed);
  return (value) => {
    if (!isRecord(value)) return undefined;
    let result = value;
    for (const key of Object.keys(value)) {
      const read = readers.get(key);
      if (!read) return undefined;
      const given = value[key];
      if (given === undefined || (given === null && Object.hasOwn(others, key))) continue;
      const taken = read(given);
      if (taken === undefined) return undefined;
      if (taken === given) continue;
      if (result === value) result = { ...value };
      result[key] = taken;
    }
    for (const key of required) if (value[key] === undefined) return undefined;
    return result;
  };
}

const ITEM = record(
  { externalId: text, identifiers: listOf(record({ namespace: text, value: text }, {})) },
  {
    occurredAt: instant,
    type: text,
    properties: anything,
    attributes: anything,
    defaultCountry: text,
    tags: record(
      {},
      {
        add: listOf(text),
        remove: listOf(text),
        addTerms: listOf(record({ taxonomy: text, term: text }, {})),
        removeTerms: listOf(record({ taxonomy: text, term: text }, {})),
        adopt: listOf(text),
        drop: listOf(text),
      },
    ),
    channels: listOf(
      record(
        { type: oneOf(Object.keys(CHANNEL_TYPES)), endpoint: text },
        {
          isActive: flag,
          isReachable: flag,
          verified: record({ by: text }, { at: instant }),
          replaces: text,
          consents: listOf(
            record(
              { state: oneOf(CONSENT_STATES) },
              {
                purpose: text,
                at: instant,
                expiresAt: instant,
                legalBasis: oneOf(LEGAL_BASES),
                evidence: anything,
              },
            ),
          ),
        },
      ),
    ),
  },
);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
