import { Kind } from 'graphql';
import type { OperationDefinitionNode, TypeNode } from 'graphql';
import type { RequestContext } from '../access/index.js';
import { newId } from '../platform/index.js';
import { isRecord } from './readers.js';

type Variables = Readonly<Record<string, unknown>>;

/** One item that stands for others. Its externalId is made here, so no client can know it. */
interface StandIn {
  externalId: string;
  identifiers: [];
}

/** Where lifted items are kept, by the externalId of what stands in for them. Every use of the variable reads them there. */
type Lifted = Pick<RequestContext, 'lifted'>;

/**
 * Takes the items that come as variables past GraphQL's own check, which fails the whole request for one wrong item and
 * takes a fifth of the time of a bulk load. One item stands in for them, so it does not matter where, how often and
 * under which conditions the operation uses the variable.
 * @returns the variables to execute the operation with
 */
export function liftItems(
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Variables,
  context: Lifted,
): Variables {
  let rest: Record<string, unknown> | undefined;
  for (const { variable, type } of variableDefinitions) {
    const name = variable.name.value;
    const lift = LIFTS[nameOf(type)];
    const given = variables[name];
    const left = lift?.(given, context, isList(type));
    if (left !== undefined) (rest ??= { ...variables })[name] = left;
  }
  return rest ?? variables;
}

/** The items of a batch, with those that were lifted in their places. */
export function itemsOf(items: readonly { externalId: string }[], { lifted }: Lifted): readonly unknown[] {
  return lifted.size > 0 ? items.flatMap((item) => lifted.get(item.externalId) ?? [item]) : items;
}

/** By the type of a variable: what to leave in place of its value; undefined = it is GraphQL's to check. */
const LIFTS: Readonly<Record<string, (given: unknown, context: Lifted, isList: boolean) => unknown>> = {
  IngestInput(given, context) {
    const items = isRecord(given) ? liftList(given.items, context) : undefined;
    return items && { ...(given as object), items };
  },
  IngestItemInput(given, context, isList) {
    if (isList) return liftList(given, context);
    return given === undefined || given === null ? undefined : standInFor([given], context);
  },
};

/** As GraphQL has it, one item in place of a list is a list of one. */
function liftList(given: unknown, context: Lifted): StandIn[] | undefined {
  if (isRecord(given)) return [standInFor([given], context)];
  return Array.isArray(given) && given.length > 0 ? [standInFor(given, context)] : undefined;
}

function standInFor(items: readonly unknown[], { lifted }: Lifted): StandIn {
  const externalId = newId();
  lifted.set(externalId, items);
  return { externalId, identifiers: [] };
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}

function isList(type: TypeNode): boolean {
  return type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && isList(type.type));
}
