import { Arg, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { RequestContext, sources } from '../access/index.js';
import { MASK, Scope, uuidOf } from '../platform/index.js';
import type { Source } from '../access/index.js';
import type { Standing } from '../definitions/index.js';
import { SourceType } from '../access/source.type.js';
import { DateTime, Json } from '../platform/graphql/index.js';
import { attributeDefinitions } from './attribute-definitions.js';
import type { AttributeDefinition } from './attribute-definitions.js';
import { AttributeDefinitionType } from './attribute-definition.type.js';
import { maskingFor } from './mask-personal.js';
import { isName, NAMES, nameOf } from './name-of.js';
import { profileRows } from './profile.reads.js';
import type { ProfileRow } from './profile.reads.js';
import { AttributeValue, Profile } from './profile.type.js';
import { saidIn } from './provenance.js';

@Resolver(() => Profile)
export class ProfileResolver {
  @Authorized(Scope.READ)
  @Query(() => Profile, {
    nullable: true,
    description:
      'A profile by its id; null when there is none. The id of an absorbed profile gives the one that it was merged into.',
  })
  async profile(
    @Arg('id', () => ID, { description: 'A profile id: `profile_…`.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Profile | null> {
    const uuid = uuidOf('profile', id);
    const row = uuid ? await context.loaders.get(profileRows, context).load(uuid) : null;
    return row && new Profile({ shard: row.shard, id: row.id });
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The name to show: the attribute `displayName`, or else `firstName` and `lastName`; a blank text is no name. Null when none is known. `***` without the scope READ_PII, where one of them is personal.',
  })
  async name(@Root() profile: Profile, @Ctx() context: RequestContext): Promise<string | null> {
    const { attributes } = await rowOf(profile, context);
    const masked = await maskingFor(context);
    const known = NAMES.filter((key) => isName(attributes[key]));
    // Which of them would show depends on what they are.
    if (known.some((key) => masked(key, attributes[key]).isMasked)) return MASK;
    return nameOf(attributes);
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => [AttributeValue], {
    description: 'The attributes of the person, by key in alphabetical order.',
  })
  attributes(
    @Root() profile: Profile,
    @Arg('keys', () => [String], { nullable: true, description: 'Only these; absent = all.' })
    keys: string[] | null,
    @Ctx() context: RequestContext,
  ): Promise<AttributeValue[]> {
    return attributeValues(profile, keys, context);
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => Json, {
    nullable: true,
    description:
      'The value of one attribute. Null if it is not known, or if it is personal and the API key lacks READ_PII. Ask `attributes(keys:)` to tell these apart.',
  })
  async attribute(
    @Root() profile: Profile,
    @Arg('key', () => String, { description: 'The key of the attribute.' }) key: string,
    @Ctx() context: RequestContext,
  ): Promise<unknown> {
    const { attributes } = await rowOf(profile, context);
    if (!Object.hasOwn(attributes, key)) return null;
    return (await maskingFor(context))(key, attributes[key]).value;
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => DateTime, { description: 'When the profile was created here.' })
  async createdAt(@Root() profile: Profile, @Ctx() context: RequestContext): Promise<Date> {
    return (await rowOf(profile, context)).createdAt;
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => DateTime, {
    description: 'When its attributes or identifiers last changed here; events do not count.',
  })
  async updatedAt(@Root() profile: Profile, @Ctx() context: RequestContext): Promise<Date> {
    return (await rowOf(profile, context)).updatedAt;
  }
}

/** What is known of these attributes of a person (null = of all), by key. */
export async function attributeValues(
  profile: Profile,
  keys: readonly string[] | null,
  context: RequestContext,
): Promise<AttributeValue[]> {
  const row = await rowOf(profile, context);
  const [known, definitions] = await definitionsFor(context);
  const masked = await maskingFor(context);
  const wanted = (keys ?? Object.keys(row.attributes)).filter((key) => Object.hasOwn(row.attributes, key));
  return [...new Set(wanted)].sort().map((key) => {
    const provenance = row.provenance[key];
    const said = provenance === undefined ? undefined : saidIn(provenance);
    const source = said && known.get(said.sourceId);
    const definition = definitions.get(key);
    return {
      key,
      definition: definition ? new AttributeDefinitionType(definition) : null,
      ...masked(key, row.attributes[key]),
      source: SourceType.of(source),
      setAt: said?.at ?? row.createdAt,
    };
  });
}

/** For `node(id:)`, which answers with the id asked for: an absorbed profile is none. */
export async function findProfiles(
  context: RequestContext,
  uuids: readonly string[],
): Promise<(Profile | null)[]> {
  const rows = await Promise.all(uuids.map((uuid) => context.loaders.get(profileRows, context).load(uuid)));
  return rows.map((row, index) =>
    row && row.id === uuids[index] ? new Profile({ shard: row.shard, id: row.id }) : null,
  );
}

async function definitionsFor(
  context: RequestContext,
): Promise<[ReadonlyMap<string, Source>, ReadonlyMap<string, Standing<AttributeDefinition>>]> {
  const tx = await context.reading();
  return [await sources.read(tx), await attributeDefinitions.read(tx)];
}

export async function rowOf(profile: Profile, context: RequestContext): Promise<ProfileRow> {
  const row = await context.loaders.get(profileRows, context).load(profile.ref.id);
  if (!row) throw new Error('a profile that was found cannot be gone in the same snapshot');
  return row;
}
