import { Arg, Args, Authorized, Ctx, Query, Resolver } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { OnefoldError, Scope } from '../platform/index.js';
import { PageArgs, pageRequest, toConnection } from '../platform/graphql/index.js';
import type { Connection, PageRequest, SortKey } from '../platform/graphql/index.js';
import type { LiveSegment } from './live-segment.js';
import { segmentSizes } from './membership.reads.js';
import { catalogueOf } from './segment-catalogue.js';
import { SegmentFilterInput, SegmentOrder, SegmentOrderField } from './segment-list.type.js';
import { segmentBuilds, stateOf } from './segment-state.js';
import { SegmentConnection, SegmentType } from './segment.type.js';

const MOST_KEYS = 500;
const MOST_ORDERS = 20;

/** A segment, and the values that decide on its place in the list. */
interface Placed {
  live: LiveSegment;
  place: SortKey;
}

/** There are few enough segments for all to be in memory: see `segmentCatalogue`. */
@Resolver()
export class SegmentListResolver {
  @Authorized(Scope.READ)
  @Query(() => SegmentConnection, {
    description: 'The segments, by key unless `orderBy` says otherwise.',
  })
  async segments(
    @Arg('filter', () => SegmentFilterInput, { nullable: true, description: 'Which segments. Absent = all.' })
    filter: SegmentFilterInput | null,
    @Arg('orderBy', () => [SegmentOrder], {
      nullable: true,
      description: `What they are ordered by, the most important first: at most ${MOST_ORDERS}. A field counts where it stands first. The key decides between equals.`,
    })
    orderBy: SegmentOrder[] | null,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<SegmentType>> {
    const order = orderOf(orderBy ?? []);
    const request = pageRequest(context, args, { list: 'segments', filter, order });
    const found = await filtered([...(await catalogueOf(context)).byKey.values()], filter ?? {}, context);
    const all = await placed(found, order, context);
    const compare = comparison(order);
    const within = all.filter(({ place }) => isWithin(place, request, compare));
    within.sort((one, other) => compare(one.place, other.place) * (request.backward ? -1 : 1));
    return toConnection(
      request,
      within.slice(0, request.limit),
      ({ place }) => place,
      ({ live }) => new SegmentType(live),
    );
  }
}

/** Each field once, up to the key: no two segments have the same. */
function orderOf(given: readonly SegmentOrder[]): SegmentOrder[] {
  if (given.length > MOST_ORDERS)
    throw new OnefoldError('TOO_MANY', {
      path: ['orderBy'],
      message: `Order by at most ${MOST_ORDERS} fields.`,
    });
  const all = [...given, { field: SegmentOrderField.KEY, direction: 'ASC' as const }];
  const kept = all.filter(({ field }, at) => all.findIndex((one) => one.field === field) === at);
  return kept.slice(0, kept.findIndex(({ field }) => field === SegmentOrderField.KEY) + 1);
}

async function filtered(
  all: readonly LiveSegment[],
  { states, keys, text }: SegmentFilterInput,
  context: RequestContext,
): Promise<LiveSegment[]> {
  if (keys && keys.length > MOST_KEYS)
    throw new OnefoldError('TOO_MANY', {
      path: ['filter', 'keys'],
      message: `Ask for at most ${MOST_KEYS} keys at a time.`,
    });
  const wanted = keys && new Set(keys);
  const part = text?.toLowerCase();
  const found = all.filter(({ definition: { key, name, description } }) => {
    const texts = [key, name, description ?? ''];
    return (!wanted || wanted.has(key)) && (!part || texts.some((one) => one.toLowerCase().includes(part)));
  });
  if (!states) return found;
  const builds = await context.loaders.get(segmentBuilds, context).loadMany(found.map(idOf));
  return found.filter(({ definition }, index) => {
    const build = builds[index];
    if (build instanceof Error) throw build;
    return states.includes(stateOf(definition, build ?? null));
  });
}

async function placed(
  all: readonly LiveSegment[],
  order: readonly SegmentOrder[],
  context: RequestContext,
): Promise<Placed[]> {
  const isBySize = order.some(({ field }) => field === SegmentOrderField.SIZE);
  const ids = isBySize ? all.map(idOf) : [];
  const sizes = await context.loaders.get(segmentSizes, context).loadMany(ids);
  return all.map((live, index) => {
    const { key, name, createdAt, updatedAt } = live.definition;
    const values = {
      KEY: key,
      NAME: name.toLowerCase(),
      CREATED_AT: createdAt.getTime(),
      UPDATED_AT: updatedAt.getTime(),
      SIZE: Number(sizes[index]),
    };
    return { live, place: order.map(({ field }) => values[field]) };
  });
}

type Comparison = (one: SortKey, other: SortKey) => number;

function comparison(order: readonly SegmentOrder[]): Comparison {
  return (one, other) => {
    const index = order.findIndex((_, at) => one[at] !== other[at]);
    if (index < 0) return 0;
    const isBefore = (one[index] ?? '') < (other[index] ?? '');
    return isBefore === (order[index]?.direction === 'ASC') ? -1 : 1;
  };
}

function isWithin(place: SortKey, { after, before }: PageRequest, compare: Comparison): boolean {
  return (!after || compare(place, after) > 0) && (!before || compare(place, before) < 0);
}

function idOf({ definition }: LiveSegment): string {
  return definition.id;
}
