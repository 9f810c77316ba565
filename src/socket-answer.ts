import { execute } from 'graphql';
import type { ExecutionArgs } from 'graphql';
import type { RequestContext } from './access/index.js';
import { stringifyAnswer } from './operation-plugin.js';
import { MAX_ERRORS, maskError } from './platform/graphql/index.js';
import type { PreparedOperation } from './platform/graphql/index.js';
import type { SocketWriter } from './socket-writer.js';

/** A query or mutation that a socket asks for. */
export interface Asking extends ExecutionArgs {
  /** The id of the operation on its socket. */
  id: string;
  cost: PreparedOperation['cost'];
  contextValue: RequestContext;
  writer: SocketWriter;
}

/** Executes a query or mutation and writes its answer, a long one a piece at a time. */
export async function answer(asking: Asking): Promise<void> {
  const { contextValue: context, cost, id, writer } = asking;
  const { data, errors } = await Promise.resolve(execute(asking)).finally(() => context.close());
  const told = {
    ...(errors && { errors: errors.slice(0, MAX_ERRORS).map((error) => maskError(error, context.log)) }),
    ...(data !== undefined && { data }),
    extensions: { cost },
  };
  const text = await stringifyAnswer(told, context.viewer.keyId);
  await writer.write([`{"id":${JSON.stringify(id)},"type":"next","payload":${text}}`]);
}
