import { sql } from 'kysely';
import { shareCatalogue } from '../access/index.js';
import { BUCKETS, LAST_ID, newId, NO_ID, shardOf, shardRange } from '../platform/index.js';
import type { Clock, Database, Transaction } from '../platform/index.js';
import { lockProfiles } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { evaluateMembership } from './evaluate-membership.js';
import { scheduleRechecks } from './recheck.js';
import { conditionOf, nextChangeOf } from './rule/compile-rule.js';
import { compileSql } from './rule/compile-sql.js';
import { EventPasses } from './rule/event-passes.js';
import { segmentCatalogue } from './segment-catalogue.js';
import type { LiveSegment } from './segment-catalogue.js';

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

/** Profiles looked at in one transaction: few enough not to keep ingest waiting. */
const RANGE = 2_000;
const MAX_FAILURES = 5;

export function buildTopic(segmentId: string): string {
  return `onefold:build:${segmentId}`;
}

/** The signal that some server should look for builds to do. */
export const BUILDS_TOPIC = 'onefold:builds';

/** Starts (or starts anew) the build of segments: everybody is tried against the rule as it is now. */
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
  tx.signalAfterCommit(BUILDS_TOPIC);
}

/** Builds that wait for a server, of any workspace. */
export function buildsToDo(
  tx: Transaction,
  now: Date,
): Promise<{ workspaceId: number; segmentId: string }[]> {
  return tx.query(
    `/* builds to do */
    select workspace_id as "workspaceId", segment_id as "segmentId" from segment_build
    where state in ('WAITING', 'RUNNING') and due_at <= $1 order by due_at limit 10`,
    [now],
  );
}

/**
 * Takes a build one range of profiles further, in a transaction of its own; any server may, and a server that dies
 * loses only the range it was at. Differences are found without locks; only those profiles are then locked and
 * looked at again, so ingest hardly notices.
 * @returns whether there is more to do
 */
export function advanceBuild(
  database: Database,
  clock: Clock,
  { workspaceId, segmentId }: { workspaceId: number; segmentId: string },
): Promise<boolean> {
  return database.transaction(workspaceId, async (tx) => {
    shareCatalogue(tx);
    const build = await claimBuild(tx, segmentId);
    const segment = (await segmentCatalogue.read(tx)).byId.get(segmentId);
    if (!build || !segment) return false;
    const now = clock.now();
    const range = await nextRange(tx, build);
    const candidates = await candidatesIn(tx, segment, range, now);
    await noteProgress(tx, build, range, now);
    tx.signalAfterCommit(buildTopic(segmentId));
    const differing = candidates.filter((profile) => profile.differs);
    const locked = await lockProfiles(tx, { profiles: differing, keys: [] });
    const profiles = differing.filter(({ id }) => !locked.get(id)?.isAbsorbed);
    await scheduleRechecks(tx, candidates, 'earlier');
    const segments = [segment];
    await evaluateMembership(tx, {
      looks: profiles.map((profile) => ({ profile, segments })),
      now,
      cause: hasExpired(segment, now) ? 'TIME' : 'BUILD',
    });
    return !range.last;
  });
}

function hasExpired({ definition: { status, expiresAt } }: LiveSegment, now: Date): boolean {
  return status === 'ARCHIVED' && expiresAt !== null && expiresAt <= now;
}

/** Puts a build that failed off for a while; after a few failures it is given up, and the segment says why. */
export function noteBuildFailure(
  database: Database,
  clock: Clock,
  { workspaceId, segmentId }: { workspaceId: number; segmentId: string },
): Promise<void> {
  return database.transaction(workspaceId, async (tx) => {
    await tx.query(
      `update segment_build set failures = failures + 1, due_at = $3::timestamptz + make_interval(secs => 2 ^ failures),
        error = 'The build failed on the server; its log says why. Save the segment again to start anew.',
        state = case when failures + 1 >= ${MAX_FAILURES} then 'FAILED' else state end,
        finished_at = case when failures + 1 >= ${MAX_FAILURES} then $3::timestamptz end
      where workspace_id = $1 and segment_id = $2 and state in ('WAITING', 'RUNNING')`,
      [workspaceId, segmentId, clock.now()],
    );
    tx.signalAfterCommit(buildTopic(segmentId));
  });
}

async function claimBuild(tx: Transaction, segmentId: string): Promise<BuildRow | undefined> {
  const [build] = await tx.query<BuildRow>(
    `/* claim build */
    select ${BUILD_COLUMNS} from segment_build
    where workspace_id = $1 and segment_id = $2 and state in ('WAITING', 'RUNNING') for update skip locked`,
    [tx.workspaceId, segmentId],
  );
  return build;
}

interface Candidate extends ProfileRef {
  differs: boolean;
  next: Date | null;
}

interface Range {
  after: ProfileRef;
  upTo: ProfileRef;
  last: boolean;
}

async function nextRange(tx: Transaction, build: BuildRow): Promise<Range> {
  const { from, until } = shardRange(tx.workspaceId);
  const after = { shard: build.afterShard ?? from, id: build.afterProfileId ?? NO_ID };
  const [end] = await tx.query<ProfileRef>(
    `/* end of range */
    select shard, id from profile where (shard, id) > ($1, $2) and shard < $3 order by shard, id offset ${RANGE - 1} limit 1`,
    [after.shard, after.id, until],
  );
  return { after, upTo: end ?? { shard: until - 1, id: LAST_ID }, last: !end };
}

/** Who in the range is in the segment and should not be, or the other way round; and who will be looked at by time. */
async function candidatesIn(
  tx: Transaction,
  segment: LiveSegment,
  range: Range,
  now: Date,
): Promise<Candidate[]> {
  const passes = new EventPasses();
  const condition = conditionOf(segment.keptBy, passes);
  const next = nextChangeOf(segment.keptBy, passes) ?? sql`null`;
  const statement = compileSql(sql`
    select * from (
      select p.shard, p.id, ${next}::timestamptz as next, ${condition} <> exists (
        select from membership m where m.shard = p.shard and m.profile_id = p.id and m.segment_id = ${segment.definition.id}::uuid
      ) as differs
      from profile p ${passes.joins()}
      where (p.shard, p.id) > (${range.after.shard}::int, ${range.after.id}::uuid)
        and (p.shard, p.id) <= (${range.upTo.shard}::int, ${range.upTo.id}::uuid) and p.merged_into is null
    ) as looked where differs or next is not null order by shard, id`);
  const rows = await tx.searching<Candidate>(statement.text, statement.values(now));
  return rows;
}

async function noteProgress(tx: Transaction, build: BuildRow, range: Range, now: Date): Promise<void> {
  const shardsDone = range.last ? BUCKETS : range.upTo.shard - shardOf(tx.workspaceId, 0);
  await tx.query(
    `/* note progress */
    update segment_build set state = $3, after_shard = $4, after_profile_id = $5, shards_done = $6, finished_at = $7, error = null
    where workspace_id = $1 and segment_id = $2`,
    [
      tx.workspaceId,
      build.segmentId,
      range.last ? 'DONE' : 'RUNNING',
      range.upTo.shard,
      range.upTo.id,
      shardsDone,
      range.last ? now : null,
    ],
  );
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
