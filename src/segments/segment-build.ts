import { changeCatalogue } from '../definitions/index.js';
import { BUCKETS, LAST_ID, newId, NO_ID, shardOf, shardRange } from '../platform/index.js';
import type { Clock, Database, Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { forgetTouched } from './build-touches.js';

export type BuildState = 'WAITING' | 'RUNNING' | 'DONE' | 'FAILED';

export interface BuildRow {
  id: string;
  segmentId: string;
  ruleVersion: number;
  state: BuildState;
  afterShard: number | null;
  afterProfileId: string | null;
  shardsDone: number;
  failures: number;
  error: string | null;
  startedAt: Date;
  finishedAt: Date | null;
}

const BUILD_COLUMNS = `id, segment_id as "segmentId", rule_version as "ruleVersion", state, after_shard as "afterShard",
  after_profile_id as "afterProfileId", shards_done as "shardsDone", failures, error, started_at as "startedAt",
  finished_at as "finishedAt"`;

const MAX_FAILURES = 5;

export function buildTopic(segmentId: string): string {
  return `onefold:build:${segmentId}`;
}

/** The signal that some server should look for builds to do. */
export const BUILDS_TOPIC = 'onefold:builds';

/**
 * Starts (or restarts) the build of segments: everybody is tried against the rule as it is now. The catalogue must be
 * the transaction's to change: so no batch of ingest is under way that does not know of the build.
 */
export async function startBuilds(
  tx: Transaction,
  { segments, now }: { segments: readonly { id: string; ruleVersion: number }[]; now: Date },
): Promise<void> {
  await tx.query(
    `insert into segment_build (workspace_id, segment_id, id, rule_version, state, due_at, started_at)
    select $1, segment_id, id, rule_version, 'WAITING', $5, $5 from unnest($2::uuid[], $3::uuid[], $4::int[]) as new(segment_id, id, rule_version)
    on conflict (workspace_id, segment_id) do update set
      id = excluded.id, rule_version = excluded.rule_version, state = 'WAITING', after_shard = null, after_profile_id = null,
      shards_done = 0, failures = 0, error = null, due_at = excluded.due_at, started_at = excluded.started_at, finished_at = null`,
    [
      tx.workspaceId,
      segments.map((one) => one.id),
      segments.map(() => newId()),
      segments.map((one) => one.ruleVersion),
      now,
    ],
  );
  await forgetTouched(
    tx,
    segments.map((one) => one.id),
  );
  tx.signalAfterCommit(BUILDS_TOPIC);
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
      select segment_id from segment_build where workspace_id = $1 and state in ('WAITING', 'RUNNING')
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
      from segment_build where state in ('WAITING', 'RUNNING') and due_at <= $1
    ) waiting order by place, due_at limit 10`,
    [now],
  );
}

/** Puts a build that failed off for a while; after a few failures it is given up, and the segment says why. */
export function noteBuildFailure(
  database: Database,
  clock: Clock,
  { workspaceId, segmentId }: Build,
): Promise<void> {
  return database.transaction(workspaceId, async (tx) => {
    await changeCatalogue(tx);
    await tx.query(
      `update segment_build set failures = failures + 1, due_at = $3::timestamptz + make_interval(secs => 2 ^ failures),
        error = 'The build failed on the server; its log says why. Save the segment again to restart it.',
        state = case when failures + 1 >= ${MAX_FAILURES} then 'FAILED' else state end,
        finished_at = case when failures + 1 >= ${MAX_FAILURES} then $3::timestamptz end
      where workspace_id = $1 and segment_id = $2 and state in ('WAITING', 'RUNNING')`,
      [workspaceId, segmentId, clock.now()],
    );
    tx.signalAfterCommit(buildTopic(segmentId));
  });
}

/** The build of a segment that is not over, for this transaction alone; undefined when there is none or another has it. */
export async function claimBuild(tx: Transaction, segmentId: string): Promise<BuildRow | undefined> {
  const [build] = await tx.query<BuildRow>(
    `/* claim build */
    select ${BUILD_COLUMNS} from segment_build
    where workspace_id = $1 and segment_id = $2 and state in ('WAITING', 'RUNNING') for update skip locked`,
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
  isDone: boolean;
}

export async function noteProgress(
  tx: Transaction,
  segmentId: string,
  { at, isDone }: Progress,
  now: Date,
): Promise<void> {
  const shardsDone = isDone ? BUCKETS : at.shard - shardOf(tx.workspaceId, 0) + (at.id === LAST_ID ? 1 : 0);
  await tx.query(
    `/* note progress */
    update segment_build set state = $3, after_shard = $4, after_profile_id = $5, shards_done = $6, finished_at = $7, error = null
    where workspace_id = $1 and segment_id = $2`,
    [
      ...[tx.workspaceId, segmentId, isDone ? 'DONE' : 'RUNNING'],
      ...[at.shard, at.id, shardsDone, isDone ? now : null],
    ],
  );
  tx.signalAfterCommit(buildTopic(segmentId));
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
  tx: Transaction,
  segmentIds: readonly string[],
): Promise<Map<string, BuildRow>> {
  const rows = await tx.query<BuildRow>(
    `/* builds of segments */ select ${BUILD_COLUMNS} from segment_build where workspace_id = $1 and segment_id = any($2)`,
    [tx.workspaceId, segmentIds],
  );
  return new Map(rows.map((row) => [row.segmentId, row]));
}
