import { Arg, Args, Authorized, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { checkCountry, Scope } from '../platform/index.js';
import { PageArgs, pageOf, pageRequest } from '../platform/graphql/index.js';
import { refOf } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { checkSought, parseIdentifier } from './identifier.js';
import { identifiersOfProfiles, holdersOf, placeOf } from './identifier.reads.js';
import { IdentifierConnection } from './identifier.type.js';
import { namespaces } from './namespace-catalogue.js';
import { showIdentifiers } from './shown-identifiers.resolver.js';

@Resolver(() => Profile)
export class ProfileIdentifiersResolver {
  @Authorized(Scope.READ)
  @Query(() => Profile, {
    nullable: true,
    description:
      'The profile that holds an identifier, in any spelling; null when nobody does. A personal namespace (e-mail, phone) also needs READ_PII.',
  })
  async profileByIdentifier(
    @Arg('namespace', () => String, { description: 'The key of a namespace, such as `email`.' })
    namespace: string,
    @Arg('value', () => String, { description: 'The identifier; it is normalized as at ingest.' })
    value: string,
    @Arg('defaultCountry', () => String, {
      nullable: true,
      description:
        'The country of a phone number without a country code: two letters of ISO 3166-1, such as `NL`. Null = such a number is refused.',
    })
    defaultCountry: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Profile | null> {
    const { seesPersonal } = context;
    const tx = await context.reading();
    const known = await namespaces.read(tx);
    checkSought(known, namespace, { seesPersonal, path: ['namespace'] });
    const country = checkCountry(defaultCountry);
    const identifier = parseIdentifier(known, { namespace, value }, { country });
    const [holder] = (await holdersOf(tx, { identifiers: [identifier] })).values();
    return holder ? new Profile(holder) : null;
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => IdentifierConnection, {
    description:
      'The identifiers of the person, oldest first, then by namespace. The order of ties reveals nothing about their values.',
  })
  async identifiers(
    @Root() profile: Profile,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<IdentifierConnection> {
    const ref = await refOf(profile, context);
    const request = pageRequest(context, args, { identifiers: ref.id });
    const rows = await context.loaders.get(identifiersOfProfiles, context).load(ref);
    const show = await showIdentifiers(rows, context);
    return pageOf(request, rows, placeOf, show);
  }
}
