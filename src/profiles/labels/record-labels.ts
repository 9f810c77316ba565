import { bigints, instants, ints, texts, uuids } from '../../platform/index.js';
import type { Transaction } from '../../platform/index.js';
import type { ToldLabel } from './label.js';

/** Writes down what was told of labels, where it stands against what the side said before. The profiles must be locked. */
export async function recordLabels(tx: Transaction, told: readonly ToldLabel[]): Promise<void> {
  if (told.length === 0) return;
  const rows = standing(told).sort((a, b) => a.profile.shard - b.profile.shard);
  await tx.query(
    `/* record labels */
    insert into profile_label as l (shard, profile_id, recorded_profile_id, kind, label, is_on, at, source_id, arrival)
    select shard, profile_id, side, kind, label, is_on::boolean, at, source_id, arrival
    from unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::uuid[], $9::bigint[])
      as new(shard, profile_id, side, kind, label, is_on, at, source_id, arrival)
    on conflict (shard, profile_id, kind, label, recorded_profile_id) do update set
      is_on = excluded.is_on, at = excluded.at, source_id = excluded.source_id, arrival = excluded.arrival
    where (excluded.at, excluded.arrival, not excluded.is_on) > (l.at, coalesce(l.arrival, 0), not l.is_on)
      or ((excluded.at, excluded.arrival, excluded.is_on) = (l.at, l.arrival, l.is_on)
        and excluded.source_id < l.source_id)`,
    [
      ints(rows.map(({ profile }) => profile.shard)),
      uuids(rows.map(({ profile }) => profile.id)),
      uuids(rows.map(({ side }) => side)),
      texts(rows.map(({ kind }) => kind)),
      texts(rows.map(({ label }) => label)),
      texts(rows.map(({ isOn }) => String(isOn))),
      instants(rows.map(({ at }) => at)),
      uuids(rows.map(({ sourceId }) => sourceId)),
      bigints(rows.map(({ arrival }) => arrival)),
    ],
  );
}

/** Each label of each side once: a statement cannot write a row twice. */
function standing(told: readonly ToldLabel[]): ToldLabel[] {
  const byName = new Map<string, ToldLabel>();
  for (const one of told) {
    const name = `${one.side} ${one.kind} ${one.label}`;
    const holder = byName.get(name);
    if (!holder || prevails(one, holder)) byName.set(name, one);
  }
  return [...byName.values()];
}

/** As the statement has it. */
function prevails(one: ToldLabel, other: ToldLabel): boolean {
  const later = one.at.getTime() - other.at.getTime() || one.arrival - other.arrival;
  if (later !== 0) return later > 0;
  return one.isOn === other.isOn ? one.sourceId < other.sourceId : !one.isOn;
}
