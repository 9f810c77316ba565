import { sql } from 'kysely';
import {
  channelDependency,
  CHANNEL_TYPES,
  CONSENT_STATES,
  DEFAULT_PURPOSE,
  JOINED_CHANNEL,
  standingAt,
} from '../../../consent/index.js';
import { MASK } from '../../../platform/index.js';
import { firstAhead } from '../../first-ahead.js';
import { orFalse } from '../../comparisons/comparison.js';
import type { EventPasses } from '../../events/event-passes.js';
import { invalid } from '../../invalid.js';
import { NOW } from '../../now.js';
import type { PredicateKind } from '../../predicate-kind.js';
import type { Sql } from '../../sql.js';
import { maskingEach, seenList } from '../../seen-list.js';
import { unknownName } from '../../unknown-name.js';
import { ChannelRuleInput } from './channel-rule.type.js';

interface ChannelInput {
  type?: unknown;
  consent?: unknown;
  purpose?: unknown;
  isReachable?: unknown;
  isVerified?: unknown;
}

const STATE = sql`coalesce(c.state, 'UNKNOWN')`;
const TURN = sql`least(min(c.at) filter (where c.at > ${NOW}::timestamptz),
  min(c.expires_at) filter (where c.expires_at > ${NOW}::timestamptz))`;

/** Whether the person has an active channel of a type, of which all that is asked is true. */
export const channel: PredicateKind = {
  field: 'channel',
  input: { type: ChannelRuleInput, description: 'A channel of the person, and consent.' },
  parse(input, path, context) {
    const { type, consent, purpose = DEFAULT_PURPOSE, isReachable, isVerified } = input as ChannelInput;
    if (typeof type !== 'string' || !Object.hasOwn(CHANNEL_TYPES, type))
      throw invalid([...path, 'type'], 'A type of channel is expected here.');
    if (consent != null && !(CONSENT_STATES as readonly unknown[]).includes(consent))
      throw invalid([...path, 'consent'], 'A state of consent is expected here.');
    if (typeof purpose !== 'string' || context.isPurpose?.(purpose) === false)
      throw unknownName('RULE_INVALID', [...path, 'purpose'], {
        what: 'purpose',
        meant: context.meantPurpose?.(String(purpose)) ?? '',
        see: '`purposes` for those there are',
      });
    const meant = sql`type = ${type}::text`;
    const about = sql`${meant} and purpose = ${purpose}::text`;
    const own = sql`e.shard = p.shard and e.profile_id = p.id`;
    const said = (who: Sql) => sql`select * from consent_change e where ${who} and ${about}`;
    const channels = (who: Sql) => sql`
      select ch.shard, ch.profile_id, ch.endpoint, ${sql.raw(JOINED_CHANNEL)}
      from (select * from channel e where ${who} and ${meant}) ch group by ch.shard, ch.profile_id, ch.endpoint`;
    const withConsent = (who: Sql) => sql`(${channels(who)}) ch
      left join (${standing(said(who))}) c using (shard, profile_id, endpoint)`;
    const asked = (who: Sql) => (consent == null ? sql`(${channels(who)}) ch` : withConsent(who));
    const conditions = sql.join(
      [
        sql`ch.is_active`,
        ...(typeof isReachable === 'boolean'
          ? [sql`coalesce(ch.is_reachable, true) = ${isReachable}::boolean`]
          : []),
        ...(typeof isVerified === 'boolean'
          ? [sql`(ch.verified_at is not null) = ${isVerified}::boolean`]
          : []),
        ...(consent == null ? [] : [sql`${STATE} = ${consent}::text`]),
      ],
      sql` and `,
    );
    const has = (passes: EventPasses) =>
      passes.value({
        ofOne: sql`exists (select from ${asked(own)} where ${conditions})`,
        ofAll: (among) =>
          consent == null && typeof isReachable !== 'boolean' && typeof isVerified !== 'boolean'
            ? activeAmong(among)
            : sql`
          select shard, profile_id, bool_or(${conditions}) as value from ${asked(among)} group by shard, profile_id`,
      });
    // Mostly nobody has said that a channel is out of use. To look up the newest word takes several times as long.
    const activeAmong = (among: Sql) => sql`
      select said.shard, said.profile_id, case
          when bool_and(said.is_active is not false) then true
          when bool_and(said.is_active is false) then false
          else exists (
            select from (${channels(sql`e.shard = said.shard and e.profile_id = said.profile_id`)}) ch where ch.is_active
          )
        end as value
      from (select * from channel e where ${among} and ${meant}) said group by said.shard, said.profile_id`;
    return {
      compile: (passes) => orFalse(has(passes)),
      holds: has,
      seen: {
        value: () =>
          seenList(sql`
            select jsonb_build_object('endpoint', ch.endpoint, 'isActive', ch.is_active,
              'isReachable', coalesce(ch.is_reachable, true), 'isVerified', ch.verified_at is not null,
              'purpose', ${purpose}::text, 'consent', ${STATE}) as one
            from ${withConsent(own)}`),
        privacy: maskingEach((one) => ({ ...(one as object), endpoint: MASK })),
      },
      // The next entry to expire or (they may be dated up to a day ahead) to begin.
      nextChange: (passes) =>
        consent == null
          ? null
          : passes.value({
              ofOne: sql`(select ${TURN} from (${said(own)}) c)`,
              ofAll: (among) => sql`
                select c.shard, c.profile_id, ${TURN} as value
                from (${said(among)}) c group by c.shard, c.profile_id`,
            }),
      begins: () => firstAhead(sql`a.facts -> 'channels' @> ${JSON.stringify([{ type }])}::jsonb`),
      dependsOn: () => [channelDependency(type)],
      describe: () =>
        [
          `have an active channel of type ${type}`,
          ...(consent == null ? [] : [`with consent ${consent as string} for ${purpose}`]),
          ...(typeof isReachable === 'boolean'
            ? [isReachable ? 'that is reachable' : 'that is not reachable']
            : []),
          ...(typeof isVerified === 'boolean'
            ? [isVerified ? 'that is verified' : 'that is not verified']
            : []),
        ].join(' '),
    };
  },
};

/** What stands by the rule of the ledger, with the instant of the evaluation for its present. */
function standing(entries: Sql): Sql {
  const parts = standingAt('@entries', '@now').split(/(@\w+)/);
  const meant: Record<string, Sql> = { '@entries': entries, '@now': sql`${NOW}::timestamptz` };
  return sql.join(
    parts.map((part) => meant[part] ?? sql.raw(part)),
    sql``,
  );
}
