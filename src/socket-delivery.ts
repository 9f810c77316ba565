import { isPassing } from './platform/graphql/index.js';
import type { Rendered } from './platform/graphql/index.js';
import { tryAgain, turns } from './platform/index.js';
import type { SocketWriter } from './socket-writer.js';

interface DeliveryOptions<Event> {
  /** The id of the operation on its socket. */
  id: string;
  /** Waits for the next events; undefined when there will be no more. Asked again after it has failed. */
  nextPage: () => Promise<readonly Event[] | undefined>;
  render: (events: readonly Event[]) => Promise<Rendered[]>;
  writer: SocketWriter;
  /** Whose turn it is. */
  owner: string;
  /** Closes the socket so that its client connects again and resumes. */
  giveUp: (error: unknown) => void;
  /** Releases the source of the events. */
  end: () => Promise<void>;
}

/**
 * Tells the subscriber of one operation its events. It writes them itself and gives graphql-ws none, which would
 * serialize each for each socket and wait for each by itself.
 *
 * It never moves past an event that was not written whole: it waits and tries again, and at last closes the socket.
 */
export class Delivery<Event> implements AsyncIterableIterator<never, undefined> {
  private readonly before: string;
  private isOver = false;

  constructor(private readonly options: DeliveryOptions<Event>) {
    this.before = `{"id":${JSON.stringify(options.id)},"type":"next","payload":`;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @throws GraphQLError when what the operation asks is refused to its key: trying again would not help */
  async next(): Promise<IteratorResult<never, undefined>> {
    const { nextPage, giveUp } = this.options;
    try {
      while (!this.isOver) {
        const events = await tryAgain(nextPage, { isWorthIt: isPassing });
        if (!events) break;
        await this.tell(events);
      }
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (!this.isOver) giveUp(error);
    } finally {
      await this.return();
    }
    return { value: undefined, done: true };
  }

  async return(): Promise<IteratorResult<never, undefined>> {
    if (!this.isOver) {
      this.isOver = true;
      await this.options.end();
    }
    return { value: undefined, done: true };
  }

  private async tell(events: readonly Event[]): Promise<void> {
    const { render } = this.options;
    try {
      await this.tellRendered(await render(events));
    } catch (error) {
      if (events.length === 1 || !isPassing(error)) throw error;
      // One of them cannot be read: those before it can.
      for (const event of events) await this.tellRendered(await render([event]));
    }
  }

  private async tellRendered(rendered: readonly Rendered[]): Promise<void> {
    const refused = rendered.findIndex((one) => 'refusal' in one);
    const told = refused < 0 ? rendered : rendered.slice(0, refused);
    await this.write(told.map((one) => `${this.before}${'payload' in one ? one.payload : ''}}`));
    const refusal = rendered[refused];
    if (refusal && 'refusal' in refusal) throw refusal.refusal;
  }

  private async write(messages: readonly string[]): Promise<void> {
    const { writer, owner } = this.options;
    for (const part of writer.parts(messages)) {
      await turns.next(owner);
      if (this.isOver) return;
      await writer.write(part);
    }
  }
}
