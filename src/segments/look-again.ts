import type { Transaction } from '../platform/index.js';
import { signalProfiles } from '../profiles/index.js';
import type { ProfileRef, Split } from '../profiles/index.js';
import { evaluateMembership } from './evaluate-membership.js';
import { segmentCatalogue } from './segment-catalogue.js';

interface LookAgain {
  /** Who has gone into whom. */
  merges: readonly { survivor: ProfileRef; absorbed: ProfileRef }[];
  /** Or who has been parted. */
  split?: Split;
  /** Or who was changed by hand. */
  changed?: readonly ProfileRef[];
  now: Date;
}

/** Brings the segments of people in line after a merge or its undo, or a change by hand. The last thing in its transaction. */
export async function lookAgain(
  tx: Transaction,
  { merges, split, changed = [], now }: LookAgain,
): Promise<void> {
  const catalogue = await segmentCatalogue.read(tx);
  const { kept: segments } = catalogue;
  const bySurvivor = Map.groupBy(merges, ({ survivor }) => survivor.id);
  const looks = [...bySurvivor.values()].flatMap((all) => {
    const [first] = all;
    return first
      ? [{ profile: first.survivor, segments, absorbed: all.map(({ absorbed }) => absorbed) }]
      : [];
  });
  const parted = split ? [split.survivor, split.restored].map((profile) => ({ profile, segments })) : [];
  signalProfiles(tx, [
    ...merges.flatMap(({ survivor, absorbed }) => [survivor.id, absorbed.id]),
    ...parted.map(({ profile }) => profile.id),
  ]);
  await evaluateMembership(tx, {
    catalogue,
    looks: [...looks, ...parted, ...changed.map((profile) => ({ profile, segments }))],
    now,
    cause: split ? 'UNMERGE' : merges.length > 0 ? 'MERGE' : 'INGEST',
    rechecks: 'all',
    ...(split && { split }),
  });
}
