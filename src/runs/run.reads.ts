import { uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { IS_OPEN } from './run.js';
import type { RunRow, RunState } from './run.js';

const COLUMNS = `r.id, r.kind, r.state, r.input, r.checkpoint, r.counts, r.done, r.total, r.steps, r.failures, r.failure,
  k.name as "requestedBy", r.created_at as "createdAt", r.started_at as "startedAt", r.heartbeat_at as "heartbeatAt",
  r.finished_at as "finishedAt"`;
const RUNS = `run r left join lateral (select k.name from api_key k where k.id = r.key_id offset 0) k on true`;

type Reads = Pick<Transaction, 'query' | 'workspaceId'>;

/** By id; those that there are not are missing. */
export async function runsById(tx: Reads, ids: readonly string[]): Promise<Map<string, RunRow>> {
  const rows = await tx.query<RunRow>(
    `/* runs by id */ select ${COLUMNS} from ${RUNS} where r.workspace_id = $1 and r.id = any($2)`,
    [tx.workspaceId, uuids(ids)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

export interface RunFilter {
  kinds: readonly string[];
  /** Null = in every state. */
  states: readonly RunState[] | null;
}

/** Newest first, of those that are older than `before`. */
export function runsBefore(
  tx: Reads,
  { kinds, states, before, limit }: RunFilter & { before: string; limit: number },
): Promise<RunRow[]> {
  return tx.query<RunRow>(
    `/* runs */
    select ${COLUMNS} from ${RUNS}
    where r.workspace_id = $1 and r.id < $2 and r.kind = any($3)
      and ($4::text[] is null or r.state = any($4))
    order by r.id desc limit $5`,
    [tx.workspaceId, before, kinds, states, limit],
  );
}

/** At most, in one look: a workspace with more under way at once is told of the newest. */
const MOST_WATCHED = 500;

/** Those under way, those named, and those newer than `after`; oldest first. */
export async function runsToTell(
  tx: Reads,
  { kinds, named, after }: { kinds: readonly string[]; named: readonly string[]; after: string },
): Promise<RunRow[]> {
  const rows = await tx.query<RunRow>(
    `/* runs to tell */
    select ${COLUMNS} from ${RUNS}
    where r.workspace_id = $1 and r.kind = any($2) and (r.${IS_OPEN} or r.id = any($3) or r.id > $4)
    order by r.id desc limit ${MOST_WATCHED}`,
    [tx.workspaceId, kinds, uuids(named), after],
  );
  return rows.reverse();
}
