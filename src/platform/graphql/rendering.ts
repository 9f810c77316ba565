import { execute, GraphQLError } from 'graphql';
import type { ExecutionArgs } from 'graphql';
import type { ListenerReads } from '../listener-reads.js';
import { tryAgain } from '../try-again.js';
import { isPassing, maskError } from './mask-error.js';

/**
 * How one event looks to those who asked: the payload of its `next` message as JSON (with errors, where fields that may be
 * null are refused them), or why all of it is refused them.
 */
export type Rendered = { payload: string } | { refusal: GraphQLError };

interface RenderingOptions<Event> {
  /** The question, for the schema of `pageSchema`; `rootValue` and `contextValue` are left out. */
  args: ExecutionArgs;
  keyOf: (event: Event) => unknown;
  /** A context for one page. What was read for one page must not be served for a later one. */
  newContext: () => { close(): Promise<void> };
  reads: ListenerReads;
}

/** For this long a rendered event is as good as one rendered now. */
const SHARED_FOR_MS = 1_000;
const SHARED_CHARACTERS = 1_000_000;
/** How long to try a page of several events. Then they are asked for by themselves, to get past those that can be read. */
const PAGE_FOR_MS = 5_000;

interface Shared {
  rendered: Rendered;
  since: number;
  characters: number;
}

/**
 * How events look to all sockets that ask the same with the same rights: each event is read, executed and serialized
 * once for all who are told of it at about the same time.
 */
export class Rendering<Event> {
  private readonly underWay = new Map<unknown, Promise<Rendered>>();
  /** Oldest first. */
  private readonly shared = new Map<unknown, Shared>();
  private characters = 0;
  private cleaning: NodeJS.Timeout | undefined;

  constructor(private readonly options: RenderingOptions<Event>) {}

  /** @throws what kept the events from being read, after trying for a while: they are rendered whole or not at all */
  of(events: readonly Event[]): Promise<Rendered[]> {
    this.forgetOld();
    const missing = events.filter((event) => !this.find(event));
    if (missing.length > 0) this.render(missing);
    return Promise.all(events.map(async (event) => (await this.find(event)) as Rendered));
  }

  private find(event: Event): Rendered | Promise<Rendered> | undefined {
    const key = this.options.keyOf(event);
    return this.shared.get(key)?.rendered ?? this.underWay.get(key);
  }

  private render(events: readonly Event[]): void {
    const { args, keyOf, newContext, reads } = this.options;
    const page = tryAgain(() => reads.run(() => renderPage(args, newContext(), events)), {
      isWorthIt: isPassing,
      ...(events.length > 1 && { forMs: PAGE_FOR_MS }),
    });
    events.forEach((event, index) => {
      const key = keyOf(event);
      const rendered = page.then((all) => all[index] as Rendered);
      this.underWay.set(key, rendered);
      rendered
        .then((one) => this.share(key, one))
        .catch(() => undefined)
        .finally(() => this.underWay.delete(key));
    });
  }

  private share(key: unknown, rendered: Rendered): void {
    const characters = 'payload' in rendered ? rendered.payload.length : 0;
    this.shared.set(key, { rendered, since: performance.now(), characters });
    this.characters += characters;
    this.cleaning ??= setTimeout(() => {
      this.cleaning = undefined;
      this.forgetOld();
    }, 2 * SHARED_FOR_MS).unref();
  }

  private forgetOld(): void {
    const old = performance.now() - SHARED_FOR_MS;
    for (const [key, { since, characters }] of this.shared) {
      if (since > old && this.characters <= SHARED_CHARACTERS) return;
      this.shared.delete(key);
      this.characters -= characters;
    }
  }
}

/** Renders a page of events by one execution. @throws GraphQLError when something may be readable a little later */
export async function renderPage(
  args: ExecutionArgs,
  context: { close(): Promise<void> },
  events: readonly unknown[],
): Promise<Rendered[]> {
  try {
    const { data, errors = [] } = await execute({ ...args, rootValue: events, contextValue: context });
    const passing = errors.find(isPassing);
    if (passing) throw passing;
    const [[field = '', items] = []] = Object.entries((data ?? {}) as Record<string, unknown[]>);
    return events.map((_, index) =>
      rendered(
        field,
        items?.[index] ?? null,
        errors.filter(({ path = [] }) => (path[1] ?? index) === index),
      ),
    );
  } finally {
    await context.close();
  }
}

function rendered(field: string, item: unknown, errors: readonly GraphQLError[]): Rendered {
  const refusal = errors.map(asOfOne);
  const [first] = refusal;
  if (item === null && first) return { refusal: first };
  const told =
    refusal.length > 0 ? `,"errors":${JSON.stringify(refusal.map((one) => maskError(one, null)))}` : '';
  return { payload: `{"data":{${JSON.stringify(field)}:${JSON.stringify(item)}}${told}}` };
}

/** The error as it would be had the event been shown alone: without its place in the page. */
function asOfOne({ message, nodes, path = [], originalError }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { nodes, path: path.toSpliced(1, 1), originalError });
}
