import { sql } from 'kysely';
import {
  CHANNEL_TYPES,
  CONSENT_STATES,
  countsAt,
  DEFAULT_PURPOSE,
  JOINED_CHANNEL,
  STANDING_FIRST,
} from '../../../consent/index.js';
import { MASK } from '../../../platform/index.js';
import { channelBegins } from '../facts-ahead.js';
import { orFalse } from '../comparison.js';
import type { EventPasses } from '../event-passes.js';
import { invalid } from '../invalid.js';
import { NOW } from '../now.js';
import type { PredicateKind, Sql } from '../rule.js';
import { maskingEach, seenList } from '../seen-list.js';

interface ChannelInput {
  type?: unknown;
  consent?: unknown;
  purpose?: unknown;
  reachable?: unknown;
  verified?: unknown;
}

/** The rule of the ledger, with the instant of the evaluation for its present. */
const COUNTS = sql.join(
  countsAt('@')
    .split('@')
    .map((part) => sql.raw(part)),
  sql`${NOW}::timestamptz`,
);
const TURN = sql`least(min(c.at) filter (where c.at > ${NOW}::timestamptz),
  min(c.expires_at) filter (where c.expires_at > ${NOW}::timestamptz))`;

/** Whether the person has an active channel of a type, of which all that is asked is true. */
export const channel: PredicateKind = {
  field: 'channel',
  parse(input, path, context) {
    const { type, consent, purpose = DEFAULT_PURPOSE, reachable, verified } = input as ChannelInput;
    if (typeof type !== 'string' || !Object.hasOwn(CHANNEL_TYPES, type))
      throw invalid([...path, 'type'], 'A type of channel is expected here.');
    if (consent != null && !(CONSENT_STATES as readonly unknown[]).includes(consent))
      throw invalid([...path, 'consent'], 'A state of consent is expected here.');
    if (typeof purpose !== 'string' || context.isPurpose?.(purpose) === false)
      throw invalid(
        [...path, 'purpose'],
        `There is no such purpose.${context.meantPurpose?.(String(purpose)) ?? ''} See \`purposes\` for those there are.`,
      );
    const said = sql`c.shard = p.shard and c.profile_id = p.id and c.type = ${type}::text and c.purpose = ${purpose}::text`;
    const channels = sql`
      select ch.endpoint, ${sql.raw(JOINED_CHANNEL)} from channel ch
      where ch.shard = p.shard and ch.profile_id = p.id and ch.type = ${type}::text group by ch.endpoint`;
    const state = sql`coalesce((
      select c.state from consent_change c where ${said} and c.endpoint = ch.endpoint and ${COUNTS}
      order by ${sql.raw(STANDING_FIRST)} limit 1
    ), 'UNKNOWN')`;
    const conditions = (told: Sql) =>
      sql.join(
        [
          sql`ch.is_active`,
          ...(typeof reachable === 'boolean'
            ? [sql`coalesce(ch.is_reachable, true) = ${reachable}::boolean`]
            : []),
          ...(typeof verified === 'boolean'
            ? [sql`(ch.verified_at is not null) = ${verified}::boolean`]
            : []),
          ...(consent == null ? [] : [sql`${told} = ${consent}::text`]),
        ],
        sql` and `,
      );
    const meant = sql`type = ${type}::text`;
    const about = sql`${meant} and purpose = ${purpose}::text`;
    const has = (passes: EventPasses) =>
      passes.value({
        ofOne: sql`exists (select from (${channels}) ch where ${conditions(state)})`,
        ofAll: (among) => sql`
          select ch.shard, ch.profile_id, bool_or(${conditions(sql`coalesce(c.state, 'UNKNOWN')`)}) as value from (
            select ch.shard, ch.profile_id, ch.endpoint, ${sql.raw(JOINED_CHANNEL)}
            from (select * from channel e where ${among} and ${meant}) ch group by ch.shard, ch.profile_id, ch.endpoint
          ) ch ${consent == null ? sql`` : sql`left join (${standing(among, about)}) c using (shard, profile_id, endpoint)`}
          group by ch.shard, ch.profile_id`,
      });
    return {
      compile: (passes) => orFalse(has(passes)),
      holds: has,
      seen: {
        value: () =>
          seenList(sql`
            select jsonb_build_object('endpoint', ch.endpoint, 'isActive', ch.is_active,
              'isReachable', coalesce(ch.is_reachable, true), 'isVerified', ch.verified_at is not null,
              'purpose', ${purpose}::text, 'consent', ${state}) as one
            from (${channels}) ch`),
        privacy: maskingEach((one) => ({ ...(one as object), endpoint: MASK })),
      },
      // The next entry to expire or (they may be dated up to a day ahead) to begin.
      nextChange: (passes) =>
        consent == null
          ? null
          : passes.value({
              ofOne: sql`(select ${TURN} from consent_change c where ${said})`,
              ofAll: (among) => sql`
                select c.shard, c.profile_id, ${TURN} as value
                from (select * from consent_change e where ${among} and ${about}) c group by c.shard, c.profile_id`,
            }),
      begins: () => channelBegins(type),
      dependsOn: () => [`channel:${type}`],
      describe: () =>
        [
          `have an active channel of type ${type}`,
          ...(consent == null ? [] : [`with consent ${consent as string} for ${purpose}`]),
          ...(typeof reachable === 'boolean'
            ? [reachable ? 'that is reachable' : 'that is not reachable']
            : []),
          ...(typeof verified === 'boolean' ? [verified ? 'that is verified' : 'that is not verified'] : []),
        ].join(' '),
    };
  },
};

/** What stands for each channel, of all people: a select of shard, profile_id, endpoint and state. */
function standing(among: Sql, about: Sql): Sql {
  return sql`
    select distinct on (c.shard, c.profile_id, c.endpoint) c.shard, c.profile_id, c.endpoint, c.state
    from (select * from consent_change e where ${among} and ${about}) c where ${COUNTS}
    order by c.shard, c.profile_id, c.endpoint, ${sql.raw(STANDING_FIRST)}`;
}
