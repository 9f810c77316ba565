import { createSourceEventStream } from 'graphql';
import type { ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import type { Principal, RequestContext } from './access/index.js';
import { isPassing, pageSchema, questionOf, Rendering, renderPage } from './platform/graphql/index.js';
import { hasPages, tryAgain } from './platform/index.js';
import type { EventPages, ListenerReads } from './platform/index.js';
import { Delivery } from './socket-delivery.js';
import type { SocketWriter } from './socket-writer.js';

/** The receiver of events, and how it is written to. */
export interface Subscriber {
  principal: Principal;
  newContext: (options?: { isListener: boolean }) => RequestContext;
  writer: SocketWriter;
  /** See `DeliveryOptions`. */
  giveUp: (error: unknown) => void;
}

/** A subscription that one socket asks for. */
export interface Subscribing extends ExecutionArgs, Subscriber {
  /** The id of the operation on its socket. */
  id: string;
  /** Objects that one event may ask for. */
  cost: number;
}

interface Shared {
  rendering: Rendering<unknown>;
  users: number;
  letGo: () => void;
}

const MAX_PAGE = 100;
/** Objects that one page of events may ask for. */
const PAGE_COST = 20_000;

/** The subscriptions of a server: those that ask the same with the same rights are answered together. */
export class Subscriptions {
  private readonly pages: GraphQLSchema;
  private readonly shared = new Map<string, Shared>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly reads: ListenerReads,
  ) {
    this.pages = pageSchema(schema);
  }

  async begin(asked: Subscribing): Promise<AsyncIterableIterator<never> | ExecutionResult> {
    try {
      const stream = await tryAgain(() => this.open(asked), { isWorthIt: isPassing });
      return Symbol.asyncIterator in stream ? this.deliver(asked, stream) : stream;
    } catch (error) {
      asked.giveUp(error);
      return { data: null };
    }
  }

  /** @throws GraphQLError when what the stream begins with cannot be read just now */
  private async open(asked: Subscribing): Promise<AsyncIterableIterator<unknown> | ExecutionResult> {
    const contextValue = asked.newContext();
    try {
      const opened = await createSourceEventStream({ ...asked, contextValue });
      if (Symbol.asyncIterator in opened) return opened as AsyncIterableIterator<unknown>;
      const passing = opened.errors?.find(isPassing);
      if (passing) throw passing;
      return opened;
    } finally {
      await contextValue.close();
    }
  }

  private deliver(asked: Subscribing, stream: AsyncIterableIterator<unknown>): Delivery<unknown> {
    const { id, writer, giveUp, principal, newContext } = asked;
    const args = this.argsOf(asked);
    const newPage = () => newContext({ isListener: true });
    const shared = hasPages(stream) ? this.share(asked, stream) : undefined;
    const limit = Math.max(1, Math.min(MAX_PAGE, Math.floor(PAGE_COST / Math.max(1, asked.cost))));
    return new Delivery({
      id,
      nextPage: () => (hasPages(stream) ? stream.nextPage(limit) : pageOfOne(stream)),
      render: (events) =>
        shared?.rendering.of(events) ??
        tryAgain(() => this.reads.run(() => renderPage(args, newPage(), events)), { isWorthIt: isPassing }),
      writer,
      owner: `deliveries of ${principal.keyId}`,
      giveUp,
      end: async () => {
        shared?.letGo();
        await stream.return?.();
      },
    });
  }

  /** What all who ask the same with the same rights use, for as long as one of them does. */
  private share(asked: Subscribing, stream: EventPages<unknown>): Shared {
    const { principal, newContext } = asked;
    const rights = [principal.workspaceId, ...[...principal.scopes].sort()].join();
    const name = `${rights}\n${questionOf(this.schema, asked)}`;
    const shared = this.shared.get(name) ?? {
      users: 0,
      rendering: new Rendering({
        args: this.argsOf(asked),
        newContext: () => newContext({ isListener: true }),
        reads: this.reads,
        keyOf: (event) => stream.keyOf(event),
      }),
      letGo: () => {
        shared.users -= 1;
        if (shared.users === 0) this.shared.delete(name);
      },
    };
    shared.users += 1;
    this.shared.set(name, shared);
    return shared;
  }

  /** What is executed for each page: nothing of the socket, which others may outlive. */
  private argsOf({ document, operationName, variableValues }: Subscribing): ExecutionArgs {
    return { schema: this.pages, document, operationName, variableValues };
  }
}

async function pageOfOne(stream: AsyncIterableIterator<unknown>): Promise<readonly unknown[] | undefined> {
  const result = await stream.next();
  return result.done ? undefined : [result.value];
}
