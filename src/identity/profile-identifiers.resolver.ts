import { Arg, Authorized, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { RequestContext, sources } from '../access/index.js';
import { checkCountry, MASK, Scope } from '../platform/index.js';
import type { Whereabouts } from '../platform/index.js';
import { SourceType } from '../access/source.type.js';
import { refOf } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { bearersOfLabels } from './bearers-of-labels.js';
import { checkSought, parseIdentifier } from './identifier.js';
import type { Identifier } from './identifier.js';
import { identifiersOfProfiles, holdersOf } from './identifier.reads.js';
import type { IdentifierRow } from './identifier.reads.js';
import { IdentifierType } from './identifier.type.js';
import { namespaces } from './namespace-catalogue.js';
import { semanticTypeOf } from './namespaces.js';

@Resolver(() => Profile)
export class ProfileIdentifiersResolver {
  @Authorized(Scope.READ)
  @Query(() => Profile, {
    nullable: true,
    description:
      'The profile that holds an identifier, in whatever spelling; null when nobody does. For a namespace that is personal (e-mail, phone) it needs READ_PII as well.',
  })
  async profileByIdentifier(
    @Arg('namespace', () => String, { description: 'The key of a namespace, such as `email`.' })
    namespace: string,
    @Arg('value', () => String, { description: 'The identifier; it is normalized as at ingest.' })
    value: string,
    @Arg('defaultCountry', () => String, {
      nullable: true,
      description:
        'Where a phone number without a country code belongs: two letters of ISO 3166-1, such as `NL`. Null = it is refused.',
    })
    defaultCountry: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Profile | null> {
    const { seesPersonal } = context;
    checkSought(await namespaces.read(await context.reading()), namespace, {
      seesPersonal,
      path: ['namespace'],
    });
    const country = checkCountry(defaultCountry);
    return (await holderOf({ namespace, value }, context, { country })).profile;
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => [IdentifierType], {
    description: 'All that identifies the person, the longest known first.',
  })
  identifiers(@Root() profile: Profile, @Ctx() context: RequestContext): Promise<IdentifierType[]> {
    return identifiersOf(profile, context);
  }
}

/** Who holds an identifier, in whatever spelling. @throws OnefoldError NAMESPACE_UNKNOWN, IDENTIFIER_INVALID */
export async function holderOf(
  asked: Identifier,
  context: RequestContext,
  whereabouts?: Whereabouts,
): Promise<{ profile: Profile | null; identifier: Identifier }> {
  const tx = await context.reading();
  const identifier = parseIdentifier(await namespaces.read(tx), asked, whereabouts);
  const [owner] = (await holdersOf(tx, { identifiers: [identifier] })).values();
  return { profile: owner ? new Profile(owner) : null, identifier };
}

/** The identifiers of a profile as the viewer may see them, the longest known first. */
export async function identifiersOf(profile: Profile, context: RequestContext): Promise<IdentifierType[]> {
  return toIdentifiers(
    await context.loaders.get(identifiersOfProfiles, context).load(await refOf(profile, context)),
    context,
  );
}

/** @param rows identifiers of one profile */
export async function toIdentifiers(
  rows: readonly IdentifierRow[],
  context: RequestContext,
): Promise<IdentifierType[]> {
  const tx = await context.reading();
  const [known, knownSources] = await Promise.all([namespaces.read(tx), sources.read(tx)]);
  const bearers = bearersOfLabels(rows, known);
  return rows.map((row) => {
    const semanticType = semanticTypeOf(known, row.namespace);
    const source = knownSources.get(row.sourceId);
    return new IdentifierType(row, {
      semanticType,
      value: context.seesPersonal ? row.value : MASK,
      label: bearers.has(row) ? row.label : null,
      source: source ? new SourceType(source) : null,
    });
  });
}
