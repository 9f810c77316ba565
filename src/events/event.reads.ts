import type { RequestContext } from '../access/index.js';
import type { ProfileRef } from '../profiles/index.js';

export interface EventRow {
  id: string;
  profileId: string;
  type: string;
  occurredAt: Date;
  receivedAt: Date;
  properties: unknown;
  sourceId: string;
}

/** Which events of a profile, and which stretch of them. */
export interface EventsPage {
  types: readonly string[] | null;
  from: string | null;
  to: string | null;
  /** The cursor's place: the instant and the id of an event. */
  after: readonly [string, string] | null;
  before: readonly [string, string] | null;
  limit: number;
  backward: boolean;
}

const COLUMNS = `e.id, e.profile_id as "profileId", e.type, e.occurred_at as "occurredAt", e.received_at as "receivedAt",
  e.properties, e.source_id as "sourceId"`;

/** Loads one and the same page of the events of many profiles: newest first, or oldest first when read backward. */
export const eventPages =
  (context: RequestContext, variant: string) =>
  async (profiles: readonly ProfileRef[]): Promise<EventRow[][]> => {
    const page = JSON.parse(variant) as EventsPage;
    const direction = page.backward ? 'asc' : 'desc';
    const rows = await context.query<EventRow>(
      `/* events of profiles */
      select e.* from unnest($1::int[], $2::uuid[]) as asked(shard, id)
      cross join lateral (
        select ${COLUMNS} from event e
        where e.shard = asked.shard and e.profile_id = asked.id
          and ($3::text[] is null or e.type = any($3))
          and e.occurred_at >= coalesce($4::timestamptz, '-infinity') and e.occurred_at < coalesce($5::timestamptz, 'infinity')
          and (e.occurred_at, e.id) < (coalesce($6::timestamptz, 'infinity'), coalesce($7::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
          and (e.occurred_at, e.id) > (coalesce($8::timestamptz, '-infinity'), coalesce($9::uuid, '00000000-0000-0000-0000-000000000000'))
        order by e.occurred_at ${direction}, e.id ${direction}
        limit $10
      ) e`,
      [
        profiles.map((profile) => profile.shard),
        profiles.map((profile) => profile.id),
        page.types,
        page.from,
        page.to,
        ...(page.after ?? [null, null]),
        ...(page.before ?? [null, null]),
        page.limit,
      ],
    );
    const byProfile = Map.groupBy(rows, (row) => row.profileId);
    return profiles.map((profile) => byProfile.get(profile.id) ?? []);
  };

/** Loads events by UUID; null where there is none in the viewer's workspace. */
export const eventsById =
  (context: RequestContext) =>
  async (ids: readonly string[]): Promise<(EventRow | null)[]> => {
    const rows = await context.query<EventRow>(
      `/* events by id */ select ${COLUMNS} from event e where e.id = any($1)`,
      [ids],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  };
