/**
 * The events of a subscription, a page at a time. Readers with the same filter get the same events under the same keys,
 * so that what is read for one of them can be shared.
 */
export interface EventPages<Event> extends AsyncIterableIterator<Event> {
  /**
   * Waits until there is something. It may be called again after it has failed: nothing is skipped.
   * @returns at most `limit` events, at least one; undefined when the stream has ended
   */
  nextPage(limit: number): Promise<readonly Event[] | undefined>;
  keyOf(event: Event): unknown;
}

export function hasPages<Event>(stream: AsyncIterableIterator<Event>): stream is EventPages<Event> {
  return 'nextPage' in stream;
}
