import { Arg, Authorized, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { RequestContext, Scope, sources } from '../access/index.js';
import { SourceType } from '../access/source.type.js';
import { refOf } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { parseIdentifier } from './identifier.js';
import { identifiersOfProfiles, holdersOf } from './identifier.reads.js';
import type { IdentifierRow } from './identifier.reads.js';
import { IdentifierType } from './identifier.type.js';
import { shownValue } from './shown-value.js';

@Resolver(() => Profile)
export class ProfileIdentifiersResolver {
  @Authorized(Scope.READ)
  @Query(() => Profile, {
    nullable: true,
    description: 'The profile that holds an identifier, in whatever spelling; null when nobody does.',
  })
  async profileByIdentifier(
    @Arg('namespace', () => String, { description: '`external`, `email`, `phone` or `device`.' })
    namespace: string,
    @Arg('value', () => String, { description: 'The identifier; it is normalised as at ingest.' })
    value: string,
    @Ctx() context: RequestContext,
  ): Promise<Profile | null> {
    const owners = await holdersOf(await context.reading(), {
      identifiers: [parseIdentifier(namespace, value)],
      now: context.clock.now(),
    });
    const [owner] = owners.values();
    return owner ? new Profile(owner) : null;
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => [IdentifierType], {
    description: 'All that identifies the person, the longest known first.',
  })
  async identifiers(@Root() profile: Profile, @Ctx() context: RequestContext): Promise<IdentifierType[]> {
    const rows = await identifiersOf(profile, context);
    const known = await sources.read(await context.reading());
    return rows.map((row) => {
      const source = known.get(row.sourceId);
      return {
        namespace: row.namespace,
        value: shownValue(row, context),
        source: source ? new SourceType(source) : null,
        firstSeenAt: row.firstSeenAt,
      };
    });
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => String, {
    nullable: true,
    description: 'The e-mail address known longest; null when none is. Masked without READ_PII.',
  })
  email(@Root() profile: Profile, @Ctx() context: RequestContext): Promise<string | null> {
    return firstOf('email', profile, context);
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => String, {
    nullable: true,
    description: 'The phone number known longest, as E.164; null when none is. Masked without READ_PII.',
  })
  phone(@Root() profile: Profile, @Ctx() context: RequestContext): Promise<string | null> {
    return firstOf('phone', profile, context);
  }
}

async function identifiersOf(profile: Profile, context: RequestContext): Promise<IdentifierRow[]> {
  return context.loaders.get(identifiersOfProfiles, context).load(await refOf(profile, context));
}

async function firstOf(namespace: string, profile: Profile, context: RequestContext): Promise<string | null> {
  const row = (await identifiersOf(profile, context)).find(
    (identifier) => identifier.namespace === namespace,
  );
  return row ? shownValue(row, context) : null;
}
