import { Field, Float, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { connectionOf, DateTime, Node, UserError } from '../platform/graphql/index.js';
import type { DrivenRunKind, RunKind } from './run-kind.js';
import { RUN_STATES } from './run.js';
import type { RunRow } from './run.js';

/** Filled by `nameRunKinds`: the kinds belong to features that rank above this one. */
export const RunKindEnum: Record<string, string> = {};
const kindDescriptions: Record<string, { description: string }> = {};
registerEnumType(RunKindEnum, {
  name: 'RunKind',
  description: 'What sort of work a run does.',
  valuesConfig: kindDescriptions,
});

export const RunStateEnum = Object.fromEntries(RUN_STATES.map((state) => [state, state]));
registerEnumType(RunStateEnum, {
  name: 'RunState',
  description: 'How far a run has come.',
  valuesConfig: {
    QUEUED: { description: 'No server has begun with it yet.' },
    RUNNING: {
      description: 'A server works on it, or will go on with it: after a failure, or after another server.',
    },
    COMPLETED: { description: 'All is done.' },
    COMPLETED_WITH_FAILURES: {
      description: 'It has come to its end, and some of it failed: the counts say how much.',
    },
    FAILED: {
      description: 'Given up after several failures; `failure` says why. `retryRun` goes on with it.',
    },
    CANCELING: { description: 'Somebody has canceled it; it stops after the step that it is in.' },
    CANCELED: { description: 'Stopped before its end. What it had done stays; `retryRun` goes on with it.' },
    EXPIRED: { description: 'Not begun, or not used, in the time that its kind allows.' },
    SKIPPED: { description: 'Not begun: the one that was scheduled before was still under way.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'How far a run has come.' })
export class RunProgress {
  @Field(() => Int, { description: 'How many have been dealt with.' })
  done!: number;

  @Field(() => Int, { nullable: true, description: 'How many there are; null while that is not known.' })
  total!: number | null;

  @Field(() => String, { description: 'What is counted, such as `segments`.' })
  unit!: string;

  @Field(() => Float, {
    nullable: true,
    description: 'How many a second, on average since it began; null before the first have been dealt with.',
  })
  perSecond!: number | null;
}

@ObjectType('RunFailure', {
  simpleResolvers: true,
  description: 'Why a run failed, or has to try its step again.',
})
export class RunFailureType {
  @Field(() => String, { description: 'A stable code to program against; docs/errors.md describes each.' })
  code!: string;

  @Field(() => String, { description: 'For people: what is wrong and what to do about it.' })
  message!: string;
}

@InterfaceType('Run', {
  implements: Node,
  description:
    'Long work that goes on by itself: it can be listed, watched, canceled and retried, and any server takes it up. Each kind has counts of its own.',
  resolveType: (run: Run) => run.typeName,
  autoRegisterImplementations: false,
})
export abstract class Run extends Node {
  @Field(() => RunKindEnum, { description: 'What sort of work it does.' })
  kind!: string;

  @Field(() => RunStateEnum, { description: 'How far it has come.' })
  state!: string;

  @Field(() => RunProgress, { description: 'How far it has come, in numbers.' })
  progress!: RunProgress;

  @Field(() => RunFailureType, {
    nullable: true,
    description: 'What went wrong last; null when nothing did, or when that has been got over.',
  })
  failure!: RunFailureType | null;

  @Field(() => String, {
    nullable: true,
    description: 'The name of the API key whose holder asked for it; null when the server did.',
  })
  requestedBy!: string | null;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When a server began with it; null before that.' })
  startedAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When a step of it was last dealt with; null before the first.',
  })
  heartbeatAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was over; null before that.' })
  finishedAt!: Date | null;

  constructor(row: RunRow, unit: string) {
    super('run', row.id);
    const { kind, state, failure, requestedBy, createdAt, startedAt, heartbeatAt, finishedAt } = row;
    Object.assign(this, { kind, state, failure, requestedBy, createdAt, startedAt, heartbeatAt, finishedAt });
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

@ObjectType({ simpleResolvers: true, description: 'What became of a run.' })
export class RunPayload {
  @Field(() => Run, {
    nullable: true,
    description:
      'The run as it is now; null when it was refused, or when a newer server made the run and this one does not know its kind.',
  })
  run?: Run | null;

  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserError[];
}
