import type { RequestContext } from '../access/index.js';
import type { ProfileRef } from './profile-ref.js';
import { livingRefs } from './profile.reads.js';

/** Where the things of a profile are kept: for one that was absorbed, with the profile that it went into. */
export async function refOf(
  { ref, mayBeAbsorbed }: { ref: ProfileRef; mayBeAbsorbed: boolean },
  context: RequestContext,
): Promise<ProfileRef> {
  if (!mayBeAbsorbed) return ref;
  return (await context.loaders.get(livingRefs, context).load(ref.id)) ?? ref;
}
