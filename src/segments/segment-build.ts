import { changeCatalogue } from '../definitions/index.js';
import { LAST_ID, newId, NO_ID, shardRange } from '../platform/index.js';
import type { Clock, Database, Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { IS_OPEN, noteRuns, queueRuns } from '../runs/index.js';
import type { DrivenRunKind } from '../runs/index.js';
import { forgetTouched } from './build-touches.js';

export type BuildState = 'WAITING' | 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELED';

/** The latest build of a segment. How far it has come, for people, is noted in its run. */
export interface BuildRow {
  /** Another one when what has been found for it is out of date. */
  id: string;
  runId: string;
  segmentId: string;
  ruleVersion: number;
  state: BuildState;
  afterShard: number | null;
  afterProfileId: string | null;
  failures: number;
}

const BUILD_COLUMNS = `id, run_id as "runId", segment_id as "segmentId", rule_version as "ruleVersion", state,
  after_shard as "afterShard", after_profile_id as "afterProfileId", failures`;

/** An SQL condition: a server has something to do for the build. */
const UNDER_WAY = `state in ('WAITING', 'RUNNING')`;

const MAX_FAILURES = 5;

/** What users see of builds. */
export const BUILD: Pick<DrivenRunKind, 'name' | 'none'> = { name: 'BUILD', none: {} };

/** The signal that some server should look for builds to do. */
export const BUILDS_TOPIC = 'onefold:builds';

interface StartBuilds {
  segments: readonly { id: string; ruleVersion: number }[];
  /** The API key that asks; null = the server itself does. */
  keyId: string | null;
  now: Date;
}

/**
 * Starts the build of segments: everybody is tried against the rule as it is now. A build that was under way is
 * canceled. The catalogue must be the transaction's to change: so no batch of ingest is under way that does not know of
 * the build.
 */
export async function startBuilds(tx: Transaction, { segments, keyId, now }: StartBuilds): Promise<void> {
  const builds = segments.map(({ id, ruleVersion }) => ({ segmentId: id, ruleVersion, runId: newId() }));
  const segmentIds = segments.map(({ id }) => id);
  await cancelBuilds(tx, { segmentIds, now });
  await queueRuns(tx, {
    kind: BUILD,
    runs: builds.map(({ runId, segmentId }) => ({ id: runId, input: { segmentId } satisfies BuildInput })),
    ...{ keyId, now },
  });
  await tx.query(
    `insert into segment_build (workspace_id, segment_id, id, run_id, rule_version, state, due_at)
    select $1, segment_id, gen_random_uuid(), run_id, rule_version, 'WAITING', $5
    from unnest($2::uuid[], $3::uuid[], $4::int[]) as new(segment_id, run_id, rule_version)
    on conflict (workspace_id, segment_id) do update set
      id = excluded.id, run_id = excluded.run_id, rule_version = excluded.rule_version, state = 'WAITING',
      after_shard = null, after_profile_id = null, failures = 0, due_at = excluded.due_at`,
    [
      tx.workspaceId,
      segmentIds,
      builds.map(({ runId }) => runId),
      builds.map(({ ruleVersion }) => ruleVersion),
      now,
    ],
  );
  tx.signalAfterCommit(BUILDS_TOPIC);
}

/** The input of a run that shows a build. */
export interface BuildInput {
  segmentId: string;
}

/** Stops the builds of segments for good, also those that have failed, and ends their runs. Membership stays as it is. The catalogue must be the transaction's to change. */
export async function cancelBuilds(
  tx: Transaction,
  { segmentIds, now }: { segmentIds: readonly string[]; now: Date },
): Promise<void> {
  await forgetTouched(tx, segmentIds);
  await tx.query(
    `update segment_build set state = 'CANCELED'
    where workspace_id = $1 and segment_id = any($2) and state <> 'DONE'`,
    [tx.workspaceId, segmentIds],
  );
  // Not only those of the builds above: an older server ends and deletes builds, and leaves their runs open.
  const open = await tx.query<{ id: string }>(
    `/* open runs of segments */
    select id from run
    where workspace_id = $1 and kind = $3 and ${IS_OPEN} and input ->> 'segmentId' = any($2::text[])`,
    [tx.workspaceId, segmentIds, BUILD.name],
  );
  if (open.length === 0) return;
  const ids = open.map(({ id }) => id);
  await noteRuns(tx, { kind: BUILD, ids, state: 'CANCELED', now });
}

/** Notes that a server has begun to find people for a build. Nothing is written down yet. */
export async function beginBuild(
  tx: Transaction,
  { runId, state, failures }: BuildRow,
  now: Date,
): Promise<void> {
  if (state === 'WAITING' && failures === 0)
    await noteRuns(tx, { kind: BUILD, ids: [runId], state: 'RUNNING', now });
}

/**
 * Puts what servers have found for the builds of this workspace, and not yet written down, out of date: they find people
 * again, from where each build stands. The transaction must share the catalogue, so that no step is being written down.
 */
export async function forgetFound(tx: Transaction): Promise<void> {
  // In one order: two transactions that do this wait for each other, and never in a circle.
  await tx.query(
    `/* forget found */
    with open as (
      select segment_id from segment_build where workspace_id = $1 and ${UNDER_WAY}
      order by segment_id for update
    )
    update segment_build set id = gen_random_uuid()
    where workspace_id = $1 and segment_id = any(array(select segment_id from open))`,
    [tx.workspaceId],
  );
}

/** Which build. */
export interface Build {
  workspaceId: number;
  segmentId: string;
}

/** Builds that wait for a server, of all workspaces: first the one that each has waited for longest. */
export function buildsToDo(tx: Transaction, now: Date): Promise<Build[]> {
  return tx.query(
    `/* builds to do */
    select "workspaceId", "segmentId" from (
      select workspace_id as "workspaceId", segment_id as "segmentId", due_at,
        row_number() over (partition by workspace_id order by due_at) as place
      from segment_build where ${UNDER_WAY} and due_at <= $1
    ) waiting order by place, due_at limit 10`,
    [now],
  );
}

const FAILURE = {
  code: 'INTERNAL_SERVER_ERROR',
  message:
    'The build failed on the server; its log says why. Fix the cause, then retry the run with `retryRun`.',
} as const;

/** Puts a build that failed off for a while; after a few failures it is given up, and the segment says why. */
export function noteBuildFailure(
  database: Database,
  clock: Clock,
  { workspaceId, segmentId }: Build,
): Promise<void> {
  const now = clock.now();
  return database.transaction(workspaceId, async (tx) => {
    await changeCatalogue(tx);
    const [failed] = await tx.query<Pick<BuildRow, 'runId' | 'state'>>(
      `update segment_build set failures = failures + 1, due_at = $3::timestamptz + make_interval(secs => 2 ^ failures),
        state = case when failures + 1 >= ${MAX_FAILURES} then 'FAILED' else state end
      where workspace_id = $1 and segment_id = $2 and ${UNDER_WAY} returning run_id as "runId", state`,
      [workspaceId, segmentId, now],
    );
    if (!failed) return;
    const state = failed.state === 'FAILED' ? 'FAILED' : 'RUNNING';
    await noteRuns(tx, { kind: BUILD, ids: [failed.runId], state, failure: FAILURE, now });
  });
}

/** A build, and how many people its run has noted as tried. */
export interface ClaimedBuild extends BuildRow {
  tried: number;
}

/** The build of a segment that is not over, for this transaction alone; undefined when there is none or another has it. */
export async function claimBuild(tx: Transaction, segmentId: string): Promise<ClaimedBuild | undefined> {
  const [build] = await tx.query<ClaimedBuild>(
    `/* claim build */
    select ${BUILD_COLUMNS}, coalesce((
      select done from run where run.workspace_id = $1 and run.id = run_id
    ), 0) as tried
    from segment_build where workspace_id = $1 and segment_id = $2 and ${UNDER_WAY} for update skip locked`,
    [tx.workspaceId, segmentId],
  );
  return build;
}

export function isUnderWay({ state }: BuildRow): boolean {
  return state === 'WAITING' || state === 'RUNNING';
}

/** How far a build has come, after the step that is being taken. */
interface Progress {
  /** The last profile that was dealt with. */
  at: ProfileRef;
  /** People. */
  done: number;
  total: number;
  isDone: boolean;
}

export async function noteProgress(
  tx: Transaction,
  { segmentId, runId }: BuildRow,
  { at, isDone, ...progress }: Progress,
  now: Date,
): Promise<void> {
  const state = isDone ? 'COMPLETED' : 'RUNNING';
  await Promise.all([
    tx.query(
      `/* note progress */
      update segment_build set state = $3, after_shard = $4, after_profile_id = $5
      where workspace_id = $1 and segment_id = $2`,
      [tx.workspaceId, segmentId, isDone ? 'DONE' : 'RUNNING', at.shard, at.id],
    ),
    noteRuns(tx, { kind: BUILD, ids: [runId], state, progress, now }),
  ]);
}

/** Where a build goes on: after which profile. */
export function placeOf(tx: Transaction, { afterShard, afterProfileId }: BuildRow): ProfileRef {
  const first = { shard: shardRange(tx.workspaceId).from, id: NO_ID };
  if (afterShard === null || afterProfileId === null) return first;
  const isWhole = afterProfileId === LAST_ID;
  return isWhole ? { shard: afterShard + 1, id: NO_ID } : { shard: afterShard, id: afterProfileId };
}

/** The latest build of each of these segments, by segment. */
export async function buildsOf(
  tx: Pick<Transaction, 'query' | 'workspaceId'>,
  segmentIds: readonly string[],
): Promise<Map<string, BuildRow>> {
  const rows = await tx.query<BuildRow>(
    `/* builds of segments */ select ${BUILD_COLUMNS} from segment_build where workspace_id = $1 and segment_id = any($2)`,
    [tx.workspaceId, segmentIds],
  );
  return new Map(rows.map((row) => [row.segmentId, row]));
}
