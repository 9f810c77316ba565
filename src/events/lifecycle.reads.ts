import type { RequestContext } from '../access/index.js';
import { ints, uuids } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';

export type Lifecycle = 'ANONYMOUS' | 'LEAD' | 'CONTACT' | 'CUSTOMER';

/** The type of the events by which somebody is a customer. */
const PURCHASE = 'purchase';

/**
 * Loads how far many people have come; it is never stored. A CUSTOMER has purchased. A CONTACT has a contact value
 * (an identifier that is an address or a number, or a channel) that was validated. A LEAD has a name, and a contact
 * value. All others are ANONYMOUS.
 */
export const lifecycles =
  (context: RequestContext, contactNamespaces: string) =>
  async (profiles: readonly ProfileRef[]): Promise<Lifecycle[]> => {
    const rows = await context.query<{ id: string; lifecycle: Lifecycle }>(
      `/* lifecycles */
      select asked.id, case
        when exists (
          select from event e where e.shard = asked.shard and e.profile_id = asked.id and e.type = '${PURCHASE}'
            and e.occurred_at <= $4
        ) then 'CUSTOMER'
        when contact.is_validated then 'CONTACT'
        when contact.is_validated is not null and exists (
          select from profile p where p.shard = asked.shard and p.id = asked.id
            and (p.attributes ?| array['displayName', 'firstName', 'lastName'])
        ) then 'LEAD'
        else 'ANONYMOUS'
      end as lifecycle
      from unnest($1::int[], $2::uuid[]) as asked(shard, id)
      cross join lateral (
        select bool_or(c.is_validated) as is_validated from (
          select i.validated_at is not null as is_validated from identifier i
          where i.profile_shard = asked.shard and i.profile_id = asked.id and i.namespace = any($3)
          union all
          select ch.verified_at is not null from channel ch where ch.shard = asked.shard and ch.profile_id = asked.id
        ) c
      ) contact`,
      [
        ints(profiles.map(({ shard }) => shard)),
        uuids(profiles.map(({ id }) => id)),
        JSON.parse(contactNamespaces) as string[],
        context.clock.now(),
      ],
    );
    const byId = new Map(rows.map((row) => [row.id, row.lifecycle]));
    return profiles.map(({ id }) => byId.get(id) ?? 'ANONYMOUS');
  };
