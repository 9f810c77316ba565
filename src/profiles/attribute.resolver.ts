import {
  Arg,
  Args,
  Authorized,
  Ctx,
  Extensions,
  FieldResolver,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { RequestContext, Scope, sources } from '../access/index.js';
import { changeDefinitions } from '../definitions/index.js';
import { SourceType } from '../access/source.type.js';
import { ForwardPageArgs, pageRequest, toConnection, withUserErrors } from '../platform/graphql/index.js';
import { canonicalKey, composedTexts } from '../platform/index.js';
import { attribute, attributeDefinitions } from './attribute-definitions.js';
import { attributeHistories, freshness } from './attribute.reads.js';
import type { HistoryPage } from './attribute.reads.js';
import {
  AttributeChangeConnection,
  AttributeDefinitionType,
  AttributeFreshness,
  AttributePayload,
  DefineAttributeInput,
  DeleteAttributeInput,
  UpdateAttributeInput,
} from './attribute.type.js';
import { defineAttribute } from './define-attribute.js';
import { deleteAttribute } from './delete-attribute.js';
import { DiscoveredType } from './discovered.type.js';
import { discoveriesOf } from './discoveries.js';
import { maskingFor } from './mask-personal.js';
import { Profile } from './profile.type.js';
import { refOf } from './ref-of.js';
import { updateAttribute } from './update-attribute.js';

@Resolver(() => Profile)
export class AttributeResolver {
  @Authorized(Scope.READ, Scope.MANAGE)
  @Extensions({ items: 2_000 })
  @Query(() => [AttributeDefinitionType], {
    description: 'All attributes that are defined, by key in alphabetical order: at most 2,000.',
  })
  async attributeDefinitions(@Ctx() context: RequestContext): Promise<AttributeDefinitionType[]> {
    const all = await attributeDefinitions.read(await context.reading());
    return [...all.values()].map((standing) => new AttributeDefinitionType(standing));
  }

  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => [DiscoveredType], {
    description:
      'Attributes that sources have sent and nobody has defined, by key: at most 10,000. Define those that are meant.',
  })
  async discoveredAttributes(@Ctx() context: RequestContext): Promise<DiscoveredType[]> {
    const tx = await context.reading();
    const [found, known, from] = [
      await discoveriesOf(tx, 'ATTRIBUTE'),
      await attributeDefinitions.read(tx),
      await sources.read(tx),
    ];
    return found
      .filter(({ key }) => !known.has(key))
      .map((row) => new DiscoveredType(row, { sources: from, seesPersonal: context.seesPersonal }));
  }

  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => [AttributeFreshness], {
    description:
      'How fresh the values are, by attribute and source: a sync that has stopped is seen here. It goes over all profiles, so ask now and then.',
  })
  async attributeFreshness(@Ctx() context: RequestContext): Promise<AttributeFreshness[]> {
    const tx = await context.reading();
    const definitions = await attributeDefinitions.read(tx);
    const expected = new Map<string, number>();
    for (const { key, expectedEverySeconds } of definitions.values())
      if (expectedEverySeconds !== null) expected.set(key, expectedEverySeconds);
    const [rows, from] = [
      await freshness(tx, { expected, now: context.clock.now() }),
      await sources.read(tx),
    ];
    return rows.map(({ key, sourceId, newestAt, profiles, stale }) => {
      const source = from.get(sourceId);
      return {
        key,
        source: source ? new SourceType(source) : null,
        newestAt,
        profiles,
        staleShare: stale === null ? null : stale / profiles,
      };
    });
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => AttributeChangeConnection, {
    description:
      'All that was said of an audited attribute since it is audited, the newest first by the instant it was said for.',
  })
  async attributeHistory(
    @Root() profile: Profile,
    @Arg('key', () => String, { description: 'The key of the attribute.' }) key: string,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: RequestContext,
  ): Promise<AttributeChangeConnection> {
    const ref = await refOf(profile, context);
    const request = pageRequest(context, args, { attributeHistory: ref.id, key });
    const page: HistoryPage = {
      key,
      after: request.after && [String(request.after[0]), String(request.after[1])],
      limit: request.limit,
    };
    const rows = await context.loaders.get(attributeHistories, context, JSON.stringify(page)).load(ref);
    const [masked, from] = [await maskingFor(context), await sources.read(await context.reading())];
    return toConnection(
      request,
      rows,
      (row) => [row.at.toISOString(), row.id],
      ({ value, at, sourceId, receivedAt }) => {
        const source = from.get(sourceId);
        return {
          value: masked(key, value),
          setAt: at,
          receivedAt,
          source: source ? new SourceType(source) : null,
        };
      },
    );
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => AttributePayload, {
    description: 'Adds an attribute: values that come from now on are held against it.',
  })
  defineAttribute(
    @Arg('input', () => DefineAttributeInput, { description: 'The new attribute.' })
    { key: given, type, ...rest }: DefineAttributeInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<AttributePayload>> {
    return withUserErrors(async () => {
      const key = canonicalKey(given);
      const definition = attribute(key, type, said(rest));
      await changeDefinitions(context, (tx) => defineAttribute(tx, { ...definition, ...context.byViewer }));
      return { attribute: await attributeOf(key, context) };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => AttributePayload, {
    description: 'Changes what is said of an attribute. It counts for what comes from now on.',
  })
  updateAttribute(
    @Arg('input', () => UpdateAttributeInput, { description: 'Which one, and what changes.' })
    { key: given, ...rest }: UpdateAttributeInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<AttributePayload>> {
    return withUserErrors(async () => {
      const key = canonicalKey(given);
      await changeDefinitions(context, (tx) =>
        updateAttribute(tx, { key, ...said(rest), ...context.byViewer }),
      );
      return { attribute: await attributeOf(key, context) };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => AttributePayload, {
    description:
      'Deletes the definition of an attribute that no segment asks for; a shipped one is as shipped again. Values that there are stay.',
  })
  deleteAttribute(
    @Arg('input', () => DeleteAttributeInput, { description: 'Which attribute.' })
    { key: given }: DeleteAttributeInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<AttributePayload>> {
    return withUserErrors(async () => {
      const { seesPersonal } = context;
      const key = canonicalKey(given);
      await changeDefinitions(context, (tx) => deleteAttribute(tx, { key, seesPersonal }));
      return { attribute: await attributeOf(key, context) };
    });
  }
}

const NULLABLE: ReadonlySet<string> = new Set([
  'label',
  'help',
  'allowedValues',
  'isPersonal',
  'expectedEverySeconds',
]);

/** Without what was not said; null says something only where it means something of its own. */
function said(
  input: object,
): Partial<Omit<Parameters<typeof updateAttribute>[1], 'key' | 'now' | 'seesPersonal'>> {
  return Object.fromEntries(
    Object.entries(input)
      .filter(([key, value]) => value !== undefined && (value !== null || NULLABLE.has(key)))
      .map(([key, value]) => [
        key,
        key === 'allowedValues' && value ? composedTexts(value as unknown[]) : value,
      ]),
  );
}

async function attributeOf(key: string, context: RequestContext): Promise<AttributeDefinitionType | null> {
  const standing = (await attributeDefinitions.read(await context.reading())).get(key);
  return standing ? new AttributeDefinitionType(standing) : null;
}
