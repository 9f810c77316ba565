import { Field, Float, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { connectionOf, DateTime, Node, payloadOf } from '../platform/graphql/index.js';
import type { DrivenRunKind, RunKind } from './run-kind.js';
import { RUN_STATES } from './run.js';
import type { RunRow } from './run.js';

/** Filled by `nameRunKinds`: the kinds belong to features that rank above this one. */
export const RunKindEnum: Record<string, string> = {};
const kindDescriptions: Record<string, { description: string }> = {};
registerEnumType(RunKindEnum, {
  name: 'RunKind',
  description: 'The kind of work that a run does.',
  valuesConfig: kindDescriptions,
});

export const RunStateEnum = Object.fromEntries(RUN_STATES.map((state) => [state, state]));
registerEnumType(RunStateEnum, {
  name: 'RunState',
  description: 'How far a run has come.',
  valuesConfig: {
    QUEUED: { description: 'Not begun yet.' },
    RUNNING: {
      description:
        'A server works on it, or will continue it: after a failure, or after another server has stopped.',
    },
    COMPLETED: { description: 'All is done.' },
    COMPLETED_WITH_FAILURES: {
      description: 'Done to the end, but some of it failed: the counts say how much.',
    },
    FAILED: {
      description: 'Given up after several failures. `failure` says why; `retryRun` continues it.',
    },
    CANCELING: { description: 'Somebody has canceled it. It stops after its current step.' },
    CANCELED: {
      description:
        'Stopped before its end. What it had done stays. `retryRun` continues it, unless its kind says otherwise.',
    },
    EXPIRED: { description: 'Not begun, or not used, within the time that its kind allows.' },
    SKIPPED: { description: 'Not begun, because the previous scheduled run was still under way.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'How far a run has come.' })
export class RunProgress {
  @Field(() => Int, { description: 'How many are done.' })
  done!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'How many there are in all. Null while that is not known.',
  })
  total!: number | null;

  @Field(() => String, { description: 'The unit that is counted, such as `segments`.' })
  unit!: string;

  @Field(() => Float, {
    nullable: true,
    description: 'How many a second, on average since it began. Null before the first are done.',
  })
  perSecond!: number | null;
}

@ObjectType('RunFailure', {
  simpleResolvers: true,
  description: 'Why a run or a segment failed, or why a run has to try its step again.',
})
export class RunFailureType {
  @Field(() => String, { description: 'A stable code to program against. docs/errors.md describes each.' })
  code!: string;

  @Field(() => String, { description: 'What is wrong and what to do about it, in plain English.' })
  message!: string;
}

@InterfaceType('Run', {
  implements: Node,
  description:
    'Long work in the background, which can be listed, watched, canceled and retried. Any server can continue it.',
  resolveType: (run: Run) => run.typeName,
  autoRegisterImplementations: false,
})
export abstract class Run extends Node {
  @Field(() => RunKindEnum, { description: 'The kind of work that it does.' })
  kind!: string;

  @Field(() => RunStateEnum, { description: 'How far it has come.' })
  state!: string;

  @Field(() => RunProgress, { description: 'How far it has come, in numbers.' })
  progress!: RunProgress;

  @Field(() => RunFailureType, {
    nullable: true,
    description: 'What went wrong last. Null if nothing did, or if a later attempt succeeded.',
  })
  failure!: RunFailureType | null;

  /** Of the API key; null when the server itself asked for it. */
  keyId!: string | null;

  @Field(() => DateTime, { description: 'When it was requested.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When a server began it. Null before that.' })
  startedAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When its last step was taken. Null before the first.',
  })
  heartbeatAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ended. Null before that.' })
  finishedAt!: Date | null;

  constructor(row: RunRow, unit: string) {
    super('run', row.id);
    const { kind, state, failure, keyId, createdAt, startedAt, heartbeatAt, finishedAt } = row;
    Object.assign(this, { kind, state, failure, keyId, createdAt, startedAt, heartbeatAt, finishedAt });
    this.progress = { done: row.done, total: row.total, unit, perSecond: perSecond(row) };
  }
}

function perSecond({ done, startedAt, heartbeatAt }: RunRow): number | null {
  const ms = (heartbeatAt?.getTime() ?? 0) - (startedAt?.getTime() ?? 0);
  return done > 0 && ms > 0 ? (done * 1_000) / ms : null;
}

export const RunConnection = connectionOf<Run>('Run', () => Run as never);

/** A kind of run, and how the schema shows it. */
export type ShownRunKind = (RunKind | DrivenRunKind) & { type: new (row: RunRow, unit: string) => Run };

/** Shows runs as what their kinds are in the schema. */
export class RunTypes {
  private readonly kinds: ReadonlyMap<string, ShownRunKind>;

  constructor(kinds: readonly ShownRunKind[]) {
    this.kinds = new Map(kinds.map((kind) => [kind.name, kind]));
  }

  /** A server that is older than another does not know all kinds. */
  get names(): readonly string[] {
    return [...this.kinds.keys()];
  }

  kind(name: string): ShownRunKind | undefined {
    return this.kinds.get(name);
  }

  /** @param row of a kind in `names` */
  of(row: RunRow): Run {
    const kind = this.kind(row.kind);
    if (!kind) throw new Error(`there is no kind of run ${row.kind}`);
    return new kind.type(row, kind.unit);
  }
}

/** Before the schema is built: gives the enum its values. */
export function nameRunKinds(kinds: readonly ShownRunKind[]): void {
  for (const { name, description } of kinds) {
    RunKindEnum[name] = name;
    kindDescriptions[name] = { description };
  }
}

export const RunPayload = payloadOf({
  name: 'Run',
  noun: 'run',
  field: 'run',
  type: () => Run,
  description:
    'The run as it is now. Null when the change was refused, or when a newer server made the run and this one does not know its kind.',
});
