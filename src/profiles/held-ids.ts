import { hash } from 'node:crypto';
import type { RequestContext } from '../access/index.js';
import { ints, shardOfId, uuids } from '../platform/index.js';
import { livingRefs } from './profile.reads.js';
import type { ProfileRef } from './profile-ref.js';

/** The millisecond of a UUID of version 7, as its first characters. */
const INSTANT_LENGTH = 13;

/**
 * Gives ids to what a profile holds under a personal value: its identifiers and channels. Such an id is a UUIDv8
 * (RFC 9562) of three parts: the instant of the profile's id, 66 bits of a hash, and the bucket of the profile's id. So
 * the profile can be found by it, and nothing needs to be stored. The hash is keyed, because a plain one would let
 * people try addresses ([ADR 46](../../docs/adr/0046-ids-of-what-people-hold.md)).
 */
export class HeldIds {
  /** @param secret the same on all servers of the installation, and for as long as its ids are to last */
  constructor(private readonly secret: string) {}

  /**
   * @param name what tells the thing from all others of the profile. The profile itself is hashed too: the same address
   *   has unlike ids in two profiles, so ids do not tell where it went.
   * @returns a UUID
   */
  of(profileId: string, name: readonly (string | number)[]): string {
    // As `ListCursors` does: a key before the text is enough for SHA-512/256.
    const hashed = hash('sha512-256', this.secret + JSON.stringify(['held', profileId, ...name]), 'hex');
    const variant = (8 + (parseInt(hashed.charAt(3), 16) % 4)).toString(16);
    const middle = `8${hashed.slice(0, 3)}-${variant}${hashed.slice(4, 7)}-${hashed.slice(7, 17)}`;
    return `${profileId.slice(0, INSTANT_LENGTH)}-${middle}${profileId.slice(-2)}`;
  }
}

/**
 * Loads the living profiles that may hold the thing of an id: those whose id has its instant and its bucket, or those
 * that they went into. Mostly there is one.
 */
export const holdersOfIds =
  (context: RequestContext) =>
  async (ids: readonly string[]): Promise<ProfileRef[][]> => {
    const instants = ids.map((id) => id.slice(0, INSTANT_LENGTH));
    const rows = await context.query<{ asked: number; id: string }>(
      `/* holders of ids */
      select asked.number::int as asked, p.id
      from unnest($1::int[], $2::uuid[], $3::uuid[]) with ordinality as asked(shard, first, last, number)
      cross join lateral (
        select p.id from profile p where p.shard = asked.shard and p.id >= asked.first and p.id <= asked.last offset 0
      ) p`,
      [
        ints(ids.map((id) => shardOfId(context.workspaceId, id))),
        uuids(instants.map((instant) => `${instant}-0000-0000-000000000000`)),
        uuids(instants.map((instant) => `${instant}-ffff-ffff-ffffffffffff`)),
      ],
    );
    const living = context.loaders.get(livingRefs, context);
    const found = await Promise.all(
      rows.map(async ({ asked, id }) => ({ asked, living: await living.load(id) })),
    );
    const byAsked = Map.groupBy(found, ({ asked }) => asked - 1);
    return ids.map((_, index) => [
      ...new Map(
        (byAsked.get(index) ?? []).flatMap(({ living: one }) => (one ? [[one.id, one]] : [])),
      ).values(),
    ]);
  };
