import { sql } from 'kysely';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { logChanges } from './log-changes.js';
import type { ChangeCause, NewChange } from './log-changes.js';
import { scheduleRechecks } from './recheck.js';
import { atInstant, compileSql, earliest } from './rule/compile-rule.js';
import type { CompiledSql } from './rule/compile-rule.js';
import { parseTruths } from './segment-catalogue.js';
import type { LiveSegment } from './segment-catalogue.js';

interface EvaluateMembership {
  /** Locked by the transaction: between looking and writing nobody may change what is looked at. */
  profiles: readonly ProfileRef[];
  segments: readonly LiveSegment[];
  now: Date;
  cause: ChangeCause;
  /** `earlier`: some segments were looked at, so an earlier recheck stands. `all`: these are all the timed ones. */
  rechecks?: 'earlier' | 'all';
}

interface EvaluatedRow {
  shard: number;
  id: string;
  current: string;
  truths: string;
  next: Date | null;
}

const SHARDS = Object.freeze({ parameter: 'shards' });
const PROFILES = Object.freeze({ parameter: 'profiles' });
const SEGMENTS = Object.freeze({ parameter: 'segments' });

/**
 * Looks anew at whether these profiles belong to these segments, and writes down and logs every difference.
 * Must be the last thing in its transaction: it ends with the log lock (see `logChanges`).
 */
export async function evaluateMembership(tx: Transaction, input: EvaluateMembership): Promise<void> {
  const { profiles, segments, now, cause } = input;
  if (profiles.length === 0 || segments.length === 0) return;
  const statement = statementFor(segments);
  const rows = await tx.query<EvaluatedRow>(
    statement.text,
    statement.values(
      new Map<object, unknown>([
        ...atInstant(now),
        [SHARDS, profiles.map((profile) => profile.shard)],
        [PROFILES, profiles.map((profile) => profile.id)],
        [SEGMENTS, segments.map((segment) => segment.definition.id)],
      ]),
    ),
  );
  if (segments.some((segment) => segment.nextChange))
    await scheduleRechecks(tx, rows, input.rechecks ?? 'earlier');
  const changes = rows.flatMap((row) => differences(row, segments, cause, now));
  await writeMemberships(tx, changes);
  await logChanges(tx, changes);
}

function differences(
  row: EvaluatedRow,
  segments: readonly LiveSegment[],
  cause: ChangeCause,
  at: Date,
): NewChange[] {
  const truths = parseTruths(row.truths);
  return segments.flatMap(({ definition }, index) => {
    const belongs = truths[index] ?? false;
    if (belongs === row.current.includes(definition.id)) return [];
    const kind = belongs ? ('ENTERED' as const) : ('EXITED' as const);
    return [{ segmentId: definition.id, shard: row.shard, profileId: row.id, kind, at, cause }];
  });
}

const statements = new WeakMap<LiveSegment, Map<string, CompiledSql>>();

/** The same text for the same segments: kept while the definitions live, and prepared by the database. */
function statementFor(segments: readonly LiveSegment[]): CompiledSql {
  const [first] = segments;
  if (!first) throw new Error('there is a segment to evaluate');
  const known = statements.get(first) ?? new Map<string, CompiledSql>();
  statements.set(first, known);
  const name = segments.map((segment) => segment.definition.id).join();
  let statement = known.get(name);
  if (!statement) {
    if (known.size > 100) known.clear();
    statement = compileSql(sql`${sql.raw('/* evaluate membership */')}
      select p.shard, p.id,
        array(select m.segment_id from membership m
          where m.shard = p.shard and m.profile_id = p.id and m.segment_id = any(${SEGMENTS}::uuid[]))::text as current,
        array[${sql.join(segments.map((segment) => segment.condition))}]::text as truths,
        ${earliest(segments.map((segment) => segment.nextChange)) ?? sql`null`}::timestamptz as next
      from unnest(${SHARDS}::int[], ${PROFILES}::uuid[]) as asked(shard, id)
      join profile p on p.shard = asked.shard and p.id = asked.id`);
    known.set(name, statement);
  }
  return statement;
}

async function writeMemberships(tx: Transaction, changes: readonly NewChange[]): Promise<void> {
  const entered = changes.filter((change) => change.kind === 'ENTERED');
  const exited = changes.filter((change) => change.kind === 'EXITED');
  if (entered.length > 0) {
    await tx.query(
      `/* enter segments */
      insert into membership (shard, profile_id, segment_id, entered_at)
      select shard, profile_id, segment_id, $4
      from unnest($1::int[], $2::uuid[], $3::uuid[]) as new(shard, profile_id, segment_id)`,
      [...keysOf(entered), entered[0]?.at],
    );
  }
  if (exited.length > 0) {
    await tx.query(
      `/* exit segments */
      delete from membership m using unnest($1::int[], $2::uuid[], $3::uuid[]) as gone(shard, profile_id, segment_id)
      where m.shard = gone.shard and m.profile_id = gone.profile_id and m.segment_id = gone.segment_id`,
      keysOf(exited),
    );
  }
}

function keysOf(changes: readonly NewChange[]): [number[], string[], string[]] {
  return [
    changes.map((change) => change.shard),
    changes.map((change) => change.profileId),
    changes.map((change) => change.segmentId),
  ];
}
