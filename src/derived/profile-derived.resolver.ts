import { Arg, Authorized, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { Scope } from '../platform/index.js';
import { refOf, shownBy } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { vocabularyOf } from '../rules/index.js';
import { derivedOfProfiles } from './derived.reads.js';
import { DerivedValue } from './derived.type.js';
import { privacyOfDerived } from './derived-privacy.js';

@Resolver(() => Profile)
export class ProfileDerivedResolver {
  @Authorized(Scope.READ)
  @FieldResolver(() => [DerivedValue], {
    description: 'Figures over what the person did, as they are now; by key in alphabetical order.',
  })
  async derived(
    @Root() profile: Profile,
    @Arg('keys', () => [String], { nullable: true, description: 'Only these; absent = all.' })
    keys: string[] | null,
    @Ctx() context: RequestContext,
  ): Promise<DerivedValue[]> {
    const vocabulary = await vocabularyOf(context);
    const wanted = [...vocabulary.derived.values()].filter(({ key }) => !keys || keys.includes(key));
    if (wanted.length === 0) return [];
    const values = await context.loaders
      .get(derivedOfProfiles, context, JSON.stringify(wanted.map(({ key }) => key)))
      .load(await refOf(profile, context));
    return wanted.map((definition) => {
      const { key } = definition;
      const label = definition.label ?? key;
      const privacy = context.seesPersonal ? undefined : privacyOfDerived(definition, vocabulary);
      // Whether there is one tells something too.
      if (privacy?.isPersonal) return { key, label, value: null, isMasked: true };
      const shown = privacy ? shownBy(privacy, values[key]) : { value: values[key], isMasked: false };
      return { key, label, ...shown };
    });
  }
}
