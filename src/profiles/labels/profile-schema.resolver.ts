import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { RequestContext } from '../../access/index.js';
import { definitionKind, saving } from '../../definitions/index.js';
import { AttributeDefinitionType } from '../attribute-definition.type.js';
import { attributeDefinitions } from '../attribute-definitions.js';
import { labelVocabulary } from './label.js';
import { profileSchemaVerbs } from './profile-schema-verbs.js';
import {
  DefineProfileSchemaInput,
  ProfileSchemaType,
  UpdateProfileSchemaInput,
} from './profile-schema.type.js';
import { TagType } from './tag.type.js';
import { TermType } from './taxonomy.type.js';

export const profileSchemaKind = definitionKind(profileSchemaVerbs, {
  name: 'ProfileSchema',
  field: 'profileSchema',
  noun: 'profile schema',
  type: ProfileSchemaType,
  show: (standing) => new ProfileSchemaType(standing),
  one: 'profileSchema',
  list: { name: 'profileSchemas', gives: 'profile schemas' },
  define: saving(DefineProfileSchemaInput, 'Defines a profile schema.'),
  update: saving(
    UpdateProfileSchemaInput,
    'Changes a profile schema. People who adopt it from now on get its new tags and terms. Segments that refer to it are rebuilt.',
  ),
  remove: 'Deletes a profile schema.',
});

@Resolver(() => ProfileSchemaType)
export class ProfileSchemaResolver {
  @FieldResolver(() => [AttributeDefinitionType], {
    description: 'Its attributes, at most 200. Undefined ones are left out.',
  })
  async attributes(
    @Root() { attributeKeys }: ProfileSchemaType,
    @Ctx() context: RequestContext,
  ): Promise<AttributeDefinitionType[]> {
    const all = await attributeDefinitions.read(await context.reading());
    return found(attributeKeys, all).map((one) => new AttributeDefinitionType(one));
  }

  @FieldResolver(() => [TagType], {
    description: 'The tags that each person who adopts it gets: at most 200.',
  })
  async tags(@Root() { tagKeys }: ProfileSchemaType, @Ctx() context: RequestContext): Promise<TagType[]> {
    const { tags } = await labelVocabulary.read(await context.reading());
    return found(tagKeys, tags).map((one) => new TagType(one));
  }

  @FieldResolver(() => [TermType], {
    description: 'The terms that each person who adopts it gets: at most 200.',
  })
  async terms(
    @Root() { definition }: ProfileSchemaType,
    @Ctx() context: RequestContext,
  ): Promise<TermType[]> {
    const { taxonomies } = await labelVocabulary.read(await context.reading());
    return definition.terms.flatMap(({ taxonomy: key, term }) => {
      const taxonomy = taxonomies.get(key);
      return (taxonomy && TermType.of(taxonomy, term)) ?? [];
    });
  }
}

function found<T>(keys: readonly string[], all: ReadonlyMap<string, T>): T[] {
  return keys.flatMap((key) => all.get(key) ?? []);
}
