import { Migration } from '@mikro-orm/migrations';

/**
 * Items without a usable externalId are kept as well (docs/adr/0022): each body once. Items that are too large to be
 * kept are there without their bodies.
 */
export class Migration20261130101000_nameless_quarantine extends Migration {
  up() {
    this.addSql(`
      alter table quarantine
        drop constraint quarantine_pkey,
        alter column external_id drop not null,
        alter column body drop not null,
        add column nameless bytea generated always as (case when external_id is null then digest end) stored,
        add primary key (shard, id),
        add unique nulls not distinct (shard, source_id, external_id, nameless)
    `);
  }
}
