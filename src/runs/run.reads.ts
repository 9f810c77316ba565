import { OnefoldError, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { RUN_STATES } from './run.js';
import type { RunRow, RunState } from './run.js';

const COLUMNS = `r.id, r.kind, r.state, r.input, r.checkpoint, r.counts, r.done, r.total, r.steps, r.failures, r.failure,
  r.key_id as "keyId", r.created_at as "createdAt", r.started_at as "startedAt", r.heartbeat_at as "heartbeatAt",
  r.finished_at as "finishedAt"`;
const ONE_RUN = (ids: string) =>
  `select * from run where run.workspace_id = $1 and run.id = ${ids}.id offset 0`;

type Reads = Pick<Transaction, 'query' | 'workspaceId'>;

/** By id. Unknown ids are left out. */
export async function runsById(tx: Reads, ids: readonly string[]): Promise<Map<string, RunRow>> {
  const rows = await tx.query<RunRow>(
    `/* runs by id */ select ${COLUMNS} from run r where r.workspace_id = $1 and r.id = any($2)`,
    [tx.workspaceId, uuids(ids)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** @throws OnefoldError RUN_UNKNOWN */
export async function kindOfRun(tx: Reads, id: string): Promise<string> {
  const [run] = await tx.query<{ kind: string }>('select kind from run where workspace_id = $1 and id = $2', [
    tx.workspaceId,
    id,
  ]);
  if (!run) throw new OnefoldError('RUN_UNKNOWN', { path: ['id'] });
  return run.kind;
}

interface RunsPage {
  kinds: readonly string[];
  /** Null = in every state. */
  states: readonly RunState[] | null;
  /** Only runs older than this one. */
  before: string;
  /** Only runs newer than this one. */
  after: string;
  order: 'NEWEST_FIRST' | 'OLDEST_FIRST';
  limit: number;
}

export function runsOf(
  tx: Reads,
  { kinds, states, before, after, order, limit }: RunsPage,
): Promise<RunRow[]> {
  const direction = order === 'NEWEST_FIRST' ? 'desc' : 'asc';
  // Each kind and state has an index of its own, so that a rare one is not looked for among all others.
  return tx.query<RunRow>(
    `/* runs */
    select ${COLUMNS} from (
      select found.id from unnest($3::text[]) as kind, unnest($4::text[]) as state cross join lateral (
        select id from run
        where run.workspace_id = $1 and run.kind = kind.kind and run.state = state.state and run.id < $2 and run.id > $6
        order by id ${direction} limit $5
      ) found order by found.id ${direction} limit $5
    ) page cross join lateral (${ONE_RUN('page')}) r order by r.id ${direction}`,
    [tx.workspaceId, before, kinds, states ?? RUN_STATES, limit, after],
  );
}

/** The most queued runs, and the most new ones, that a look tells. A run that has begun is always told. */
const MOST_WAITING = 500;

/** Runs that have begun, runs by name, and the newest of those queued and of those newer than `after`; oldest first. */
export function runsToTell(
  tx: Reads,
  { kinds, named, after }: { kinds: readonly string[]; named: readonly string[]; after: string },
): Promise<RunRow[]> {
  return tx.query<RunRow>(
    `/* runs to tell */
    select ${COLUMNS} from (
      select id from run where workspace_id = $1 and kind = any($2) and state in ('RUNNING', 'CANCELING')
      union (
        select id from run where workspace_id = $1 and kind = any($2) and state = 'QUEUED'
        order by id desc limit ${MOST_WAITING}
      )
      union (select id from run where workspace_id = $1 and id > $4 order by id desc limit ${MOST_WAITING})
      union select unnest($3::uuid[])
    ) told cross join lateral (${ONE_RUN('told')}) r where r.kind = any($2) order by r.id`,
    [tx.workspaceId, kinds, uuids(named), after],
  );
}
