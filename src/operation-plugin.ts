import { HeaderMap } from '@apollo/server';
import type { ApolloServerPlugin, GraphQLRequest, GraphQLResponse } from '@apollo/server';
import { GraphQLError, OperationTypeNode, parse } from 'graphql';
import type { FormattedExecutionResult, OperationDefinitionNode } from 'graphql';
import type { RequestContext } from './access/index.js';
import type { ServerParts } from './server-parts.js';
import { MAX_ERRORS, maskError, stringifyInTurns } from './platform/graphql/index.js';
import type { PreparedOperation, RefusedOperation } from './platform/graphql/index.js';
import { retryAfter, retryAfterMsOf, statusOf } from './platform/http/index.js';
import { readJson } from './platform/index.js';
import type { Log } from './platform/index.js';

const SUBSCRIPTION_OVER_HTTP = new GraphQLError(
  'Subscriptions go over a WebSocket at this same path (graphql-transport-ws); docs/subscriptions.md is the protocol.',
  { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } },
);
/** Takes the place of a refused document. Without one, Apollo would parse and validate it again. */
const REFUSED = parse('{ __typename }');
/** In characters. */
const LONGEST_ANSWER = 32 * 1024 * 1024;
const TOO_LONG = {
  message: 'The answer is longer than 32 MB. Ask for smaller pages, or for fewer fields.',
  extensions: { code: 'OPERATION_TOO_LARGE' },
};

/** The key that an answer is for, by its extensions: Apollo writes answers without their context. */
const askers = new WeakMap<object, string>();

/** Takes every operation through the gate before it runs, and gives its snapshot back afterwards. */
export function operationPlugin({ gate, log }: ServerParts): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => {
      let prepared: PreparedOperation | RefusedOperation | undefined;
      return {
        didResolveSource: async (asking) => {
          const { source, request, contextValue } = asking;
          prepared = await gate.prepare({
            query: source,
            variables: variablesOf(request),
            operationName: request.operationName,
            keyId: contextValue.principal?.keyId ?? null,
            context: contextValue,
          });
          if ('errors' in prepared) {
            Object.assign(asking, { document: REFUSED });
            delete request.operationName;
          } else {
            Object.assign(asking, { document: prepared.document });
            request.variables = prepared.variables;
          }
        },
        didResolveOperation: async ({ operation }) => {
          if (operation?.operation === OperationTypeNode.SUBSCRIPTION) throw SUBSCRIPTION_OVER_HTTP;
        },
        responseForOperation: async ({ contextValue }) =>
          prepared && 'errors' in prepared ? answerTo(prepared, contextValue.log) : null,
        didEncounterErrors: async ({ errors, contextValue }) => {
          for (const error of errors) maskError(error, contextValue.log);
        },
        willSendResponse: async ({ request, response, operation, contextValue }) => {
          await contextValue.close();
          if (response.body.kind !== 'single') return;
          const result = response.body.singleResult;
          if (result.errors) result.errors = result.errors.slice(0, MAX_ERRORS);
          if (hasFailed(operation, result)) result.data = null;
          const status = statusOf(result.errors, request.http?.headers.get('accept'));
          // Apollo knows better where it has said more: 405 for a mutation by GET, say.
          if (status && result.data == null && [undefined, 200, 400, 500].includes(response.http.status))
            response.http.status = status;
          const retryAfterMs = retryAfterMsOf(result.errors);
          if (prepared && 'cost' in prepared) {
            result.extensions = {
              ...result.extensions,
              cost: { ...prepared.cost, ...(retryAfterMs !== undefined && { retryAfterMs }) },
            };
            askers.set(result.extensions, contextValue.principal?.keyId ?? '');
          }
          for (const [name, value] of retryAfter(result.errors)) response.http.headers.set(name, value);
          log.debug(
            {
              requestId: contextValue.requestId,
              errors: result.errors?.map((error) => error.extensions?.code),
            },
            'answered',
          );
        },
      };
    },
  };
}

/** Those of a GET stand in its address, where Apollo has rounded their numbers. */
function variablesOf({ http, variables }: GraphQLRequest): GraphQLRequest['variables'] {
  const text = http?.method === 'GET' ? new URLSearchParams(http.search).get('variables') : null;
  return text === null ? variables : (readJson(text) as GraphQLRequest['variables']);
}

/**
 * A mutation none of whose fields has an answer has failed as a whole: programs that do not know GraphQL go by the HTTP
 * status, and an `ingest` that was throttled must not look to them as if it had been taken.
 */
function hasFailed(
  operation: OperationDefinitionNode | undefined,
  { errors, data }: { errors?: readonly unknown[]; data?: Record<string, unknown> | null },
): boolean {
  if (!errors?.length || !data || operation?.operation !== OperationTypeNode.MUTATION) return false;
  return Object.values(data).every((value) => value === null);
}

function answerTo({ errors }: RefusedOperation, log: Log): GraphQLResponse {
  const singleResult = { errors: errors.map((error) => maskError(error, log)) };
  return { http: { status: undefined, headers: new HeaderMap() }, body: { kind: 'single', singleResult } };
}

/** As `stringifyAnswer`, for Apollo. */
export function stringifyHttpAnswer(answer: FormattedExecutionResult): Promise<string> {
  return stringifyAnswer(answer, askers.get(answer.extensions ?? {}) ?? '');
}

/** A large answer is written a piece at a time. @param who whose turn it is */
export async function stringifyAnswer(answer: FormattedExecutionResult, who: string): Promise<string> {
  const text = await stringifyInTurns(answer, { who, most: LONGEST_ANSWER });
  return `${text ?? JSON.stringify({ errors: [TOO_LONG], extensions: answer.extensions })}\n`;
}
