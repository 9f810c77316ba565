import type { RequestContext } from '../access/index.js';
import { ints, uuids } from '../platform/index.js';
import { compareKeys } from '../platform/graphql/index.js';
import type { SortKey } from '../platform/graphql/index.js';
import { HeldIds } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';
import type { ChannelType } from './channel-types.js';
import { JOINED_CHANNEL, newestFirst, standingAt } from './consent-state.js';
import type { Backing, ConsentState, LegalBasis } from './consent-state.js';

/** A state of consent that stands, or an entry of the ledger. */
export interface ConsentRow {
  purpose: string;
  state: ConsentState;
  at: string | Date;
  expiresAt: string | Date | null;
  legalBasis: LegalBasis | null;
  evidence: unknown;
  sourceId: string;
}

/** What is known of a channel. */
export interface ChannelRow {
  /** A UUID, computed from the rest. */
  id: string;
  profileId: string;
  type: ChannelType;
  endpoint: string;
  isActive: boolean;
  isReachable: boolean | null;
  verifiedAt: Date | null;
  verifiedBy: string | null;
  firstSeenAt: Date;
  lastSeenAt: Date;
  sourceId: string;
  /** What stands now, by purpose in alphabetical order. Purposes of which nothing valid is known are missing. */
  consents: ConsentRow[];
}

export interface LedgerRow extends ConsentRow {
  id: string;
  profileId: string;
  type: ChannelType;
  endpoint: string;
  receivedAt: Date;
  at: Date;
  backing: Backing;
}

const LEDGER = 'select * from consent_change c where c.shard = asked.shard and c.profile_id = asked.id';

/** Its place in the list of its profile. It tells nothing of the endpoint. */
export function placeOf({ type, firstSeenAt, id }: ChannelRow): SortKey {
  return [type, firstSeenAt.toISOString(), id];
}

/** Loads the channels of many profiles, by type, then the longest known first. */
export const channelsOfProfiles =
  (context: RequestContext) =>
  async (profiles: readonly ProfileRef[]): Promise<ChannelRow[][]> => {
    const rows = await context.query<Omit<ChannelRow, 'id'>>(
      `/* channels of profiles */
      select asked.id as "profileId", ch.type, ch.endpoint, ch.is_active as "isActive", ch.is_reachable as "isReachable",
        ch.verified_at as "verifiedAt", ch.verified_by as "verifiedBy", ch.first_seen_at as "firstSeenAt",
        ch.last_seen_at as "lastSeenAt", ch.source_id as "sourceId", coalesce(ch.consents, '[]') as consents
      from unnest($1::int[], $2::uuid[]) as asked(shard, id)
      cross join lateral (
        select ch.*, c.consents from (
          select ch.type, ch.endpoint, ${JOINED_CHANNEL},
            (array_agg(ch.verified_by order by ${newestFirst('verified')}, ch.verified_by desc))[1] as verified_by,
            min(ch.first_seen_at) as first_seen_at, max(ch.last_seen_at) as last_seen_at,
            (array_agg(ch.source_id order by ch.last_seen_at desc, ch.source_id))[1] as source_id
          from channel ch where ch.shard = asked.shard and ch.profile_id = asked.id
          group by ch.type, ch.endpoint
        ) ch
        left join (
          select c.type, c.endpoint, json_agg(json_build_object('purpose', c.purpose, 'state', c.state, 'at', c.at,
            'expiresAt', c.expires_at, 'legalBasis', c.legal_basis, 'evidence', c.evidence, 'sourceId', c.source_id)
            order by c.purpose collate "C") as consents
          from (${standingAt(LEDGER, '$3')}) c group by c.type, c.endpoint
        ) c on c.type = ch.type and c.endpoint = ch.endpoint
        offset 0
      ) ch`,
      [ints(profiles.map(({ shard }) => shard)), uuids(profiles.map(({ id }) => id)), context.clock.now()],
    );
    const ids = context.service(HeldIds);
    const byProfile = Map.groupBy(rows, (row) => row.profileId);
    return profiles.map((profile) => {
      const known = (byProfile.get(profile.id) ?? []).map((row) => {
        const name = ['channel', row.type, row.endpoint];
        return { ...row, id: ids.of(profile.id, name) };
      });
      return known.sort((a, b) => compareKeys(placeOf(a), placeOf(b)));
    });
  };

/** Which stretch of a ledger, between two places: newest first, or oldest first when read backward. */
export interface LedgerPage {
  after: readonly [at: string, id: string] | null;
  before: readonly [at: string, id: string] | null;
  backward: boolean;
  limit: number;
}

/** Loads one and the same page of the ledgers of many profiles. */
export const ledgersOfProfiles =
  (context: RequestContext, variant: string) =>
  async (profiles: readonly ProfileRef[]): Promise<LedgerRow[][]> => {
    const { after, before, backward, limit } = JSON.parse(variant) as LedgerPage;
    const direction = backward ? 'asc' : 'desc';
    const rows = await context.query<LedgerRow>(
      `/* consent history of profiles */
      select asked.id as "profileId", c.id, c.type, c.endpoint, c.purpose, c.state, c.at, c.expires_at as "expiresAt",
        c.legal_basis as "legalBasis", c.evidence, c.source_id as "sourceId", c.received_at as "receivedAt", c.backing
      from unnest($1::int[], $2::uuid[]) as asked(shard, id)
      cross join lateral (
        select * from consent_change c where c.shard = asked.shard and c.profile_id = asked.id
          and (c.at, c.id) < (coalesce($3::timestamptz, 'infinity'), coalesce($4::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
          and (c.at, c.id) > (coalesce($5::timestamptz, '-infinity'), coalesce($6::uuid, '00000000-0000-0000-0000-000000000000'))
        order by c.at ${direction}, c.id ${direction} limit $7
      ) c
      order by c.at ${direction}, c.id ${direction}`,
      [
        ints(profiles.map(({ shard }) => shard)),
        uuids(profiles.map(({ id }) => id)),
        ...(after ?? [null, null]),
        ...(before ?? [null, null]),
        limit,
      ],
    );
    const byProfile = Map.groupBy(rows, (row) => row.profileId);
    return profiles.map(({ id }) => byProfile.get(id) ?? []);
  };
