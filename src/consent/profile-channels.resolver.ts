import { Arg, Args, Authorized, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { RequestContext, sources } from '../access/index.js';
import { Scope } from '../platform/index.js';
import { ForwardPageArgs, pageRequest, toConnection } from '../platform/graphql/index.js';
import { refOf } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import type { ChannelType } from './channel-types.js';
import { channelsOfProfiles, ledgersOfProfiles } from './consent.reads.js';
import type { ChannelRow, LedgerPage } from './consent.reads.js';
import {
  ChannelNode,
  ChannelTypeEnum,
  ConsentChangeConnection,
  ConsentType,
  toChannel,
  toConsentChange,
} from './consent.type.js';
import { DEFAULT_PURPOSE } from './purposes.js';

@Resolver(() => Profile)
export class ProfileChannelsResolver {
  @Authorized(Scope.READ)
  @FieldResolver(() => [ChannelNode], {
    description:
      'The ways to reach the person: active ones first, then by type and endpoint. Without the scope READ_PII the order among those of a type says nothing of the endpoints.',
  })
  async channels(
    @Root() profile: Profile,
    @Arg('types', () => [ChannelTypeEnum], {
      nullable: true,
      description: 'Only of these types; absent = all.',
    })
    types: ChannelType[] | null,
    @Ctx() context: RequestContext,
  ): Promise<ChannelNode[]> {
    const rows = await channelsOf(profile, context);
    const showing = await showingTo(context);
    const channels = rows
      .filter(({ type }) => !types || types.includes(type))
      .map((row) => toChannel(row, showing));
    return context.seesPersonal ? channels : channels.sort(byWhatShows);
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
    return (await channelsOf(profile, context)).some(
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
      'The ledger: all that was ever said of consent, the newest first by the instant it was said.',
  })
  async consentHistory(
    @Root() profile: Profile,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: RequestContext,
  ): Promise<ConsentChangeConnection> {
    const ref = await refOf(profile, context);
    const request = pageRequest(context, args, { consentHistory: ref.id });
    const page: LedgerPage = {
      after: request.after && [String(request.after[0]), String(request.after[1])],
      limit: request.limit,
    };
    const rows = await context.loaders.get(ledgersOfProfiles, context, JSON.stringify(page)).load(ref);
    const showing = await showingTo(context);
    return toConnection(
      request,
      rows,
      (row) => [row.at.toISOString(), row.id],
      (row) => toConsentChange(row, showing),
    );
  }
}

@Resolver(() => ChannelNode)
export class ChannelResolver {
  @FieldResolver(() => ConsentType, {
    description: 'What stands for one purpose; UNKNOWN when nothing valid is known of it.',
  })
  consent(
    @Root() channel: ChannelNode,
    @Arg('purpose', () => String, { defaultValue: DEFAULT_PURPOSE, description: 'The key of the purpose.' })
    purpose: string,
  ): ConsentType {
    const known = channel.consents.find((consent) => consent.purpose === purpose);
    const nothing = { at: null, expiresAt: null, legalBasis: null, evidence: null, source: null };
    return known ?? { purpose, state: 'UNKNOWN', ...nothing };
  }
}

/** Active ones first, then by type: the order among the rest must not tell which endpoint comes first in the alphabet. */
function byWhatShows(a: ChannelNode, b: ChannelNode): number {
  const [one, other] = [a, b].map((channel) =>
    JSON.stringify([!channel.isActive, channel.type, channel.firstSeenAt, channel]),
  );
  return one === other ? 0 : String(one) < String(other) ? -1 : 1;
}

async function channelsOf(profile: Profile, context: RequestContext): Promise<ChannelRow[]> {
  return context.loaders.get(channelsOfProfiles, context).load(await refOf(profile, context));
}

async function showingTo(context: RequestContext): Promise<Parameters<typeof toChannel>[1]> {
  return {
    sources: await sources.read(await context.reading()),
    seesPersonal: context.seesPersonal,
  };
}
