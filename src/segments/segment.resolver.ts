import { Arg, Authorized, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Actor, actorsById, RequestContext } from '../access/index.js';
import { OnefoldError, publicId, Scope } from '../platform/index.js';
import { Node, withUserErrors } from '../platform/graphql/index.js';
import type { DeletePayload, Payload } from '../platform/graphql/index.js';
import { ruleJson } from '../rules/rule-input.type.js';
import { findRuns } from '../runs/index.js';
import { RunFailureType } from '../runs/run.type.js';
import { BuildRun } from './build-run.type.js';
import { createSegment } from './create-segment.js';
import { deleteSegment } from './delete-segment.js';
import { segmentSizes } from './membership.reads.js';
import { creatorsOfSegments } from './segment-versions.js';
import { segmentBuilds, stateOf } from './segment-state.js';
import { catalogueOf, usersOf } from './segment-catalogue.js';
import {
  CreateSegmentInput,
  DeleteSegmentInput,
  DeleteSegmentPayload,
  SegmentPayload,
  UpdateSegmentInput,
} from './segment.input.js';
import { SegmentState, SegmentType } from './segment.type.js';
import { updateSegment } from './update-segment.js';

/** How many users of a segment are shown. */
const MAX_USERS = 100;

@Resolver(() => SegmentType)
export class SegmentResolver {
  @Authorized(Scope.READ)
  @Query(() => SegmentType, {
    nullable: true,
    description: 'A segment by its key. Null if there is none.',
  })
  async segment(
    @Arg('key', () => String, { description: 'The key of the segment.' }) key: string,
    @Ctx() context: RequestContext,
  ): Promise<SegmentType | null> {
    const live = (await catalogueOf(context)).byKey.get(key);
    return live ? new SegmentType(live) : null;
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => SegmentPayload, {
    nullable: true,
    description: 'Saves a rule as a segment and starts its build.',
  })
  createSegment(
    @Arg('input', () => CreateSegmentInput, { description: 'The new segment.' }) input: CreateSegmentInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<'segment'>> {
    return withUserErrors(async () => {
      const { rule, exitRule, targetState, ...rest } = input;
      if (targetState !== 'LIVE' && targetState !== 'DRAFT')
        throw new OnefoldError('INVALID_VALUE', {
          path: ['targetState'],
          message: 'A new segment is LIVE or a DRAFT.',
        });
      const saved = await context.write((tx) =>
        createSegment(tx, {
          ...{ ...rest, targetState, rule: ruleJson(rule), exitRule: exitRule && ruleJson(exitRule) },
          ...saving(context),
        }),
      );
      return { segment: await typeOf(saved.id, context) };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => SegmentPayload, {
    nullable: true,
    description: 'Changes a segment. A new rule starts a build of it, and of the segments that refer to it.',
  })
  updateSegment(
    @Arg('input', () => UpdateSegmentInput, { description: 'The segment, and what changes.' })
    input: UpdateSegmentInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<'segment'>> {
    return withUserErrors(async () => {
      const { rule, exitRule, ...rest } = input;
      const saved = await context.write((tx) =>
        updateSegment(tx, {
          ...{ ...rest, rule: rule && ruleJson(rule), exitRule: exitRule && ruleJson(exitRule) },
          ...saving(context),
        }),
      );
      return { segment: await typeOf(saved.id, context) };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => DeleteSegmentPayload, {
    nullable: true,
    description:
      'Deletes a segment; everybody leaves it. Refused with `SEGMENT_IN_USE` while the rules of others refer to it: `subjects` are those.',
  })
  deleteSegment(
    @Arg('input', () => DeleteSegmentInput, { description: 'The segment.' }) input: DeleteSegmentInput,
    @Ctx() context: RequestContext,
  ): Promise<DeletePayload<'segment'>> {
    return withUserErrors(async () => {
      const { keyId, now } = saving(context);
      const { id, key } = await context.write((tx) => deleteSegment(tx, { key: input.key, keyId, now }));
      return { deletedId: publicId('segment', id), deletedKey: key };
    });
  }

  @FieldResolver(() => SegmentState, { description: 'How far its membership can be relied on.' })
  async state(@Root() segment: SegmentType, @Ctx() context: RequestContext): Promise<SegmentState> {
    return stateOf(segment, await context.loaders.get(segmentBuilds, context).load(segment.uuid));
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
  @FieldResolver(() => Int, { description: 'How many people belong to it now.' })
  size(@Root() segment: SegmentType, @Ctx() context: RequestContext): Promise<number> {
    return context.loaders.get(segmentSizes, context).load(segment.uuid);
  }

  @Authorized(Scope.READ, Scope.MANAGE)
  @FieldResolver(() => Actor, {
    nullable: true,
    description: 'The API key that created it. Null if that is not on record.',
  })
  async createdBy(@Root() segment: SegmentType, @Ctx() context: RequestContext): Promise<Actor | null> {
    const keyId = await context.loaders.get(creatorsOfSegments, context).load(segment.uuid);
    return keyId === null ? null : context.loaders.get(actorsById, context).load(keyId);
  }

  @Authorized(Scope.READ, Scope.MANAGE)
  @FieldResolver(() => [Node], {
    description: `The segments whose rules refer to it, in the order of their keys: at most ${MAX_USERS}. It can be deleted once there are none.`,
  })
  async usedBy(@Root() segment: SegmentType, @Ctx() context: RequestContext): Promise<Node[]> {
    if (segment.deletedAt) return [];
    const users = usersOf(await catalogueOf(context), segment.key);
    return users.slice(0, MAX_USERS).map((user) => new SegmentType(user));
  }
}

/** In whose name and when something is saved. */
function saving({ viewer, seesPersonal, clock }: RequestContext) {
  return { keyId: viewer.keyId, seesPersonal, now: clock.now() };
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

const buildRuns =
  (context: RequestContext) =>
  async (ids: readonly string[]): Promise<(BuildRun | null)[]> =>
    (await findRuns(context, ids)) as (BuildRun | null)[];
