import {
  Arg,
  Args,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  Int,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql';
import { Actor, actorsById, RequestContext } from '../access/index.js';
import { OnefoldError, Scope } from '../platform/index.js';
import { DateTime, PageArgs, pageRequest, toConnection } from '../platform/graphql/index.js';
import type { Connection } from '../platform/graphql/index.js';
import { checkPast } from './check-past.js';
import { sizesAt } from './history.reads.js';
import { shownRule } from './segment-rules.resolver.js';
import { versionsOfSegments } from './segment-versions.js';
import type { SegmentVersionRow, VersionPage } from './segment-versions.js';
import { SegmentType, SegmentVersion, SegmentVersionConnection } from './segment.type.js';

@ObjectType({ simpleResolvers: true, description: 'How large a segment was at an instant.' })
export class SegmentSize {
  @Field(() => DateTime, { description: 'The instant that the size is of.' })
  countedAt!: Date;

  @Field(() => Int, {
    description: 'How many people belonged to it then. Profiles merged since count as one.',
  })
  size!: number;
}

const MAX_POINTS = 500;

async function toVersion(row: SegmentVersionRow, context: RequestContext): Promise<SegmentVersion> {
  const [rule, exitRule] = [await shownRule(row.rule, context), await shownRule(row.exitRule, context)];
  return { ...row, rule, exitRule };
}

@Resolver(() => SegmentType)
export class SegmentHistoryResolver {
  @Authorized(Scope.READ, Scope.MANAGE)
  @FieldResolver(() => SegmentVersionConnection, {
    description: 'All versions of its rules, newest first.',
  })
  async versions(
    @Root() segment: SegmentType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<SegmentVersion>> {
    const request = pageRequest(context, args, { versions: segment.uuid });
    const page: VersionPage = {
      before: request.after && Number(request.after[0]),
      after: request.before && Number(request.before[0]),
      order: request.backward ? 'OLDEST_FIRST' : 'NEWEST_FIRST',
      limit: request.limit,
    };
    const rows = await context.loaders
      .get(versionsOfSegments, context, JSON.stringify(page))
      .load(segment.uuid);
    const shown = await Promise.all(rows.map((row) => toVersion(row, context)));
    return toConnection(
      request,
      shown,
      (row) => [row.number],
      (row) => row,
    );
  }

  @Authorized(Scope.READ, Scope.MANAGE)
  @FieldResolver(() => [SegmentSize], {
    description:
      'How many people belonged to it over time, for a chart: at most 500 points, read off the log of changes.',
  })
  async sizes(
    @Root() segment: SegmentType,
    @Arg('from', () => DateTime, { description: 'The first instant.' }) from: Date,
    @Arg('to', () => DateTime, {
      nullable: true,
      description: 'The last instant, which is included; default: now.',
    })
    to: Date | null,
    @Arg('points', () => Int, {
      defaultValue: 30,
      description: 'At how many instants, evenly spread, both ends included: 2 to 500.',
    })
    points: number,
    @Ctx() context: RequestContext,
  ): Promise<SegmentSize[]> {
    const until = to ?? context.clock.now();
    if (points < 2 || points > MAX_POINTS)
      throw new OnefoldError('INVALID_VALUE', { path: ['points'], message: 'Ask for 2 to 500 points.' });
    if (from >= until)
      throw new OnefoldError('INVALID_VALUE', { path: ['to'], message: '`to` must be later than `from`.' });
    checkPast(until, ['to'], context.clock.now());
    const step = (until.getTime() - from.getTime()) / (points - 1);
    const instants = Array.from(
      { length: points },
      (_, index) => new Date(Math.floor(from.getTime() + index * step)),
    );
    const sizes = await sizesAt(await context.reading(), { segmentId: segment.uuid, instants });
    return instants.map((countedAt, index) => ({ countedAt, size: sizes[index] ?? 0 }));
  }
}

@Resolver(() => SegmentVersion)
export class SegmentVersionResolver {
  @FieldResolver(() => Actor, {
    nullable: true,
    description: 'The API key that saved it. Null if that is not on record.',
  })
  async savedBy(
    @Root() { savedById }: SegmentVersion,
    @Ctx() context: RequestContext,
  ): Promise<Actor | null> {
    return savedById === null ? null : context.loaders.get(actorsById, context).load(savedById);
  }
}
