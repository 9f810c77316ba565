import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import {
  getNamedType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import type { GraphQLField, GraphQLObjectType, GraphQLOutputType, GraphQLSchema } from 'graphql';
import { Arguments } from './arguments.ts';
import type { Known } from './arguments.ts';
import { withDepth } from './hostile-values.ts';

/** One field of the schema that takes arguments, with all that is around it. */
export interface Operation {
  /** Such as `Profile.events`. */
  name: string;
  requests: Arbitrary<Request>;
}

const SHOWN = 2_000;

/** What is sent. Failures show the beginning of it. */
export class Request {
  readonly body: string;

  constructor(query: string, variables: unknown) {
    // The variables first: failures show the beginning.
    this.body = withDepth(JSON.stringify({ variables, query }));
  }

  [fc.toStringMethod](): string {
    return this.body.length > SHOWN
      ? `${this.body.slice(0, SHOWN)} … (${this.body.length} characters)`
      : this.body;
  }
}

/** What leads from a root to a type whose fields take arguments. `known` fills what is in angle brackets. */
const WAYS: Record<string, string> = {
  Query: 'query { FIELD }',
  Mutation: 'mutation { FIELD }',
  Profile: 'query { profile(id: "<id>") { FIELD } }',
  Segment: 'query { segment(key: "<segment>") { FIELD } }',
  Channel: 'query { profile(id: "<id>") { channels { nodes { FIELD } } } }',
  Taxonomy: 'query { taxonomy(key: "themes") { FIELD } }',
  Term: 'query { taxonomy(key: "themes") { term(key: "delivery") { FIELD } } }',
};
const SELECTED_DEPTH = 3;
const MAX_BYTES = 5_000_000;

/** Every query, mutation and nested field that takes arguments. Subscriptions go over sockets. */
export function operationsOf(schema: GraphQLSchema, known: Known): Operation[] {
  const args = new Arguments(known);
  return fieldsOf(schema).map(({ type, field }) => operationOf(type, field, args, known));
}

export interface FieldWithArguments {
  type: GraphQLObjectType;
  field: GraphQLField<unknown, unknown>;
}

export function fieldsOf(schema: GraphQLSchema): FieldWithArguments[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type))
    .filter(({ name }) => !name.startsWith('__') && name !== 'Subscription')
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => field.args.length > 0)
        .map((field) => ({ type, field })),
    );
}

function operationOf(
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  args: Arguments,
  known: Known,
): Operation {
  const query = queryFor({ type, field }, known);
  const values = Object.fromEntries(field.args.map((arg) => [arg.name, args.of(arg.name, arg.type)]));
  const requiredKeys = field.args.filter(isRequiredArgument).map(({ name }) => name);
  const requests = fc
    .record(values, { requiredKeys })
    .map((variables) => new Request(query, variables))
    // Longer ones are refused by their length alone.
    .filter(({ body }) => Buffer.byteLength(body) < MAX_BYTES);
  return { name: `${type.name}.${field.name}`, requests };
}

/** What asks for a field, with a variable for each of its arguments. */
export function queryFor({ type, field }: FieldWithArguments, known: Known): string {
  const way = WAYS[type.name];
  if (!way)
    throw new Error(`${type.name}.${field.name} takes arguments, and WAYS does not say how to reach it.`);
  const declared = field.args.map(
    (arg) =>
      `$${arg.name}: ${String(isNonNullType(arg.type) ? arg.type.ofType : arg.type)}${isRequiredArgument(arg) ? '!' : ''}`,
  );
  const passed = field.args.map((arg) => `${arg.name}: $${arg.name}`);
  const selected = `${field.name}(${passed.join(', ')}) ${selectionOf(field.type, SELECTED_DEPTH)}`;
  return way
    .replace(/^\w+/, (kind) => `${kind} (${declared.join(', ')})`)
    .replace('FIELD', selected)
    .replace(/<(\w+)>/g, (_, name: string) => String(known[name]?.[0]));
}

/** Everything below a field that asks for no arguments. */
function selectionOf(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (!isObjectType(named) && !isInterfaceType(named)) return '{ __typename }';
  const fields = Object.values(named.getFields())
    .filter((field) => !field.args.some(isRequiredArgument))
    .filter((field) => isLeafType(getNamedType(field.type)) || depth > 0)
    .map((field) => `${field.name} ${selectionOf(field.type, depth - 1)}`);
  return `{ __typename ${fields.join(' ')} }`;
}
