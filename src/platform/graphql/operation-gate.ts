import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import { GraphQLError, NoSchemaIntrospectionCustomRule } from 'graphql';
import type {
  DocumentNode,
  GraphQLSchema,
  OperationDefinitionNode,
  ValidationContext,
  ValidationRule,
} from 'graphql';
import { operationCost } from './operation-cost.js';

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
 * Bounds what an operation may return, with its variables.
 * @throws GraphQLError OPERATION_TOO_LARGE
 */
export function checkCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  operation: OperationDefinitionNode,
): { asked: number; left: number } {
  const asked = operationCost(schema, document, variables, operation);
  if (asked > LIMITS.cost) {
    throw tooLarge(`It may return ${asked} objects; the limit is ${LIMITS.cost}. Ask for smaller pages.`);
  }
  return { asked, left: LIMITS.cost - asked };
}

function tooLarge(message: string): GraphQLError {
  return new GraphQLError(`The operation is too large. ${message}`, {
    extensions: { code: 'OPERATION_TOO_LARGE', http: { status: 400 } },
  });
}
