import { domainToASCII } from 'node:url';
import { Migration } from '@mikro-orm/migrations';

const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2800]/gu;
const NOISE = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

const PAGE = 10_000;
const GUARDED = [
  ...['identifier', 'channel', 'consent_change', 'identifier_namespace', 'definition'],
  ...['workspace', 'segment', 'segment_build', 'build_touch'],
];

/**
 * Brings identifiers and endpoints that were kept under an older canonical form into the one that they are looked for
 * under now (docs/adr/0041): a domain in ASCII, no invisible characters, numbers as they are dialled today. Without it
 * an address that is revoked in a new spelling would stay reachable in the old one.
 */
export class Migration20261130151000_one_spelling extends Migration {
  async up() {
    for (const table of GUARDED) await this.execute(`alter table ${table} no force row level security`);
    await this.respellIdentifiers();
    await this.respellEndpoints();
    await this.respellDefinitions();
    for (const table of GUARDED) await this.execute(`alter table ${table} force row level security`);
  }

  async respellIdentifiers() {
    let after = [-1, '', ''];
    for (;;) {
      const rows = await this.execute(
        `select i.shard, i.namespace, i.value, coalesce(
          n.normaliser, case i.namespace when 'email' then 'EMAIL' when 'phone' then 'PHONE' else 'TRIMMED' end
        ) as normaliser
        from identifier i
        left join identifier_namespace n on n.workspace_id = i.shard >> 8 and n.key = i.namespace
        where ${UNUSUAL('i.value')} and (i.shard, i.namespace, i.value) > (?::int, ?, ?)
        order by i.shard, i.namespace, i.value limit ${PAGE}`,
        after,
      );
      await this.respellPage(rows);
      if (rows.length < PAGE) return;
      const { shard, namespace, value } = rows[PAGE - 1];
      after = [shard, namespace, value];
    }
  }

  /** Where somebody holds the new spelling already, the old one stays as it is: two people are nobody's to merge here. */
  async respellPage(rows) {
    const news = rows.flatMap(({ shard, namespace, value, normaliser }) => {
      const is = SPELL[normaliser]?.(value) ?? value;
      if (is === value || is === '') return [];
      return [{ shard, namespace, value, is, into: shard - (shard % 256) + bucketOf(`${namespace}\0${is}`) }];
    });
    await this.execute(
      `with news as (
        select distinct on (n."into", n.namespace, n."is") n.* from json_to_recordset(?::json)
          as n(shard int, namespace text, value text, "is" text, "into" int)
        where not exists (
          select from identifier i where i.shard = n."into" and i.namespace = n.namespace and i.value = n."is"
        )
        order by n."into", n.namespace, n."is", n.value
      )
      update identifier i set shard = n."into", value = n."is" from news n
      where i.shard = n.shard and i.namespace = n.namespace and i.value = n.value`,
      [JSON.stringify(news)],
    );
  }

  async respellEndpoints() {
    await this.spellEndpoints();
    await this.rebuildSegments();
    await this.execute(
      `update consent_change c set endpoint = n."is" from spelling n where c.type = n.type and c.endpoint = n.endpoint`,
    );
    // What several rows of one side say is joined as at ingest: the newer flag counts, of the same instant the one
    // that says no.
    await this.execute(
      `insert into channel (shard, profile_id, type, endpoint, recorded_profile_id, is_active, active_at, is_reachable,
        reachable_at, verified_at, verified_by, first_seen_at, last_seen_at, source_id)
      select c.shard, c.profile_id, c.type, n."is", c.recorded_profile_id,
        ${NEWEST('is_active', 'active_at', 'is_active')}, max(c.active_at),
        ${NEWEST('is_reachable', 'reachable_at', 'is_reachable')}, max(c.reachable_at),
        max(c.verified_at), ${NEWEST('verified_by', 'verified_at', 'verified_by desc')},
        min(c.first_seen_at), max(c.last_seen_at), ${NEWEST('source_id', 'last_seen_at', 'source_id')}
      from channel c join (
        select n.type, n.endpoint, n."is" from spelling n
        union select n.type, n."is", n."is" from spelling n
      ) n on c.type = n.type and c.endpoint = n.endpoint
      group by c.shard, c.profile_id, c.type, n."is", c.recorded_profile_id
      on conflict (shard, profile_id, type, endpoint, recorded_profile_id) do update set
        is_active = excluded.is_active, active_at = excluded.active_at,
        is_reachable = excluded.is_reachable, reachable_at = excluded.reachable_at,
        verified_at = excluded.verified_at, verified_by = excluded.verified_by,
        first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at, source_id = excluded.source_id`,
    );
    await this.execute(
      `delete from channel c using spelling n where c.type = n.type and c.endpoint = n.endpoint`,
    );
  }

  /** Leaves the endpoints that change in the table `spelling`. */
  async spellEndpoints() {
    await this.execute(`
      create temporary table spelling on commit drop as
      select row_number() over () as number, type, endpoint, endpoint as "is" from (
        select type, endpoint from channel union select type, endpoint from consent_change
      ) all_of_them
      where type in ('EMAIL', 'SMS', 'PHONE', 'WHATSAPP') and ${UNUSUAL('endpoint')}`);
    for (let from = 1; ; from += PAGE) {
      const rows = await this.execute(
        `select number::int, type, endpoint from spelling where number >= ? and number < ?`,
        [from, from + PAGE],
      );
      if (rows.length === 0) break;
      const news = rows.map(({ number, type, endpoint }) => ({
        number,
        is: SPELL[type === 'EMAIL' ? 'EMAIL' : 'PHONE'](endpoint),
      }));
      await this.execute(
        `update spelling s set "is" = n."is" from json_to_recordset(?::json) as n(number int, "is" text)
        where s.number = n.number`,
        [JSON.stringify(news)],
      );
    }
    await this.execute(`delete from spelling where "is" = endpoint`);
    await this.execute(`analyze spelling`);
  }

  /** What two spellings of a channel say is joined: somebody else may be reachable now. */
  async rebuildSegments() {
    await this.execute(`
      create temporary table rebuilt on commit drop as
      select workspace_id, id, rule_version from segment
      where deleted_at is null and status = 'LIVE' and concat(rule, exit_rule) ~ '"(channel|segment)"'
        and workspace_id in (
          select c.shard >> 8 from channel c join spelling n on n.type = c.type and n.endpoint = c.endpoint
          union
          select c.shard >> 8 from consent_change c join spelling n on n.type = c.type and n.endpoint = c.endpoint
        )`);
    await this.execute(`delete from build_touch t using rebuilt r where r.id = t.segment_id`);
    await this.execute(`
      insert into segment_build (workspace_id, segment_id, id, rule_version, state, due_at, started_at)
      select workspace_id, id, gen_random_uuid(), rule_version, 'WAITING', now(), now() from rebuilt
      on conflict (workspace_id, segment_id) do update set
        id = excluded.id, rule_version = excluded.rule_version, state = 'WAITING', after_shard = null, after_profile_id = null,
        shards_done = 0, failures = 0, error = null, due_at = excluded.due_at, started_at = excluded.started_at, finished_at = null`);
  }

  /** Types and attributes that were defined in another spelling would never be met again. What has the key keeps it. */
  async respellDefinitions() {
    const rows = await this.execute(
      `select workspace_id, kind, key from definition where kind in ('EVENT_TYPE', 'ATTRIBUTE') order by 1, 2, key collate "C"`,
    );
    const nameOf = ({ workspace_id, kind, key }) => `${workspace_id} ${kind} ${key}`;
    const names = new Set(rows.map(nameOf));
    const changed = new Set();
    for (const row of rows) {
      const key = canonicalKey(row.key);
      const name = nameOf({ ...row, key });
      if (key === '' || names.has(name)) continue;
      names.add(name);
      changed.add(row.workspace_id);
      await this.execute(`update definition set key = ? where workspace_id = ? and kind = ? and key = ?`, [
        key,
        row.workspace_id,
        row.kind,
        row.key,
      ]);
    }
    for (const id of changed)
      await this.execute(`update workspace set catalogue_version = catalogue_version + 1 where id = ?`, [id]);
  }
}

/** The value of the newest row of which there is one. */
const NEWEST = (column, at, least) =>
  `(array_agg(c.${column} order by c.${at} desc nulls last, c.${least}))[1]`;

/** Texts whose spelling may have changed: few among many, so nothing else is read. */
const UNUSUAL = (column) => `(
  octet_length(${column}) <> length(${column}) or ${column} ~* '^mailto:|[>''".,;]$|xn--'
  or ${column} ~ '^\\+(521\\d{10}|55[1-9]\\d[689]\\d{7}|229\\d{8}|480\\d{9})$'
)`;

const SPELL = {
  TRIMMED: visible,
  LOWER_CASED: visible,
  HANDLE: visible,
  EMAIL: (value) => {
    const text = value.normalize('NFKC').replace(INVISIBLE, '').replaceAll('。', '.').toLowerCase();
    const bare = text
      .replace(/^mailto:/, '')
      .replace(/\?.*$/s, '')
      .replace(/^.*<([^<>]*)>$/, '$1')
      .replace(/^'(.*)'$/, '$1')
      .replace(/[,;]$/, '')
      .normalize('NFC');
    const at = bare.lastIndexOf('@');
    const domain = domainToASCII(bare.slice(at + 1).replace(/\.$/, ''));
    return at > 0 && domain !== '' ? `${bare.slice(0, at)}@${domain}` : value;
  },
  PHONE: (value) =>
    value
      .replace(/^\+521(\d{10})$/, '+52$1')
      .replace(/^\+55([1-9]\d)([689]\d{7})$/, '+55$19$2')
      .replace(/^\+229(\d{8})$/, '+22901$1')
      .replace(/^\+480(\d{9})$/, '+48$1'),
};

function visible(value) {
  return value.replace(NOISE, '').trim().normalize('NFC');
}

/** As src/platform/plain-text.ts. */
function canonicalKey(text) {
  return text
    .replace(
      /^[\s\p{Default_Ignorable_Code_Point}\u2800]+|[\s\p{Default_Ignorable_Code_Point}\u2800]+$/gu,
      '',
    )
    .normalize('NFC');
}

/** As src/platform/shard.ts. */
function bucketOf(key) {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1)
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return (hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) & 0xff;
}
