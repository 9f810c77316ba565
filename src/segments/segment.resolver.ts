import {
  Arg,
  Args,
  Authorized,
  Ctx,
  FieldResolver,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { OnefoldError, Scope } from '../platform/index.js';
import { PageArgs, pageRequest, toConnection, withUserErrors } from '../platform/graphql/index.js';
import type { Connection, PageRequest } from '../platform/graphql/index.js';
import { findRuns } from '../runs/index.js';
import { RunFailureType } from '../runs/run.type.js';
import { BuildRun } from './build-run.type.js';
import { createSegment } from './create-segment.js';
import { deleteSegment } from './delete-segment.js';
import { segmentSizes } from './membership.reads.js';
import { ruleJson } from '../rules/rule-input.type.js';
import { buildsOf } from './segment-build.js';
import type { BuildRow } from './segment-build.js';
import { catalogueOf } from './segment-catalogue.js';
import type { SegmentStatus } from './segment.entity.js';
import {
  CreateSegmentInput,
  DeleteSegmentInput,
  DeleteSegmentPayload,
  SegmentPayload,
  UpdateSegmentInput,
} from './segment.input.js';
import { SegmentConnection, SegmentState, SegmentType } from './segment.type.js';
import { updateSegment } from './update-segment.js';

@Resolver(() => SegmentType)
export class SegmentResolver {
  @Authorized(Scope.READ)
  @Query(() => SegmentType, { nullable: true, description: 'A segment by its key; null when there is none.' })
  async segment(
    @Arg('key', () => String, { description: 'The key of the segment.' }) key: string,
    @Ctx() context: RequestContext,
  ): Promise<SegmentType | null> {
    const live = (await catalogueOf(context)).byKey.get(key);
    return live ? new SegmentType(live) : null;
  }

  @Authorized(Scope.READ)
  @Query(() => SegmentConnection, { description: 'All segments, by key in alphabetical order.' })
  async segments(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<SegmentType>> {
    const request = pageRequest(context, args, { list: 'segments' });
    const { byKey } = await catalogueOf(context);
    const keys = [...byKey.keys()].sort().filter((key) => isWithin(key, request));
    const rows = (request.backward ? keys.reverse() : keys)
      .slice(0, request.limit)
      .flatMap((key) => byKey.get(key) ?? []);
    return toConnection(
      request,
      rows,
      (live) => [live.definition.key],
      (live) => new SegmentType(live),
    );
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => SegmentPayload, { description: 'Saves a rule as a segment, and starts to build it.' })
  createSegment(
    @Arg('input', () => CreateSegmentInput, { description: 'The new segment.' }) input: CreateSegmentInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<SegmentPayload>> {
    return withUserErrors(async () => {
      const saved = await context.write((tx) =>
        createSegment(tx, {
          key: input.key,
          name: input.name,
          description: input.description,
          rule: ruleJson(input.rule),
          exitRule: input.exitRule && ruleJson(input.exitRule),
          status: statusOf(input.state, ['DRAFT', 'LIVE']),
          expiresAt: input.expiresAt,
          allowUndefined: input.allowUndefined,
          keyId: context.viewer.keyId,
          seesPersonal: context.seesPersonal,
          now: context.clock.now(),
        }),
      );
      return { segment: await typeOf(saved.id, context) };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => SegmentPayload, {
    description: 'Changes a segment; a new rule starts a build of it and of those that refer to it.',
  })
  updateSegment(
    @Arg('input', () => UpdateSegmentInput, { description: 'Which segment, and what changes.' })
    input: UpdateSegmentInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<SegmentPayload>> {
    return withUserErrors(async () => {
      const rule = input.rule ? ruleJson(input.rule) : undefined;
      const saved = await context.write((tx) =>
        updateSegment(tx, {
          key: input.key,
          name: input.name,
          description: input.description,
          rule,
          exitRule: input.exitRule && ruleJson(input.exitRule),
          status: input.state && statusOf(input.state, ['DRAFT', 'LIVE', 'PAUSED', 'ARCHIVED']),
          expiresAt: input.expiresAt,
          allowUndefined: input.allowUndefined,
          keyId: context.viewer.keyId,
          seesPersonal: context.seesPersonal,
          now: context.clock.now(),
        }),
      );
      return { segment: await typeOf(saved.id, context) };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => DeleteSegmentPayload, {
    description: 'Deletes a segment; refused while the rule of another refers to it.',
  })
  deleteSegment(
    @Arg('input', () => DeleteSegmentInput, { description: 'Which segment.' }) input: DeleteSegmentInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<DeleteSegmentPayload>> {
    return withUserErrors(async () => {
      await context.write((tx) =>
        deleteSegment(tx, { key: input.key, keyId: context.viewer.keyId, now: context.clock.now() }),
      );
      return { deletedKey: input.key };
    });
  }

  @FieldResolver(() => SegmentState, { description: 'How far its membership is to be relied on.' })
  async state(@Root() segment: SegmentType, @Ctx() context: RequestContext): Promise<SegmentState> {
    if (segment.status !== 'LIVE') return SegmentState[segment.status];
    const build = await context.loaders.get(segmentBuilds, context).load(segment.uuid);
    if (!build || build.state === 'DONE') return SegmentState.LIVE;
    return build.state === 'FAILED' ? SegmentState.FAILED : SegmentState.BUILDING;
  }

  @FieldResolver(() => BuildRun, {
    nullable: true,
    description: 'The latest build. Null if there never was one.',
  })
  async build(@Root() segment: SegmentType, @Ctx() context: RequestContext): Promise<BuildRun | null> {
    const build = await context.loaders.get(segmentBuilds, context).load(segment.uuid);
    return build && (await context.loaders.get(buildRuns, context).load(build.runId));
  }

  @FieldResolver(() => RunFailureType, {
    nullable: true,
    description: 'Why the build was given up. Null unless `state` is FAILED.',
  })
  async failure(
    @Root() segment: SegmentType,
    @Ctx() context: RequestContext,
  ): Promise<RunFailureType | null> {
    const isFailed = (await this.state(segment, context)) === SegmentState.FAILED;
    return isFailed ? ((await this.build(segment, context))?.failure ?? null) : null;
  }

  @Authorized(Scope.READ, Scope.MANAGE)
  @FieldResolver(() => Int, { description: 'How many belong to it now.' })
  size(@Root() segment: SegmentType, @Ctx() context: RequestContext): Promise<number> {
    return context.loaders.get(segmentSizes, context).load(segment.uuid);
  }
}

/** The state that somebody wishes a segment to be in. @throws OnefoldError INVALID_VALUE */
function statusOf<S extends SegmentStatus>(state: SegmentState, allowed: readonly S[]): S {
  const status = allowed.find((one) => one === (state as string));
  if (status) return status;
  throw new OnefoldError('INVALID_VALUE', {
    path: ['state'],
    message: `A segment cannot be put into this state: choose one of ${allowed.join(', ')}.`,
  });
}

/** For `node(id:)`. */
export async function findSegments(
  context: RequestContext,
  uuids: readonly string[],
): Promise<(SegmentType | null)[]> {
  const { byId } = await catalogueOf(context);
  return uuids.map((uuid) => {
    const live = byId.get(uuid);
    return live ? new SegmentType(live) : null;
  });
}

async function typeOf(uuid: string, context: RequestContext): Promise<SegmentType | null> {
  const [segment] = await findSegments(context, [uuid]);
  return segment ?? null;
}

const segmentBuilds =
  (context: RequestContext) =>
  async (segmentIds: readonly string[]): Promise<(BuildRow | null)[]> => {
    const builds = await buildsOf(await context.reading(), segmentIds);
    return segmentIds.map((id) => builds.get(id) ?? null);
  };

const buildRuns =
  (context: RequestContext) =>
  async (ids: readonly string[]): Promise<(BuildRun | null)[]> =>
    (await findRuns(context, ids)) as (BuildRun | null)[];

function isWithin(key: string, { after, before }: PageRequest): boolean {
  return (!after || key > String(after[0])) && (!before || key < String(before[0]));
}
