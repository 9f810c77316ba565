import { Arg, Authorized, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { Scope } from '../platform/index.js';
import { refOf } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { vocabularyOf } from '../rules/index.js';
import { derivedOfProfiles } from './derived.reads.js';
import { DerivedValue } from './derived.type.js';
import { figureOfDerived } from './figure-of-derived.js';

@Resolver(() => Profile)
export class ProfileDerivedResolver {
  @Authorized(Scope.READ)
  @FieldResolver(() => [DerivedValue], {
    description: 'The derived attributes of the person, by key in alphabetical order: at most 200.',
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
    const { seesPersonal } = context;
    return wanted.map((definition) => {
      const figure = figureOfDerived(definition, vocabulary);
      return new DerivedValue(definition, figure, { value: values[definition.key], seesPersonal });
    });
  }
}
