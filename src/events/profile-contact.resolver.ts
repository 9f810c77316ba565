import { Authorized, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { MASK, Scope } from '../platform/index.js';
import { channelsOfProfiles } from '../consent/index.js';
import { bearersOfLabels, identifiersOfProfiles, namespaces, semanticTypeOf } from '../identity/index.js';
import { refOf } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';

/** The label of the identifier to use first. */
const MAIN = 'main';
/** By what people are reached with it, the best first. */
const CHANNELS = { EMAIL: ['EMAIL'], PHONE: ['PHONE', 'SMS', 'WHATSAPP'] } as const;

@Resolver(() => Profile)
export class ProfileContactResolver {
  @Authorized(Scope.READ)
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The e-mail address to use: the identifier of the semantic type EMAIL with the label `main`, or else the oldest one. Without one, the oldest active channel of the type EMAIL. Null if there is none. `***` without the scope READ_PII.',
  })
  email(@Root() profile: Profile, @Ctx() context: RequestContext): Promise<string | null> {
    return contactOf('EMAIL', profile, context);
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The phone number to use: the identifier of the semantic type PHONE with the label `main`, or else the oldest one. Without one, the oldest active channel of the type PHONE, or else SMS, or else WHATSAPP. In E.164 unless its namespace says otherwise. Null if there is none. `***` without the scope READ_PII.',
  })
  phone(@Root() profile: Profile, @Ctx() context: RequestContext): Promise<string | null> {
    return contactOf('PHONE', profile, context);
  }
}

type ContactType = keyof typeof CHANNELS;

async function contactOf(
  type: ContactType,
  profile: Profile,
  context: RequestContext,
): Promise<string | null> {
  const value = (await identifierOf(type, profile, context)) ?? (await endpointOf(type, profile, context));
  return value === null || context.seesPersonal ? value : MASK;
}

async function identifierOf(
  type: ContactType,
  profile: Profile,
  context: RequestContext,
): Promise<string | null> {
  const rows = await context.loaders.get(identifiersOfProfiles, context).load(await refOf(profile, context));
  const known = await namespaces.read(await context.reading());
  const bearers = bearersOfLabels(rows, known);
  const held = rows.filter(({ namespace }) => semanticTypeOf(known, namespace) === type);
  const main = held.find((row) => row.label === MAIN && bearers.has(row));
  return (main ?? held[0])?.value ?? null;
}

/** One that is no longer in use, or where nothing arrives, is none to show. */
async function endpointOf(
  type: ContactType,
  profile: Profile,
  context: RequestContext,
): Promise<string | null> {
  const rows = await context.loaders.get(channelsOfProfiles, context).load(await refOf(profile, context));
  const inUse = rows
    .filter(({ isActive, isReachable }) => isActive && isReachable !== false)
    .sort((a, b) => a.firstSeenAt.getTime() - b.firstSeenAt.getTime());
  for (const kind of CHANNELS[type]) {
    const longest = inUse.find((row) => row.type === kind);
    if (longest) return longest.endpoint;
  }
  return null;
}
