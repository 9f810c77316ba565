import type { RequestContext } from '../../access/index.js';
import { ints, uuids } from '../../platform/index.js';
import type { ProfileRef } from '../profile-ref.js';
import { LABEL_STANDING_FIRST } from './label.js';
import type { LabelKind } from './label.js';

/** What stands for a label of a profile. */
export interface LabelRow {
  profileId: string;
  kind: LabelKind;
  label: string;
  isOn: boolean;
  at: Date;
  sourceId: string;
}

/** Loads what stands for all labels of many profiles, those that are off among them; by label in alphabetical order. */
export const labelsOfProfiles =
  (context: RequestContext) =>
  async (profiles: readonly ProfileRef[]): Promise<LabelRow[][]> => {
    const rows = await context.query<LabelRow>(
      `/* labels of profiles */
      select asked.id as "profileId", l.kind, l.label, l.is_on as "isOn", l.at, l.source_id as "sourceId"
      from unnest($1::int[], $2::uuid[]) as asked(shard, id)
      cross join lateral (
        select distinct on (l.kind, l.label collate "C") l.* from profile_label l
        where l.shard = asked.shard and l.profile_id = asked.id
        order by l.kind, l.label collate "C", ${LABEL_STANDING_FIRST}
      ) l`,
      [ints(profiles.map(({ shard }) => shard)), uuids(profiles.map(({ id }) => id))],
    );
    const byProfile = Map.groupBy(rows, (row) => row.profileId);
    return profiles.map(({ id }) => byProfile.get(id) ?? []);
  };
