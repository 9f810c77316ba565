import type { RequestContext } from '../access/index.js';
import { ints, uuids } from '../platform/index.js';
import { isName, NAMES } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';

export type Lifecycle = 'ANONYMOUS' | 'LEAD' | 'CONTACT' | 'CUSTOMER';

/** The type of the events by which somebody is a customer. */
const PURCHASE = 'purchase';
const NAMES_OF = `array[${NAMES.map((key) => `p.attributes ->> '${key}'`).join(', ')}]`;

/** The keys of the namespaces that say something of how far people have come. */
export interface TellingNamespaces {
  /** Of those whose identifiers are an address or a number. */
  contact: readonly string[];
  /** Of those whose identifiers say who somebody is in your own systems, or at who signs them in. */
  account: readonly string[];
}

interface Known {
  id: string;
  hasPurchased: boolean;
  /** Whether a contact value is; null = none is known. */
  isVerified: boolean | null;
  hasAccount: boolean;
  names: readonly unknown[];
}

/** Loads how far many people have come; it is never stored. See docs/profiles.md. @param variant JSON of `TellingNamespaces` */
export const lifecycles =
  (context: RequestContext, variant: string) =>
  async (profiles: readonly ProfileRef[]): Promise<Lifecycle[]> => {
    const { contact, account } = JSON.parse(variant) as TellingNamespaces;
    const rows = await context.query<Known>(
      `/* lifecycles */
      select p.id, ${NAMES_OF} as names, exists (
        select from event e
        where e.shard = p.shard and e.profile_id = p.id and e.type = '${PURCHASE}' and e.occurred_at <= $5
      ) as "hasPurchased", exists (
        select from identifier i
        where i.profile_shard = p.shard and i.profile_id = p.id and i.namespace = any($4)
      ) as "hasAccount", (
        select bool_or(c.is_verified) from (
          select i.validated_at is not null as is_verified from identifier i
          where i.profile_shard = p.shard and i.profile_id = p.id and i.namespace = any($3)
          union all
          select ch.verified_at is not null from channel ch where ch.shard = p.shard and ch.profile_id = p.id
        ) c
      ) as "isVerified"
      from unnest($1::int[], $2::uuid[]) as asked(shard, id)
      cross join lateral (
        select * from profile p where p.shard = asked.shard and p.id = asked.id offset 0
      ) p`,
      [
        ints(profiles.map(({ shard }) => shard)),
        uuids(profiles.map(({ id }) => id)),
        contact,
        account,
        context.clock.now(),
      ],
    );
    const byId = new Map(rows.map((row) => [row.id, lifecycleOf(row)]));
    return profiles.map(({ id }) => byId.get(id) ?? 'ANONYMOUS');
  };

function lifecycleOf({ hasPurchased, isVerified, hasAccount, names }: Known): Lifecycle {
  if (hasPurchased) return 'CUSTOMER';
  if (isVerified) return 'CONTACT';
  return isVerified !== null && (hasAccount || names.some(isName)) ? 'LEAD' : 'ANONYMOUS';
}
