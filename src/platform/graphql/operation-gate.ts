import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  getNamedType,
  GraphQLError,
  isLeafType,
  isListType,
  isNonNullType,
  NoSchemaIntrospectionCustomRule,
} from 'graphql';
import type { DocumentNode, GraphQLSchema, ValidationContext, ValidationRule } from 'graphql';
import { getComplexity } from 'graphql-query-complexity';
import type { ComplexityEstimatorArgs } from 'graphql-query-complexity';
import { DEFAULT_PAGE_SIZE } from './connection.js';

/** Bytes in one request or message: a batch of 5 MB, and room for what is around it. */
export const REQUEST_BYTES = 5 * 1024 * 1024 + 64 * 1024;

/** Bounds of one operation, the same over HTTP and WebSocket. */
export const LIMITS = {
  tokens: 20_000,
  depth: 14,
  aliases: 40,
  directives: 40,
  /** Objects that an operation may ask for, pages multiplied: GitHub's figure for one call. */
  cost: 500_000,
} as const;

export const PARSE_OPTIONS = { maxTokens: LIMITS.tokens };

const BOUNDS: readonly ValidationRule[] = [
  bounded(maxDepthRule, 'depth'),
  bounded(maxAliasesRule, 'aliases'),
  bounded(maxDirectivesRule, 'directives'),
];

/** Validation rules beside those of the specification. */
export function operationRules(introspection: boolean): ValidationRule[] {
  return introspection ? [...BOUNDS] : [...BOUNDS, NoSchemaIntrospectionCustomRule];
}

type ArmorRule = (options: {
  n: number;
  propagateOnRejection: boolean;
  onReject: ((context: ValidationContext | null, error: GraphQLError) => void)[];
}) => (context: ValidationContext) => object;

function bounded(rule: ArmorRule, what: 'depth' | 'aliases' | 'directives'): ValidationRule {
  const n = LIMITS[what];
  return (context) =>
    rule({
      n,
      propagateOnRejection: false,
      onReject: [
        () => context.reportError(tooLarge(`It has more than ${n} (${what}). Ask for less at a time.`)),
      ],
    })(context);
}

/**
 * The cost of an operation: how many objects it may return at most, with its variables.
 * @throws GraphQLError OPERATION_TOO_LARGE when that is more than the limit
 */
export function checkOperation(
  schema: GraphQLSchema,
  query: DocumentNode,
  variables: Record<string, unknown>,
  operationName: string | null | undefined,
): { asked: number; left: number } {
  const asked = getComplexity({
    schema,
    query,
    variables,
    ...(operationName && { operationName }),
    estimators: [estimate],
  });
  if (asked > LIMITS.cost) {
    throw tooLarge(`It may return ${asked} objects; the limit is ${LIMITS.cost}. Ask for smaller pages.`);
  }
  return { asked, left: LIMITS.cost - asked };
}

function estimate({ type, field, args, childComplexity }: ComplexityEstimatorArgs): number {
  if (type.name.startsWith('__') || field.name.startsWith('__')) return 0;
  const own = isLeafType(getNamedType(field.type)) ? 0 : 1;
  const pageSize: unknown = args.first ?? args.last ?? args.sample;
  if (field.type.toString().replace('!', '').endsWith('Connection')) {
    return own + Math.max(0, Number(pageSize ?? DEFAULT_PAGE_SIZE)) * childComplexity;
  }
  if (Array.isArray(args.ids)) return own + args.ids.length * childComplexity;
  if (!isInPage(field.type) || type.name.endsWith('Connection')) return own + childComplexity;
  return own + SMALL_LIST * childComplexity;
}

/** Lists without pages (identifiers, memberships) are bounded by what a person is; reckoned at this many. */
const SMALL_LIST = 10;

function isInPage(type: unknown): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

function tooLarge(message: string): GraphQLError {
  return new GraphQLError(`The operation is too large. ${message}`, {
    extensions: { code: 'OPERATION_TOO_LARGE', http: { status: 400 } },
  });
}
