import { Arg, Authorized, ID, Resolver, Root, Subscription } from 'type-graphql';
import type { RequestContext } from '../access/index.js';
import { ListenerReads, OnefoldError, Scope, Signals, uuidOf } from '../platform/index.js';
import type { Watch } from '../platform/index.js';
import type { ProfileRef } from './profile-ref.js';
import { watchProfile } from './watch-profile.js';
import { Profile } from './profile.type.js';

@Resolver()
export class ProfileChangesResolver {
  @Authorized(Scope.SUBSCRIBE)
  @Subscription(() => Profile, {
    description:
      'A profile after each change of it, from now on. Changes in quick succession come as one. When it is absorbed, the subscription continues with the survivor. While Redis is unavailable, the profile is sent once a second, changed or not.',
    subscribe: ({ args, context }) => watch((args as { id: string }).id, context as RequestContext),
  })
  profileChanges(
    @Root() ref: ProfileRef,
    @Arg('id', () => ID, {
      description: 'A profile id. The id of an absorbed profile stands for its survivor.',
    })
    _id: string,
  ): Profile {
    return new Profile({ shard: ref.shard, id: ref.id });
  }
}

async function watch(id: string, context: RequestContext): Promise<Watch<ProfileRef>> {
  const profileId = uuidOf('profile', id);
  const { database, workspaceId } = context;
  const [signals, reads] = [context.service(Signals), context.service(ListenerReads)];
  const watch = profileId && (await watchProfile({ database, signals, reads, workspaceId, profileId }));
  if (!watch) throw new OnefoldError('PROFILE_UNKNOWN', { path: ['id'] });
  return watch;
}
