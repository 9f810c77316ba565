import type { Database, ListenerReads, Signals } from '../platform/index.js';
import { livingProfiles } from './living-profiles.js';
import type { ProfileRef } from './profile-ref.js';
import { profilesTopic, tellsOf } from './signal-profiles.js';

interface ProfileWatchOptions {
  database: Database;
  signals: Signals;
  reads: ListenerReads;
  workspaceId: number;
  profileId: string;
}

/** While Redis is away nobody tells what changes elsewhere: then it is looked at as often as this. */
const LOOK_EVERY_MS = 1_000;

/** A profile after each of its changes. Several in quick succession are told once; a merge goes on with the survivor. */
export class ProfileWatch implements AsyncIterableIterator<ProfileRef> {
  /** Where it is kept now; not known at first. */
  private ref: ProfileRef | undefined;
  /** What was told until then. */
  private early: string[] = [];
  private changed = false;
  private closed = false;
  private wake: (() => void) | undefined;
  private readonly unlisten: () => void;

  private constructor(private readonly options: ProfileWatchOptions) {
    this.unlisten = options.signals.listen(profilesTopic(options.workspaceId), (details) => {
      if (this.ref) this.note(this.ref, details);
      else this.early.push(...details);
    });
  }

  /** Listens from now on, so that nothing is missed while the profile is looked up. @returns null when there is none */
  static async begin(options: ProfileWatchOptions): Promise<ProfileWatch | null> {
    const watch = new ProfileWatch(options);
    try {
      watch.ref = await watch.look();
    } finally {
      if (!watch.ref) await watch.return();
    }
    if (!watch.ref) return null;
    watch.note(watch.ref, watch.early);
    watch.early = [];
    return watch;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ProfileRef, undefined>> {
    while (!this.closed) {
      if (this.changed && this.ref) {
        this.changed = false;
        const ref = await this.look().catch((error: unknown) => {
          // Not told yet: the next call tells it.
          this.changed = true;
          throw error;
        });
        this.ref = ref ?? this.ref;
        return { value: this.ref, done: false };
      }
      await this.pause();
    }
    return this.return();
  }

  return(): Promise<IteratorResult<ProfileRef, undefined>> {
    this.closed = true;
    this.unlisten();
    this.wake?.();
    return Promise.resolve({ value: undefined, done: true });
  }

  private note(ref: ProfileRef, details: readonly string[]): void {
    if (!tellsOf(details, ref.id) && !tellsOf(details, this.options.profileId)) return;
    this.changed = true;
    this.wake?.();
  }

  private async look(): Promise<ProfileRef | undefined> {
    const { database, reads, workspaceId, profileId } = this.options;
    return reads.run(() =>
      database.transaction(workspaceId, async (tx) => (await livingProfiles(tx, [profileId])).get(profileId)),
    );
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        if (this.options.signals.connected === false) this.changed = true;
        resolve();
      }, LOOK_EVERY_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
