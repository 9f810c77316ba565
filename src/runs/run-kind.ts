import type { Clock, Transaction } from '../platform/index.js';
import type { RunCounts } from './run.js';

/** Gives a service of the server, by its class: see `Feature.services`. */
export type FindService = <T>(type: { readonly prototype: T; readonly name: string }) => T;

/** The run that a step is taken of. */
export interface StepInput<Input, Checkpoint, Counts> {
  /** The run's id. */
  id: string;
  /** The input that the run was asked for with. */
  input: Input;
  /** The place where the step before stopped; null for the first step. */
  checkpoint: Checkpoint | null;
  /** The counts so far. */
  counts: Counts;
  /** The API key that asked for the run; null = the server itself did. */
  keyId: string | null;
  now: Date;
  /** For work that takes the present more than once. */
  clock: Clock;
  service: FindService;
}

/** The result of a step. */
export interface StepOutcome<Checkpoint, Counts> {
  checkpoint: Checkpoint;
  /** The counts of the whole run. */
  counts: Counts;
  /** The progress of the whole run, in units of the kind; `total: null` = not known yet. */
  progress: { done: number; total: number | null };
  /** Whether more steps follow; `DONE_WITH_FAILURES` = some of what it dealt with failed, as the counts say. */
  next: 'MORE' | 'DONE' | 'DONE_WITH_FAILURES';
}

/** What every kind of long work says of itself. */
interface KindOfWork<Counts extends RunCounts> {
  /** As users see it: `RECOUNT`. */
  name: string;
  /** What it does, for the schema. */
  description: string;
  /** What its progress counts: `segments`. */
  unit: string;
  /** The counts of a run that has done nothing yet. */
  none: Counts;
}

/**
 * A kind of long work. To make one: this, its GraphQL type (see `Run`), and a line in the `feature.ts` of its folder.
 * docs/runs.md says what a step may rely on.
 */
export interface RunKind<
  Input = unknown,
  Checkpoint = unknown,
  Counts extends RunCounts = RunCounts,
> extends KindOfWork<Counts> {
  /**
   * Does a bounded piece of the work, of less than half a second. What it writes is committed together with what it
   * returns, or not at all. A step that fails is tried again, a few times. It fails when it takes longer than 30 seconds.
   */
  step(tx: Transaction, run: StepInput<Input, Checkpoint, Counts>): Promise<StepOutcome<Checkpoint, Counts>>;
}

/** A kind whose work is done by a job of its own, with fences of its own. The job notes in the run what it does: `noteRuns`. */
export interface DrivenRunKind<Counts extends RunCounts = RunCounts> extends KindOfWork<Counts> {
  /** As `cancelRun`, which it calls for a run that is over. */
  cancel: (tx: Transaction, run: { id: string; now: Date }) => Promise<void>;
  /** As `retryRun`, which it calls once the work can go on. */
  retry: (tx: Transaction, run: { id: string; now: Date }) => Promise<void>;
}

export function isDriven(kind: object): kind is DrivenRunKind {
  return !('step' in kind);
}
