import { bigints, idOfArrival, instants, ints, jsons, texts, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { joinChannels } from './channel.js';
import type { ChannelNews, ConsentEntry, ParsedChannels } from './channel.js';

/** What an item told of the channels of a profile. */
export interface ToldChannels extends ParsedChannels {
  profile: ProfileRef;
  /** Whose side of the profile it came to. */
  side: string;
  sourceId: string;
  receivedAt: Date;
  /** In microseconds since 1970. */
  arrival: number;
}

interface At {
  profile: ProfileRef;
  side: string;
}

/** Writes down channels, and adds to the ledger of consent. The profiles must be locked. Two statements at most. */
export async function recordChannels(tx: Transaction, told: readonly ToldChannels[]): Promise<void> {
  await Promise.all([
    writeChannels(tx, joined(told)),
    writeLedger(
      tx,
      told.flatMap(({ consents, arrival, ...at }) =>
        consents.map((consent, part) => ({ ...at, id: idOfArrival(arrival, part), consent })),
      ),
    ),
  ]);
}

/** Each channel of each side once: a statement cannot write a row twice. */
function joined(told: readonly ToldChannels[]): (At & { news: ChannelNews })[] {
  const byKey = new Map<string, At & { news: ChannelNews }>();
  for (const { profile, side, channels } of told) {
    for (const news of channels) {
      const key = `${side}\0${news.type}\0${news.endpoint}`;
      const known = byKey.get(key);
      byKey.set(key, { profile, side, news: known ? joinChannels(known.news, news) : news });
    }
  }
  return [...byKey.values()].sort((a, b) => a.profile.shard - b.profile.shard);
}

/** In SQL what `joinChannels` says: the newer word counts, of the same instant the one that arrived later. */
function word(
  column: string,
  matter: 'active' | 'reachable' | 'verified',
  last: (row: string) => string,
): string {
  const [at, arrival] = [`${matter}_at`, `${matter}_arrival`];
  const isNewer = `c.${at} is null or (excluded.${at}, excluded.${arrival}, ${last('excluded')})
    > (c.${at}, coalesce(c.${arrival}, 0), ${last('c')})`;
  const newer = (name: string) => `${name} = case when ${isNewer} then excluded.${name} else c.${name} end`;
  return `${newer(column)}, ${newer(arrival)}, ${at} = greatest(c.${at}, excluded.${at})`;
}

/** Of one item no wins over yes. */
function flag(matter: 'active' | 'reachable'): string {
  return word(`is_${matter}`, matter, (row) => `not ${row}.is_${matter}`);
}

/** What tells nothing new is left out before: a conflict would lock, and so write, its row. */
async function writeChannels(tx: Transaction, rows: readonly (At & { news: ChannelNews })[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `/* record channels */
    insert into channel as c (shard, profile_id, recorded_profile_id, type, endpoint, is_active, active_at, is_reachable,
      reachable_at, verified_by, verified_at, first_seen_at, last_seen_at, source_id, active_arrival, reachable_arrival,
      verified_arrival)
    select new.shard, new.profile_id, side, new.type, new.endpoint, active::boolean, new.active_at, reachable::boolean,
      new.reachable_at, new.verified_by, new.verified_at, new.first_seen_at, new.last_seen_at, new.source_id,
      new.active_arrival, new.reachable_arrival, new.verified_arrival
    from unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[],
      $9::timestamptz[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[], $14::uuid[],
      $15::bigint[], $16::bigint[], $17::bigint[])
      as new(shard, profile_id, side, type, endpoint, active, active_at, reachable, reachable_at, verified_by,
        verified_at, first_seen_at, last_seen_at, source_id, active_arrival, reachable_arrival, verified_arrival)
    left join lateral (
      select c.first_seen_at, c.last_seen_at, c.source_id from channel c
      where c.shard = new.shard and c.profile_id = new.profile_id and c.type = new.type and c.endpoint = new.endpoint
        and c.recorded_profile_id = new.side
      offset 0
    ) c on true
    where c.first_seen_at is null or new.active_at is not null or new.reachable_at is not null or new.verified_at is not null
      or new.first_seen_at < c.first_seen_at or new.last_seen_at > c.last_seen_at
      or (new.last_seen_at = c.last_seen_at and new.source_id < c.source_id)
    on conflict (shard, profile_id, type, endpoint, recorded_profile_id) do update set
      ${flag('active')}, ${flag('reachable')}, ${word('verified_by', 'verified', (row) => `${row}.verified_by`)},
      first_seen_at = least(c.first_seen_at, excluded.first_seen_at),
      source_id = case when excluded.last_seen_at > c.last_seen_at
        or (excluded.last_seen_at = c.last_seen_at and excluded.source_id < c.source_id)
        then excluded.source_id else c.source_id end,
      last_seen_at = greatest(c.last_seen_at, excluded.last_seen_at)`,
    [
      ints(rows.map(({ profile }) => profile.shard)),
      uuids(rows.map(({ profile }) => profile.id)),
      uuids(rows.map(({ side }) => side)),
      texts(rows.map(({ news }) => news.type)),
      texts(rows.map(({ news }) => news.endpoint)),
      texts(rows.map(({ news }) => wordOf(news.active))),
      instants(rows.map(({ news }) => news.active?.at ?? null)),
      texts(rows.map(({ news }) => wordOf(news.reachable))),
      instants(rows.map(({ news }) => news.reachable?.at ?? null)),
      texts(rows.map(({ news }) => news.verified?.by ?? null)),
      instants(rows.map(({ news }) => news.verified?.at ?? null)),
      instants(rows.map(({ news }) => news.firstSeenAt)),
      instants(rows.map(({ news }) => news.lastSeenAt)),
      uuids(rows.map(({ news }) => news.sourceId)),
      bigints(rows.map(({ news }) => news.active?.arrival ?? null)),
      bigints(rows.map(({ news }) => news.reachable?.arrival ?? null)),
      bigints(rows.map(({ news }) => news.verified?.arrival ?? null)),
    ],
  );
}

function wordOf(flag: { is: boolean } | null): string | null {
  return flag && String(flag.is);
}

async function writeLedger(
  tx: Transaction,
  rows: readonly (At & { id: string; sourceId: string; receivedAt: Date; consent: ConsentEntry })[],
): Promise<void> {
  if (rows.length === 0) return;
  const sorted = rows.toSorted((a, b) => a.profile.shard - b.profile.shard);
  await tx.query(
    `/* record consents */
    insert into consent_change (shard, profile_id, recorded_profile_id, id, type, endpoint, purpose, state, at, expires_at,
      legal_basis, evidence, source_id, received_at, arrival, backing)
    select shard, profile_id, side, id, type, endpoint, purpose, state, at, expires_at, legal_basis,
      nullif(evidence, 'null'), source_id, received_at, arrival, backing
    from unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[],
      $9::timestamptz[], $10::timestamptz[], $11::text[], $12::jsonb[], $13::uuid[],
      $14::timestamptz[], $15::bigint[], $16::text[])
      as new(shard, profile_id, side, id, type, endpoint, purpose, state, at, expires_at, legal_basis, evidence, source_id,
        received_at, arrival, backing)`,
    [
      ints(sorted.map(({ profile }) => profile.shard)),
      uuids(sorted.map(({ profile }) => profile.id)),
      uuids(sorted.map(({ side }) => side)),
      uuids(sorted.map(({ id }) => id)),
      texts(sorted.map(({ consent }) => consent.type)),
      texts(sorted.map(({ consent }) => consent.endpoint)),
      texts(sorted.map(({ consent }) => consent.purpose)),
      texts(sorted.map(({ consent }) => consent.state)),
      instants(sorted.map(({ consent }) => consent.at)),
      instants(sorted.map(({ consent }) => consent.expiresAt)),
      texts(sorted.map(({ consent }) => consent.legalBasis)),
      jsons(sorted.map(({ consent }) => consent.evidence)),
      uuids(sorted.map(({ sourceId }) => sourceId)),
      instants(sorted.map(({ receivedAt }) => receivedAt)),
      bigints(sorted.map(({ consent }) => consent.arrival)),
      texts(sorted.map(({ consent }) => consent.backing)),
    ],
  );
}
