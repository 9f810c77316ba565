import type { ErrorCode } from '../platform/index.js';
import { Leases } from '../platform/jobs/index.js';

export const RUN_STATES = [
  'QUEUED',
  'RUNNING',
  'COMPLETED',
  'COMPLETED_WITH_FAILURES',
  'FAILED',
  'CANCELING',
  'CANCELED',
  'EXPIRED',
  'SKIPPED',
] as const;
export type RunState = (typeof RUN_STATES)[number];

const OPEN = ['QUEUED', 'RUNNING', 'CANCELING'] as const satisfies readonly RunState[];

/** An SQL condition: a server has something to do for the run. */
export const IS_OPEN = `state in (${OPEN.map((state) => `'${state}'`).join(', ')})`;

export function isOpen(state: RunState): boolean {
  return OPEN.some((one) => one === state);
}

/** The most runs of a kind that a workspace may have queued or under way. */
export const MOST_OPEN = 1_000;

/** An SQL subquery: how many runs of the kind in `$3` the workspace in `$1` has queued or under way, up to the limit. */
export const OPEN_RUNS = `(
  select count(*)::int from (
    select from run where workspace_id = $1 and kind = $3 and ${IS_OPEN} limit ${MOST_OPEN}
  ) open
)`;

export const runLeases = new Leases('run', IS_OPEN);

/** How many things of each sort a run has dealt with, by names of its kind's own. */
export type RunCounts = Record<string, number>;

/** Why a run failed. */
export interface RunFailure {
  code: ErrorCode;
  /** Says what to do about it. */
  message: string;
}

/** A run as it is stored. */
export interface RunRow {
  id: string;
  kind: string;
  state: RunState;
  input: unknown;
  /** Where its next step goes on; null before the first one. */
  checkpoint: unknown;
  counts: RunCounts;
  done: number;
  /** Null = not known yet. */
  total: number | null;
  /** How many steps have been taken. */
  steps: number;
  /** How often the next step has failed so far. */
  failures: number;
  failure: RunFailure | null;
  /** The API key; null when the server itself asked for it. */
  keyId: string | null;
  createdAt: Date;
  startedAt: Date | null;
  heartbeatAt: Date | null;
  finishedAt: Date | null;
}
