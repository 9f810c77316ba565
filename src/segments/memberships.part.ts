import { ints, uuids } from '../platform/index.js';
import { rowsOfProfiles, STAYING } from '../profiles/index.js';
import type { PersonPart } from '../profiles/index.js';
import { countMembers, lockLog } from './log-changes.js';

/** Memberships of segments. After a merge, all segments of the survivor are evaluated (`lookAgain`), so nothing moves. */
export const membershipsPart: PersonPart = {
  ...STAYING,
  ...rowsOfProfiles({ table: 'membership' }),
  isErasedLast: true,
  async erase(tx, { profiles }) {
    lockLog(tx);
    const gone = await tx.query<{ segmentId: string }>(
      `delete from membership m using unnest($1::int[], $2::uuid[]) as gone(shard, id)
      where m.shard = gone.shard and m.profile_id = gone.id returning m.segment_id as "segmentId"`,
      [ints(profiles.map(({ shard }) => shard)), uuids(profiles.map(({ id }) => id))],
    );
    const left = [...Map.groupBy(gone, ({ segmentId }) => segmentId)];
    await countMembers(tx, new Map(left.map(([segmentId, all]) => [segmentId, -all.length])));
    return gone.length;
  },
};
