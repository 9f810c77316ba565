let last = 0;

/**
 * Places for the items of one request in the order of everything that this process receives: so many microseconds
 * since 1970, one after the other, and after those of every earlier request. Of what is said for one instant the later
 * arrival stands. Over several servers the clocks decide.
 * @returns the first of them
 */
export function nextArrivals(receivedAt: Date, count: number): number {
  const first = Math.max(receivedAt.getTime() * 1_000, last);
  last = first + count;
  return first;
}
