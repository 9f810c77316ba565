/**
 * One read for all who ask while another is under way. What each gets was read after it had asked, and at most one read
 * runs at a time, however many ask.
 */
export class SharedRead<T> {
  private last: Promise<unknown> = Promise.resolve();
  private next: Promise<T> | undefined;

  constructor(private readonly read: () => Promise<T>) {}

  ask(): Promise<T> {
    this.next ??= this.last.then(() => {
      this.next = undefined;
      const answer = this.read();
      this.last = answer.catch(() => undefined);
      return answer;
    });
    return this.next;
  }
}
