import { Arg, Authorized, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { RequestContext, sources } from '../../access/index.js';
import { Scope } from '../../platform/index.js';
import type { Source } from '../../access/index.js';
import { SourceType } from '../../access/source.type.js';
import { attributeDefinitions } from '../attribute-definitions.js';
import type { AttributeDefinition } from '../attribute-definitions.js';
import { saysSomething } from '../name-of.js';
import { attributeValues, rowOf } from '../profile.resolver.js';
import { AttributeValue, Profile } from '../profile.type.js';
import { refOf } from '../ref-of.js';
import { heldFacets, heldLabels } from './held-labels.js';
import { labelVocabulary, termOfLabel } from './label.js';
import { labelsOfProfiles } from './label.reads.js';
import type { LabelRow } from './label.reads.js';
import { ProfileSchemaType } from './profile-schema.type.js';
import { TagType } from './tag.type.js';
import { TermType } from './taxonomy.type.js';
import { FacetType, ProfileTag, ProfileTerm } from './label.type.js';

/** A facet that knows whose it is. */
interface OwnFacet extends FacetType {
  profile: Profile;
}

@Resolver(() => Profile)
export class ProfileLabelsResolver {
  @Authorized(Scope.READ)
  @FieldResolver(() => [ProfileTag], {
    description: 'The tags of the person, by key: at most 5,000.',
  })
  async tags(@Root() profile: Profile, @Ctx() context: RequestContext): Promise<ProfileTag[]> {
    const { rows, vocabulary, from } = await labelsOf(profile, context);
    return heldLabels(rows, 'TAG', vocabulary).flatMap((row) => {
      const tag = vocabulary.tags.get(row.label);
      return tag ? [{ tag: new TagType(tag), ...saidBy(row, from) }] : [];
    });
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => [ProfileTerm], {
    description:
      'The terms of the person, by taxonomy and key: at most 2,000 of each taxonomy. If a taxonomy is restricted to profile schemas, its terms show only while the person has a facet of one of these.',
  })
  async terms(
    @Root() profile: Profile,
    @Arg('taxonomy', () => String, { nullable: true, description: 'Only of this taxonomy; absent = of all.' })
    taxonomy: string | null,
    @Ctx() context: RequestContext,
  ): Promise<ProfileTerm[]> {
    const { rows, vocabulary, from } = await labelsOf(profile, context);
    return heldLabels(rows, 'TERM', vocabulary).flatMap((row) => {
      const name = termOfLabel(row.label);
      const definition = vocabulary.taxonomies.get(name.taxonomy);
      const term = definition && TermType.of(definition, name.term);
      return term && (!taxonomy || taxonomy === name.taxonomy) ? [{ term, ...saidBy(row, from) }] : [];
    });
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => [FacetType], {
    description: 'The facets of the person, by the key of their schema: at most 100.',
  })
  async facets(@Root() profile: Profile, @Ctx() context: RequestContext): Promise<OwnFacet[]> {
    const { rows, vocabulary, from } = await labelsOf(profile, context);
    return heldFacets(rows, vocabulary).map(({ schema, row }) => {
      const said = row && saidBy(row, from);
      return {
        profile,
        schema: new ProfileSchemaType(schema),
        adoptedAt: said?.setAt ?? null,
        source: said?.source ?? null,
      };
    });
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'Percentage (rounded down) of the attributes in the person’s facets that have a value. A blank text is none. If any are required, only those count. Null if there are none.',
  })
  async completeness(@Root() profile: Profile, @Ctx() context: RequestContext): Promise<number | null> {
    const { rows, vocabulary } = await labelsOf(profile, context);
    return share(
      profile,
      heldFacets(rows, vocabulary).flatMap(({ schema }) => schema.attributes),
      context,
    );
  }
}

@Resolver(() => FacetType)
export class FacetResolver {
  @Authorized(Scope.READ)
  @FieldResolver(() => [AttributeValue], {
    description: 'The values of its attributes, by key: at most 200.',
  })
  attributes(
    @Root() { profile, schema }: OwnFacet,
    @Ctx() context: RequestContext,
  ): Promise<AttributeValue[]> {
    return attributeValues(profile, schema.attributeKeys, context);
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'Percentage (rounded down) of the attributes of the facet that have a value. If any are required, only those count. Null if there are none.',
  })
  completeness(
    @Root() { profile, schema }: OwnFacet,
    @Ctx() context: RequestContext,
  ): Promise<number | null> {
    return share(profile, schema.attributeKeys, context);
  }
}

async function labelsOf(profile: Profile, context: RequestContext) {
  const rows = await context.loaders.get(labelsOfProfiles, context).load(await refOf(profile, context));
  const tx = await context.reading();
  return { rows, vocabulary: await labelVocabulary.read(tx), from: await sources.read(tx) };
}

function saidBy(
  { at, sourceId }: LabelRow,
  from: ReadonlyMap<string, Source>,
): { setAt: Date; source: SourceType | null } {
  const source = from.get(sourceId);
  return { setAt: at, source: SourceType.of(source) };
}

async function share(
  profile: Profile,
  keys: readonly string[],
  context: RequestContext,
): Promise<number | null> {
  const definitions: ReadonlyMap<string, AttributeDefinition> = await attributeDefinitions.read(
    await context.reading(),
  );
  const distinct = [...new Set(keys)];
  const required = distinct.filter((key) => definitions.get(key)?.isRequired);
  const counted = required.length > 0 ? required : distinct;
  if (counted.length === 0) return null;
  const { attributes } = await rowOf(profile, context);
  return Math.floor(
    (100 * counted.filter((key) => Object.hasOwn(attributes, key) && saysSomething(attributes[key])).length) /
      counted.length,
  );
}
