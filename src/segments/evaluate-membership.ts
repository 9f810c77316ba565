import { BUCKETS, ints, rowsOf, shardOfId, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { inLockOrder } from '../profiles/index.js';
import type { ProfileRef, Split } from '../profiles/index.js';
import { askSegments } from './ask-segments.js';
import type { Answer, Look } from './ask-segments.js';
import { noteTouched } from './build-touches.js';
import { comeBack, depart, standIn } from './follow-merge.js';
import type { Departed, StandsFor } from './follow-merge.js';
import { ending, logChanges } from './log-changes.js';
import type { ChangeCause, NewChange } from './log-changes.js';
import type { LiveSegment } from './live-segment.js';
import { scheduleRechecks } from './schedule-rechecks.js';
import type { SegmentCatalogue } from './segment-catalogue.js';
import type { Shelf } from './shelves.js';

interface EvaluateMembership {
  /** From which the segments of the looks are. */
  catalogue: Pick<SegmentCatalogue, 'shelves'>;
  /** Locked by the transaction: between looking and writing nobody may change what is looked at. */
  looks: readonly LookWithAbsorbed[];
  now: Date;
  cause: ChangeCause;
  /** `earlier`: some segments were looked at, so an earlier recheck stands. `all`: these are all the timed ones. */
  rechecks?: 'earlier' | 'all';
  /** A merge that is taken back: both profiles are among the looks. */
  split?: Split;
}

interface LookWithAbsorbed extends Look {
  /** Profiles that have gone into this one, in this transaction. Then all segments must be looked at. */
  absorbed?: readonly ProfileRef[];
}

/**
 * Re-evaluates whether profiles belong to segments, and writes down and logs every difference.
 * Must be the last thing in its transaction: it ends with the log lock (see `logChanges`).
 */
export async function evaluateMembership(tx: Transaction, input: EvaluateMembership): Promise<void> {
  const { now, cause } = input;
  const looks = input.looks
    .filter((look) => look.segments.length > 0)
    .sort((a, b) => inLockOrder(a.profile, b.profile));
  const segments = distinctSegments(looks);
  const merges = input.looks.flatMap(({ profile, absorbed = [] }) =>
    absorbed.map((one) => ({ survivor: profile, absorbed: one })),
  );
  if (segments.length === 0 && merges.length === 0) return;
  const departing = depart(tx, merges);
  const next: (Date | null)[] = looks.map(() => null);
  const changes: NewChange[] = [];
  const untold = new Map<string, number>();
  const count = (segmentId: string, by: number) => untold.set(segmentId, (untold.get(segmentId) ?? 0) + by);
  const ids = segments.map(({ definition }) => definition.id);
  if (input.split) for (const segmentId of await comeBack(tx, input.split, ids)) count(segmentId, 1);
  const stayed = new Set<Departed>();
  const [departed, answered] = await Promise.all([departing, askOnShelves(tx, looks, input)]);
  const bySurvivor = Map.groupBy(departed, ({ survivor }) => survivor.id);
  for (const { place, answer } of answered) {
    const look = looks[place];
    if (!answer || !look) continue;
    next[place] = earlier(next[place] ?? null, answer.next);
    for (const one of bySurvivor.get(look.profile.id) ?? [])
      if (answer.staysIn(one.segmentId)) stayed.add(one);
    const why = look.absorbed?.length ? 'MERGE' : cause;
    for (const { segmentId, kind } of answer.differences)
      changes.push({ segmentId, ...keyOf(look.profile), kind, cause: why });
  }
  const left = departed.filter((one) => !stayed.has(one));
  for (const one of stayed) count(one.segmentId, -1);
  changes.push(...left.flatMap(exitsOf));
  const due = looks.map(({ profile }, index) => ({ ...profile, next: next[index] ?? null }));
  const timed = segments.some((segment) => segment.timed);
  // Sent together, in the order of the locks that they take.
  const written = Promise.all([
    segments.some(({ isBuilding }) => isBuilding) && noteTouched(tx, touchedBy(input.looks)),
    endMemberships(tx, changes),
    timed && scheduleRechecks(tx, due, input.rechecks ?? 'earlier'),
    standIn(tx, [...stayed]),
  ]);
  const alsoGone = changes.some(({ kind }) => kind === 'EXITED') ? (await written)[1] : [];
  await Promise.all([written, logChanges(tx, [...changes, ...alsoGone], now, untold)]);
}

/** Who is looked at for a segment that is being built. */
function touchedBy(looks: readonly LookWithAbsorbed[]): { profile: ProfileRef; segmentId: string }[] {
  return looks.flatMap(({ profile, segments, absorbed = [] }) =>
    segments
      .filter(({ isBuilding }) => isBuilding)
      .flatMap(({ definition }) =>
        [profile, ...absorbed].map((one) => ({ profile: one, segmentId: definition.id })),
      ),
  );
}

function keyOf({ shard, id }: ProfileRef): { shard: number; profileId: string } {
  return { shard, profileId: id };
}

/** What the log tells of an absorbed profile that left a segment, and of those that it stood in for. */
function exitsOf({ profile, segmentId, standsFor }: Departed): NewChange[] {
  const exit = { segmentId, kind: 'EXITED', cause: 'MERGE' } as const;
  return [{ ...exit, ...keyOf(profile) }, ...exitsOfAbsorbed({ ...exit, ...keyOf(profile) }, standsFor)];
}

function exitsOfAbsorbed(exit: NewChange, standsFor: StandsFor): NewChange[] {
  const workspaceId = Math.floor(exit.shard / BUCKETS);
  return Object.keys(standsFor).map((id) => ({
    ...exit,
    shard: shardOfId(workspaceId, id),
    profileId: id,
    uncounted: true,
  }));
}

function earlier(a: Date | null, b: Date | null): Date | null {
  return a && (!b || a <= b) ? a : b;
}

function distinctSegments(looks: readonly Look[]): LiveSegment[] {
  return [...new Set([...new Set(looks.map((look) => look.segments))].flat())];
}

/** @returns the answers of each shelf to the looks that ask for something on it, by the place of the look */
async function askOnShelves(
  tx: Transaction,
  looks: readonly Look[],
  { catalogue, now }: EvaluateMembership,
): Promise<{ place: number; answer: Answer | undefined }[]> {
  const asking = [...onShelves(looks, catalogue)].map(async ([shelf, onShelf]) => {
    const answers = await askSegments(tx, onShelf, shelf, now);
    return onShelf.map(({ place }, index) => ({ place, answer: answers[index] }));
  });
  return (await Promise.all(asking)).flat();
}

/** A look, as far as one shelf goes. */
interface LookOnShelf extends Look {
  /** Which of the looks it is of. */
  place: number;
}

function onShelves(
  looks: readonly Look[],
  { shelves }: EvaluateMembership['catalogue'],
): Map<Shelf, LookOnShelf[]> {
  const parted = new Map<readonly LiveSegment[], Map<Shelf | undefined, LiveSegment[]>>();
  const all = new Map<Shelf, LookOnShelf[]>();
  for (const [place, { profile, segments }] of looks.entries()) {
    const parts = parted.get(segments) ?? Map.groupBy(segments, (segment) => shelves.get(segment));
    parted.set(segments, parts);
    for (const [shelf, asked] of parts) {
      if (!shelf) throw new Error('a segment that is asked for is kept');
      const onShelf = all.get(shelf) ?? [];
      all.set(shelf, onShelf);
      onShelf.push({ profile, segments: asked, place });
    }
  }
  return all;
}

/** @returns the exits of absorbed profiles for which somebody stood who leaves now */
export async function endMemberships(tx: Transaction, changes: readonly NewChange[]): Promise<NewChange[]> {
  // An absorbed profile has left before (see `depart`): deleting what is not there does no harm.
  const exited = changes.filter(({ kind, uncounted }) => kind === 'EXITED' && !uncounted);
  if (exited.length === 0) return [];
  const deletion = `delete from membership m
    using ${rowsOf({ shard: '$1::int[]', profile_id: '$2::uuid[]', segment_id: '$3::uuid[]' }, 'number')} as gone
    where m.shard = gone.shard and m.profile_id = gone.profile_id and m.segment_id = gone.segment_id
    returning m.*, gone.number`;
  const gone = await tx.query<{ number: number; standsFor: StandsFor | null }>(
    `with ${ending(deletion)} select number, stands_for as "standsFor" from gone`,
    [
      ints(exited.map(({ shard }) => shard)),
      uuids(exited.map(({ profileId }) => profileId)),
      uuids(exited.map(({ segmentId }) => segmentId)),
    ],
  );
  return gone.flatMap(({ number, standsFor }) => {
    const exit = exited[number - 1];
    return exit && standsFor ? exitsOfAbsorbed(exit, standsFor) : [];
  });
}
