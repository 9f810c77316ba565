import type { Database, Signals } from '../platform/index.js';
import { livingProfiles } from './living-profiles.js';
import type { ProfileRef } from './profile-ref.js';
import { profilesTopic, tellsOf } from './signal-profiles.js';

interface ProfileWatchOptions {
  database: Database;
  signals: Signals;
  workspaceId: number;
  profileId: string;
}

/** While Redis is away nobody tells what changes elsewhere: then it is looked at as often as this. */
const LOOK_EVERY_MS = 1_000;

/** A profile after each of its changes. Several in quick succession are told once; a merge goes on with the survivor. */
export class ProfileWatch implements AsyncIterableIterator<ProfileRef> {
  private ref: ProfileRef;
  private changed = false;
  private closed = false;
  private wake: (() => void) | undefined;
  private readonly unlisten: () => void;

  /** @param living where it is kept now */
  constructor(
    private readonly options: ProfileWatchOptions,
    living: ProfileRef,
  ) {
    this.ref = living;
    this.unlisten = options.signals.listen(profilesTopic(options.workspaceId), (details) => {
      if (!tellsOf(details, this.ref.id) && !tellsOf(details, options.profileId)) return;
      this.changed = true;
      this.wake?.();
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ProfileRef, undefined>> {
    while (!this.closed) {
      if (this.changed) {
        this.changed = false;
        this.ref = (await this.look()) ?? this.ref;
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

  private async look(): Promise<ProfileRef | undefined> {
    const { database, workspaceId, profileId } = this.options;
    return database.transaction(workspaceId, async (tx) =>
      (await livingProfiles(tx, [profileId])).get(profileId),
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
