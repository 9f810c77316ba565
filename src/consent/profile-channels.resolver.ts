import { Arg, Args, Authorized, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { Scope, shardOfId } from '../platform/index.js';
import { PageArgs, pageOf, pageRequest, toConnection } from '../platform/graphql/index.js';
import type { SortKey } from '../platform/graphql/index.js';
import { holdersOfIds, refOf } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import type { ChannelType } from './channel-types.js';
import { channelsOfProfiles, ledgersOfProfiles, placeOf } from './consent.reads.js';
import type { ChannelRow, LedgerPage } from './consent.reads.js';
import {
  ChannelConnection,
  ChannelNode,
  ChannelTypeEnum,
  ConsentChangeConnection,
  ConsentChangeType,
  ConsentType,
} from './consent.type.js';
import { DEFAULT_PURPOSE } from './purposes.js';
import { showingTo } from './shown-consent.type.js';

@Resolver(() => Profile)
export class ProfileChannelsResolver {
  @Authorized(Scope.READ)
  @FieldResolver(() => ChannelConnection, {
    description:
      'The channels of the person, by type, then oldest first. The order of ties reveals nothing about their endpoints. An item from an earlier instant moves its channel up.',
  })
  async channels(
    @Root() profile: Profile,
    @Arg('types', () => [ChannelTypeEnum], {
      nullable: true,
      description: 'Only channels of these types. Absent or null = all.',
    })
    types: ChannelType[] | null,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<ChannelConnection> {
    const ref = await refOf(profile, context);
    const request = pageRequest(context, args, { channels: ref.id, types: types ?? null });
    const rows = await context.loaders.get(channelsOfProfiles, context).load(ref);
    const { channel } = await showingTo(context);
    return pageOf(
      request,
      rows.filter(({ type }) => !types || types.includes(type)),
      placeOf,
      channel,
    );
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => Boolean, {
    description:
      'Whether the person can and may be contacted now: one channel of the type is active, no source has reported a delivery failure on it, and its consent for the purpose is GRANTED.',
  })
  async isContactable(
    @Root() profile: Profile,
    @Arg('channel', () => ChannelTypeEnum, { description: 'The type of the channel.' }) channel: ChannelType,
    @Arg('purpose', () => String, { defaultValue: DEFAULT_PURPOSE, description: 'The key of the purpose.' })
    purpose: string,
    @Ctx() context: RequestContext,
  ): Promise<boolean> {
    const rows = await context.loaders.get(channelsOfProfiles, context).load(await refOf(profile, context));
    return rows.some(
      ({ type, isActive, isReachable, consents }) =>
        type === channel &&
        isActive &&
        isReachable !== false &&
        consents.some((consent) => consent.purpose === purpose && consent.state === 'GRANTED'),
    );
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => ConsentChangeConnection, {
    description:
      'The consent ledger: everything that the person said about consent, newest first by when it was said.',
  })
  async consentHistory(
    @Root() profile: Profile,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<ConsentChangeConnection> {
    const ref = await refOf(profile, context);
    const request = pageRequest(context, args, { consentHistory: ref.id });
    const { after, before, backward, limit } = request;
    const page: LedgerPage = { after: entryAt(after), before: entryAt(before), backward, limit };
    const rows = await context.loaders.get(ledgersOfProfiles, context, JSON.stringify(page)).load(ref);
    const { change } = await showingTo(context);
    return toConnection(request, rows, (row) => [row.at.toISOString(), row.id], change);
  }
}

@Resolver(() => ChannelNode)
export class ChannelResolver {
  @FieldResolver(() => ConsentType, {
    description: 'The current consent for one purpose. Its state is UNKNOWN if there is no valid one.',
  })
  async consent(
    @Root() channel: ChannelNode,
    @Arg('purpose', () => String, { defaultValue: DEFAULT_PURPOSE, description: 'The key of the purpose.' })
    purpose: string,
    @Ctx() context: RequestContext,
  ): Promise<ConsentType> {
    const known = channel.consents.find(({ purposeKey }) => purposeKey === purpose);
    return known ?? (await showingTo(context)).unknown(purpose);
  }
}

@Resolver(() => ConsentChangeType)
export class ConsentChangeResolver {
  @FieldResolver(() => ChannelNode, {
    nullable: true,
    description: 'The channel as it is now; null when the person no longer has it.',
  })
  async channel(
    @Root() { of: { profileId, type, endpoint } }: ConsentChangeType,
    @Ctx() context: RequestContext,
  ): Promise<ChannelNode | null> {
    const ref = { id: profileId, shard: shardOfId(context.workspaceId, profileId) };
    const rows = await context.loaders.get(channelsOfProfiles, context).load(ref);
    const row = rows.find((one) => one.type === type && one.endpoint === endpoint);
    return row ? (await showingTo(context)).channel(row) : null;
  }
}

/** For `node(id:)`. */
export async function findChannels(
  context: RequestContext,
  uuids: readonly string[],
): Promise<(ChannelNode | null)[]> {
  const { channel } = await showingTo(context);
  const found = await Promise.all(uuids.map((id) => channelOf(id, context)));
  return found.map((row) => row && channel(row));
}

async function channelOf(id: string, context: RequestContext): Promise<ChannelRow | null> {
  const holders = await context.loaders.get(holdersOfIds, context).load(id);
  const loader = context.loaders.get(channelsOfProfiles, context);
  const held = await Promise.all(holders.map((holder) => loader.load(holder)));
  return held.flat().find((row) => row.id === id) ?? null;
}

function entryAt(key: SortKey | null): LedgerPage['after'] {
  return key && [String(key[0]), String(key[1])];
}
