import { Arg, Args, Authorized, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { RequestContext, sources } from '../access/index.js';
import { Scope } from '../platform/index.js';
import { SourceType } from '../access/source.type.js';
import { PageArgs, pageRequest, toConnection } from '../platform/graphql/index.js';
import type { SortKey } from '../platform/graphql/index.js';
import { AttributeDefinitionType } from './attribute-definition.type.js';
import { attributeDefinitions } from './attribute-definitions.js';
import { attributeHistories, freshness } from './attribute.reads.js';
import type { HistoryPage } from './attribute.reads.js';
import { AttributeChangeConnection, AttributeFreshness } from './attribute.type.js';
import { DiscoveredType } from './discovered.type.js';
import { discoveriesOf } from './discoveries.js';
import { maskingFor } from './mask-personal.js';
import { Profile } from './profile.type.js';
import { refOf } from './ref-of.js';

@Resolver(() => Profile)
export class AttributeResolver {
  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => [DiscoveredType], {
    description:
      'Attributes that sources have sent and that are not defined, by key: at most 10,000. Define the intended ones.',
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
      'How fresh the values are, by attribute and source; it reveals syncs that have stopped. At most 10,000 pairs. It reads all profiles, so ask rarely.',
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
      const [source, definition] = [from.get(sourceId), definitions.get(key)];
      return {
        key,
        definition: definition ? new AttributeDefinitionType(definition) : null,
        source: SourceType.of(source),
        newestAt,
        profileCount: profiles,
        staleShare: stale === null ? null : stale / profiles,
      };
    });
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => AttributeChangeConnection, {
    description:
      'Every value that sources have sent for an attribute while it was audited: newest first, by the instant it was sent for.',
  })
  async attributeHistory(
    @Root() profile: Profile,
    @Arg('key', () => String, { description: 'The key of the attribute.' }) key: string,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<AttributeChangeConnection> {
    const ref = await refOf(profile, context);
    const request = pageRequest(context, args, { attributeHistory: ref.id, key });
    const page: HistoryPage = {
      key,
      after: placeOf(request.after),
      before: placeOf(request.before),
      backward: request.backward,
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
          ...masked(key, value),
          setAt: at,
          receivedAt,
          source: SourceType.of(source),
        };
      },
    );
  }
}

function placeOf(key: SortKey | null): HistoryPage['after'] {
  return key && [String(key[0]), String(key[1])];
}
