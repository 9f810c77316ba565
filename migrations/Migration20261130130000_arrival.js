import { Migration } from '@mikro-orm/migrations';

/**
 * When what was said arrived, in microseconds since 1970: of equal instants the later arrival wins. Null for what came
 * before this was kept; it is older than all that comes. See docs/adr/0036-later-arrival-wins.md.
 */
export class Migration20261130130000_arrival extends Migration {
  up() {
    this.addSql(`
      alter table channel add column active_arrival bigint, add column reachable_arrival bigint,
        add column verified_arrival bigint`);
    this.addSql(`alter table profile_label add column arrival bigint`);
    this.addSql(`alter table quarantine add column arrival bigint`);
    // Null where the instant was stated: among those the most careful wins.
    this.addSql(`
      alter table consent_change add column arrival bigint,
        add column backing text not null default 'DATED' check (backing in ('DATED', 'EVIDENCE', 'NONE'))`);
  }
}
