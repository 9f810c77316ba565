import { ChangeListener } from './change-listener.js';
import { ChangeTail } from './change-tail.js';
import type { TailOptions } from './change-tail.js';

interface Listen {
  workspaceId: number;
  /** The last change that the listener has seen; null = from now on. */
  after: number | null;
  /** null = all segments. */
  segmentIds: ReadonlySet<string> | null;
}

/**
 * The change log as streams. Each workspace that somebody listens to has one tail, which reads the log as it grows
 * and remembers its end. Every listener reads at its own pace: from the tail's memory or, when it is further behind,
 * from the log itself. Nothing is queued for a slow listener, so it costs the others nothing.
 */
export class ChangeFeed {
  private readonly tails = new Map<number, ChangeTail>();

  constructor(private readonly options: TailOptions) {}

  async listen({ workspaceId, after, segmentIds }: Listen): Promise<ChangeListener> {
    const tail = this.tailOf(workspaceId);
    const listener = new ChangeListener(tail, segmentIds, () => this.letGo(tail));
    try {
      listener.position = await tail.positionFor(after);
      return listener;
    } catch (error) {
      await listener.return();
      throw error;
    }
  }

  /** Ends every stream. */
  close(): void {
    const tails = [...this.tails.values()];
    this.tails.clear();
    for (const tail of tails) tail.close();
  }

  private tailOf(workspaceId: number): ChangeTail {
    const known = this.tails.get(workspaceId);
    if (known) return known;
    const tail = new ChangeTail(workspaceId, this.options);
    this.tails.set(workspaceId, tail);
    return tail;
  }

  private letGo(tail: ChangeTail): void {
    if (tail.isListenedTo || this.tails.get(tail.workspaceId) !== tail) return;
    this.tails.delete(tail.workspaceId);
    tail.close();
  }
}
