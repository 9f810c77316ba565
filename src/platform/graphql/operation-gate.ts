import {
  getOperationAST,
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { ERRORS } from '../errors.js';
import type { ErrorCode } from '../errors.js';
import { exceededBound } from '../json-bounds.js';
import { turns } from '../turns.js';
import { boundDocument, boundVariables } from './bound-nesting.js';
import type { Nestable } from './bound-nesting.js';
import { sizeOfDocument, sizesOfOperations } from './document-size.js';
import type { DocumentSize, OperationSize } from './document-size.js';
import { isInputLargerThan } from './input-size.js';
import { operationCost } from './operation-cost.js';
import { settleNumbers } from './settle-numbers.js';

/** Bytes in one request or message: a batch of 5 MB, and room for what is around it. */
export const REQUEST_BYTES = 5 * 1024 * 1024 + 64 * 1024;
/** Bytes that are read of a request without a key: the introspection of any tool is shorter. */
export const KEYLESS_BYTES = 16 * 1024;

/** Bounds of one document, and of each operation in it: the same over HTTP and WebSocket. */
export const LIMITS = {
  characters: 512 * 1024,
  tokens: 20_000,
  /** Brackets in one another. */
  nesting: 200,
  operations: 100,
  fragments: 200,
  fields: 2_000,
  comparisons: 100_000,
  values: 5_000,
  depth: 14,
  aliases: 40,
  directives: 40,
  variables: { depth: 120, values: 100_000 },
  /** See `isInputLargerThan`: some 3,000 nodes of a rule, or 2,000 terms with four translations each. */
  input: 80_000,
  /** Objects that an operation may ask for, pages multiplied: GitHub's figure for one call. */
  cost: 500_000,
} as const;

/** Of the fields of `Nestable` in one another: what is deeper is cut off. */
const NESTED_KEPT = 50;

/** Errors in one answer. */
export const MAX_ERRORS = 20;
/** Characters of all remembered documents. Their trees take about fifty times as much memory. */
const REMEMBERED_CHARACTERS = 1_000_000;

type Variables = Readonly<Record<string, unknown>>;

/** Takes out of the variables what is checked elsewhere. @returns the rest */
export type LiftVariables<Context> = (
  operation: OperationDefinitionNode,
  variables: Variables,
  context: Context,
) => Variables;

export interface GateOptions<Context> {
  schema: GraphQLSchema;
  introspection: boolean;
  /** Whether the schema may be asked for without a key. */
  keylessIntrospection: boolean;
  nestable: Nestable;
  lift: LiftVariables<Context>;
}

export interface AskedOperation<Context> {
  query: string;
  variables: Variables | null | undefined;
  operationName: string | null | undefined;
  /** Whose key came with it; null = none. */
  keyId: string | null;
  context: Context;
}

export interface PreparedOperation {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Variables;
  cost: { asked: number; left: number };
}

export interface RefusedOperation {
  errors: readonly GraphQLError[];
}

/**
 * Every operation passes here before it is executed, over HTTP and WebSocket. Cheap checks come first, and bound what
 * the later ones cost.
 */
export class OperationGate<Context> {
  private readonly valid = new LRUCache<string, DocumentNode>({
    maxSize: REMEMBERED_CHARACTERS,
    sizeCalculation: (_, text) => text.length,
  });

  constructor(private readonly options: GateOptions<Context>) {}

  async prepare(asked: AskedOperation<Context>): Promise<PreparedOperation | RefusedOperation> {
    try {
      return await this.prepared(asked);
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [error] };
      if (error instanceof Faults) return { errors: error.errors };
      throw error;
    }
  }

  private async prepared(asked: AskedOperation<Context>): Promise<PreparedOperation> {
    const { schema, lift } = this.options;
    const { query, keyId, operationName, context } = asked;
    this.checkText(query, keyId);
    const document = await this.documentOf(query, keyId);
    const operation = getOperationAST(document, operationName);
    if (!operation) throw refusal('OPERATION_RESOLUTION_FAILURE');
    const variables = lift(operation, asked.variables ?? {}, context);
    this.checkVariables(operation, variables);
    if (isInputLargerThan(LIMITS.input, schema, operation, variables))
      throw tooLarge('Its variables hold too much to be read at once. Send less at a time.');
    settleNumbers(schema, operation, variables);
    const cost = operationCost(schema, document, variables, operation);
    if (cost > LIMITS.cost)
      throw tooLarge(`It may return ${cost} objects; the limit is ${LIMITS.cost}. Ask for smaller pages.`);
    await turns.next(keyId ?? '');
    return { document, operation, variables, cost: { asked: cost, left: LIMITS.cost - cost } };
  }

  private checkText(query: string, keyId: string | null): void {
    if (keyId === null && !(this.options.keylessIntrospection && query.length <= KEYLESS_BYTES))
      throw refusal('UNAUTHENTICATED');
    if (query.length > LIMITS.characters)
      throw tooLarge(
        `Its document has more than ${LIMITS.characters} characters. Send large values as variables.`,
      );
  }

  private async documentOf(query: string, keyId: string | null): Promise<DocumentNode> {
    const known = this.valid.get(query);
    if (!known) await turns.next(keyId ?? '');
    const document = known ?? parseBounded(query, this.options.nestable);
    if (keyId === null && !asksForSchemaOnly(document)) throw refusal('UNAUTHENTICATED');
    if (known) return known;
    await turns.next(keyId ?? '');
    this.validate(document);
    // What comes without a key must not drive out what others ask again and again.
    if (keyId !== null) this.valid.set(query, document);
    return document;
  }

  private checkVariables(operation: OperationDefinitionNode, variables: Variables): void {
    const { schema, nestable } = this.options;
    let exceeded = exceededBound(variables, LIMITS.variables);
    if (exceeded === 'depth') {
      boundVariables(schema, operation, variables, { depth: NESTED_KEPT, nestable });
      exceeded = exceededBound(variables, LIMITS.variables);
    }
    if (exceeded === 'depth') throw tooLarge(`Its variables nest more than ${LIMITS.variables.depth} deep.`);
    if (exceeded)
      throw tooLarge(`Its variables hold more than ${LIMITS.variables.values} values. Send fewer at a time.`);
  }

  private validate(document: DocumentNode): void {
    const { schema, introspection } = this.options;
    const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
    const faults = validate(schema, document, rules, { maxErrors: MAX_ERRORS });
    if (faults.length > 0)
      throw new Faults(
        faults.slice(0, MAX_ERRORS).map((fault) => withCode(fault, 'GRAPHQL_VALIDATION_FAILED')),
      );
  }
}

/** Several errors at once. */
class Faults extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super();
  }
}

/** @throws GraphQLError GRAPHQL_PARSE_FAILED, OPERATION_TOO_LARGE */
function parseBounded(query: string, nestable: Nestable): DocumentNode {
  try {
    const text = boundDocument(query, LIMITS.nesting, nestable);
    if (text === null) throw tooLarge(`It nests more than ${LIMITS.nesting} deep.`);
    const document = parse(text, { maxTokens: LIMITS.tokens });
    checkBounds(sizeOfDocument(document));
    // Goes as deep as fragments spread one another, of which there are not many now.
    for (const size of sizesOfOperations(document)) checkBounds(size);
    return document;
  } catch (error) {
    throw error instanceof GraphQLError ? withCode(error, 'GRAPHQL_PARSE_FAILED') : error;
  }
}

function checkBounds(size: DocumentSize | OperationSize): void {
  for (const [what, count] of Object.entries(size) as [keyof typeof BOUNDED, number][])
    if (count > LIMITS[what])
      throw tooLarge(`It has more than ${LIMITS[what]} ${BOUNDED[what]}. Ask for less at a time.`);
}

/** As messages name them. */
const BOUNDED: Readonly<Record<keyof (DocumentSize & OperationSize), string>> = {
  operations: 'operations',
  fragments: 'fragments',
  fields: 'fields',
  comparisons: 'pairs of fields with one name',
  values: 'values in its arguments',
  depth: 'levels',
  aliases: 'aliases',
  directives: 'directives',
};

function asksForSchemaOnly({ definitions }: DocumentNode): boolean {
  return definitions.every(
    (one) =>
      one.kind !== Kind.OPERATION_DEFINITION ||
      one.selectionSet.selections.every(
        (selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith('__'),
      ),
  );
}

function withCode(error: GraphQLError, code: ErrorCode): GraphQLError {
  error.extensions.code ??= code;
  return error;
}

function tooLarge(message: string): GraphQLError {
  return refusal('OPERATION_TOO_LARGE', `The operation is too large. ${message}`);
}

function refusal(code: ErrorCode, message: string = ERRORS[code].message): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
