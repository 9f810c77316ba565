import type { Database, ListenerReads, Signals } from '../platform/index.js';
import { Watch } from '../platform/index.js';
import { livingProfiles } from './living-profiles.js';
import type { ProfileRef } from './profile-ref.js';
import { profilesTopic, tellsOf } from './signal-profiles.js';

interface WatchProfile {
  database: Database;
  signals: Signals;
  reads: ListenerReads;
  workspaceId: number;
  profileId: string;
}

/**
 * A profile after each of its changes; after a merge it is the survivor. Listens before the profile is looked up, so
 * that nothing is missed meanwhile.
 * @returns null when there is no such profile
 */
export async function watchProfile(options: WatchProfile): Promise<Watch<ProfileRef> | null> {
  const { database, signals, reads, workspaceId, profileId } = options;
  /** Where it is kept now; not known at first, and then what is told is kept for later. */
  let ref: ProfileRef | undefined;
  const early: string[] = [];
  const find = () =>
    reads.run(() =>
      database.transaction(workspaceId, async (tx) => (await livingProfiles(tx, [profileId])).get(profileId)),
    );
  const concerns = (details: readonly string[]) => {
    if (ref) return tellsOf(details, ref.id) || tellsOf(details, profileId);
    early.push(...details);
    return false;
  };
  const look = async () => {
    ref = (await find()) ?? ref;
    return ref ? [ref] : [];
  };
  const watch = new Watch({
    signals,
    topic: profilesTopic(workspaceId),
    concerns,
    look,
    poll: 'DISCONNECTED',
  });
  try {
    ref = await find();
  } finally {
    if (!ref) await watch.return();
  }
  if (!ref) return null;
  if (concerns(early.splice(0))) watch.lookSoon();
  return watch;
}
